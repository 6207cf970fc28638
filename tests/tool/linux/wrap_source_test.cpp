// bridge32 wrap --emit-source: its project is built, and gives the library that wrap writes.
#include <doctest/doctest.h>

#include "tool/support.hpp"

namespace linux_wrap_source_test {

namespace fs = std::filesystem;
using test::text_of;
using test::tool;

TEST_CASE("wrap: --emit-source writes a project that builds the same library") {
    if (!fs::exists(test::kBin / "libbridge32wrap.so.0")) {
        MESSAGE("[skipped] there is no libbridge32wrap");
        return;
    }
    const test::TemporaryFolder folder;
    const std::string out = text_of(folder.path() / "out");
    const fs::path here = fs::path(__FILE__).parent_path();
    const std::string interface = text_of(here / "../../libraries/every/every.b32i");
    const std::string library = text_of(fs::path(BRIDGE32_TEST_LIBRARIES) / "32" / "libevery.so.1");

    const auto made = tool({"wrap", interface, library, "-o", out, "--emit-source"});
    CAPTURE(made.err);
    REQUIRE(made.code == 0);
    CHECK(made.says("build it: cmake -S " + out + "/source -B build && cmake --build build"));
    CHECK_FALSE(fs::exists(fs::path(out) / "libevery.so.1"));
    const std::string build = text_of(folder.path() / "build");
    const auto configured = test::run_program(
        "/usr/bin/env",
        {"cmake", "-S", out + "/source", "-B", build, "-DCMAKE_BUILD_TYPE=Release"});
    CAPTURE(configured.err);
    REQUIRE(configured.code == 0);
    const auto built = test::run_program("/usr/bin/env", {"cmake", "--build", build});
    CAPTURE(built.err);
    REQUIRE(built.code == 0);

    CHECK(tool({"wrap", "--check", out}).says("no differences"));
    const auto ran = test::run_program(fs::path(BRIDGE32_TEST_PROGRAMS) / "every_program", {},
                                       {{"LD_LIBRARY_PATH", out}});
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
}

}  // namespace linux_wrap_source_test
