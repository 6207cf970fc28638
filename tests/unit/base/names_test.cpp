#include "base/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace names_test {

using bridge32::unguessable_name;

TEST_CASE("segment: names have 128 random bits in hex") {
    const auto name = unguessable_name();

    REQUIRE(name.size() == 9 + 32);
    CHECK(name.starts_with("bridge32-"));
    CHECK(name.find_first_not_of("0123456789abcdef", 9) == std::string::npos);
    CHECK(unguessable_name() != name);
}

}  // namespace names_test
