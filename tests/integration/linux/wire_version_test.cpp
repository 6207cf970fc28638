// A client and a host of different versions of the wire protocol say so.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/user_folder.hpp"

namespace linux_wire_version_test {

namespace {

using bridge32::Client;

const std::filesystem::path kOther =
    std::filesystem::path(__FILE__).parent_path() / "other_version.py";

bool has_python() { return std::system("command -v python3 >/dev/null") == 0; }

/// What a client of ours says.
template <class Connect>
std::string error_of(const Connect& connect) {
    try {
        connect();
    } catch (const bridge32::Error& e) {
        return e.what();
    }
    return "no error";
}

void check_says(const std::string& text, const std::string& theirs, const std::string& release) {
    CAPTURE(text);
    CHECK(text.find("version " + theirs + " of the wire protocol") != std::string::npos);
    CHECK(text.find(release) != std::string::npos);
    CHECK(text.find("version 2 (bridge32 ") != std::string::npos);
    CHECK(text.find("Install the client library and the host from the same release") !=
          std::string::npos);
}

}  // namespace

TEST_CASE("wire version: a client says that its private host is of another, and what to do") {
    if (!has_python()) {
        MESSAGE("[skipped] there is no python3");
        return;
    }
    auto options = test::options();
    options.host_executable = kOther;

    const auto start = [&] { Client("echo", options); };
    check_says(error_of(start), "3", "(bridge32 0.3.0)");
    options.environment["BRIDGE32_TEST_VERSION"] = "1";
    check_says(error_of(start), "1", "(bridge32 0.1.0)");
}

TEST_CASE("wire version: a client says that a shared host is of another, and what to do") {
    if (!has_python()) {
        MESSAGE("[skipped] there is no python3");
        return;
    }
    const auto name = test::name("newer");
    bridge32::os::ProcessOptions host;
    host.executable = kOther;
    host.arguments = {"serve", bridge32::os::user_runtime_folder().string(), name};
    const auto process = bridge32::os::ChildProcess::start(host);
    char ready = 0;
    REQUIRE(bridge32::test::read_pipe(process.out(), &ready, 1) == 1);

    check_says(error_of([&] { Client::connect(name, "echo"); }), "3", "(bridge32 0.3.0)");

    process.handle().kill();
    REQUIRE(process.handle().wait(std::chrono::seconds(10)));
    CHECK(error_of([&] { Client::connect(name, "echo"); }).find("no shared host") == 0);
}

TEST_CASE("wire version: a host tells a client of another that it is one") {
    if (!has_python()) {
        MESSAGE("[skipped] there is no python3");
        return;
    }
    const test::Server server(test::name("older"));
    const auto socket = bridge32::os::user_runtime_folder() / (server.name() + ".socket");
    const std::string command =
        "python3 '" + kOther.string() + "' connect '" + socket.string() + "'";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char line[200] = "";
    CHECK(std::fgets(line, sizeof line, pipe) != nullptr);
    CHECK(::pclose(pipe) == 0);

    CHECK(std::string(line).find("2 2 0.") == 0);  // refused, its version, its release
    CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
}

}  // namespace linux_wire_version_test
