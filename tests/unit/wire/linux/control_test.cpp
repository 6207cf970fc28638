#include "wire/control.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "unit/os/runtime_folder.hpp"
#include "unit/wire/support.hpp"

namespace linux_control_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;
using bridge32::test::segments_named;

namespace {

std::filesystem::path file_of(const RuntimeFolder& runtime, const std::string& name) {
    return runtime.path() / "bridge32" / (name + ".host");
}

}  // namespace

TEST_CASE("control: nothing is left in shared memory, even of a host that was killed") {
    const RuntimeFolder runtime;
    std::string name;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        [[maybe_unused]] const ControlServer server("lab");
        ::_exit(0);  // as if killed: no destructor runs
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    std::ifstream(file_of(runtime, "lab")) >> name;
    CHECK(segments_named(name).size() == 1);

    SUBCASE("a client that looks for it cleans up") {
        CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);
        CHECK(segments_named(name).empty());
        CHECK_FALSE(std::filesystem::exists(file_of(runtime, "lab")));
    }
    SUBCASE("so does a host of any name") {
        const ControlServer other("other");
        CHECK(segments_named(name).empty());
    }
    {
        const ControlServer server("lab");
        CHECK(segments_named(name).empty());
        name = ControlClient("lab").segment_name();
        CHECK(segments_named(name).size() == 1);
    }
    CHECK(segments_named(name).empty());
}

}  // namespace linux_control_test
