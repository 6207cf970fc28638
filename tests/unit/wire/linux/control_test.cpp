#include "wire/control.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/error.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "base/names.hpp"
#include "os/user_folder.hpp"
#include "unit/os/runtime_folder.hpp"
#include "wire/linux/local_socket.hpp"

namespace linux_control_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;

namespace {

std::filesystem::path file_of(const RuntimeFolder& runtime, const std::string& name) {
    return runtime.path() / "bridge32" / (name + ".host");
}

}  // namespace

TEST_CASE("control: what a host that was killed leaves is its file and its socket, and they go") {
    const RuntimeFolder runtime;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        [[maybe_unused]] const ControlServer server("lab");
        ::_exit(0);  // as if killed: no destructor runs
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    const auto file = file_of(runtime, "lab");
    auto socket = file;
    socket.replace_extension(".socket");
    CHECK(std::filesystem::exists(file));
    CHECK(std::filesystem::exists(socket));

    SUBCASE("with a client that looks for it") {
        CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);
    }
    SUBCASE("with a host of any name") { const ControlServer other("other"); }
    SUBCASE("with a host of that name") { const ControlServer server("lab"); }

    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(std::filesystem::exists(socket));
}

TEST_CASE("control: a host that has no socket yet is still starting, and one with a name is old") {
    const RuntimeFolder runtime;
    auto file = os::OwnedFile::claim(os::user_runtime_folder() / "lab.host");
    REQUIRE(file.has_value());
    CHECK_THROWS_AS(ControlClient("lab"), StartupError);

    file->write(bridge32::unguessable_name());

    CHECK_THROWS_WITH_AS(ControlClient("lab"),
                         doctest::Contains("\"lab\" uses version 1 of the wire protocol, and this "
                                           "client version 2"),
                         ProtocolError);
}

TEST_CASE("control: a path that is longer than a socket's address works too") {
    const RuntimeFolder runtime;
    const std::string name(64, 'n');
    const auto folder = os::user_runtime_folder() / std::string(60, 'd');
    std::filesystem::create_directory(folder);
    const auto path = folder / (name + ".socket");
    REQUIRE(path.string().size() > 108);

    CHECK_FALSE(LocalSocket::connect(path));
    const auto listener = LocalSocket::listen(path);
    CHECK(LocalSocket::connect(path).has_value());
}

}  // namespace linux_control_test
