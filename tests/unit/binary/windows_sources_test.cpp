#include "binary/windows_sources.hpp"

#include <doctest/doctest.h>

#include <string>

namespace windows_sources_test {

using namespace bridge32::binary;

TEST_CASE("exports: which Windows libraries everybody has, and where others come from") {
    CHECK(comes_with_windows("KERNEL32.dll"));
    CHECK(comes_with_windows("api-ms-win-crt-runtime-l1-1-0.dll"));
    CHECK_FALSE(comes_with_windows("MSVCR100.dll"));
    CHECK(windows_library_source("MSVCR100.dll", 32).find("2010") != std::string::npos);
    CHECK(windows_library_source("other.dll", 32).empty());
}

}  // namespace windows_sources_test
