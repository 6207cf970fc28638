// What a shared host that was started in the background has of who started it: nothing.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace linux_shared_host_detached_test {

namespace {

using bridge32::Client;
using test::name;
using namespace std::chrono_literals;

/// Ends it when the test is over.
class Background {
public:
    explicit Background(std::uint32_t pid)
        : pid_(static_cast<pid_t>(pid)), handle_(bridge32::os::ProcessHandle::of(pid)) {}
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    ~Background() {
        ::kill(pid_, SIGTERM);
        handle_.wait(10s);
    }

private:
    pid_t pid_;
    bridge32::os::ProcessHandle handle_;
};

}  // namespace

TEST_CASE("shared host: one that a client started has no descriptor, terminal or folder of its") {
    int leaking[2];  // without O_CLOEXEC
    REQUIRE(::pipe(leaking) == 0);
    auto options = test::options();
    options.start_host = true;
    {
        const auto c = Client::connect(name("inherits"), "echo", options);
        const auto pid = c.host_info().pid;
        const Background ended(pid);

        CHECK(::getsid(static_cast<pid_t>(pid)) == static_cast<pid_t>(pid));
        CHECK(::getsid(0) != static_cast<pid_t>(pid));
        CHECK(std::filesystem::read_symlink(test::proc(pid) / "cwd") == "/");
        for (const auto& entry : std::filesystem::directory_iterator(test::proc(pid) / "fd")) {
            const auto target = std::filesystem::read_symlink(entry.path()).string();
            CAPTURE(target);
            const bool fit = target == "/dev/null" || target.starts_with("anon_inode:") ||
                             target.ends_with(".host") ||
                             // Its control segment; where it listens, and the link to us.
                             target.starts_with("/memfd:bridge32-") ||
                             target.starts_with("/dev/shm/#") || target.starts_with("socket:");
            CHECK(fit);
        }
    }
    ::close(leaking[0]);
    ::close(leaking[1]);
}

TEST_CASE("shared host: host32 --detach returns when clients can connect, or says why not") {
    const std::string host = name("by-hand");
    const auto start = [&](std::string& out, std::string& err) {
        auto starter = bridge32::os::ChildProcess::start(
            {test::kBin / "host32",
             {"--serve", host, "--plugin-path", test::kPlugins.string(), "--detach"},
             {},
             {}});
        bridge32::os::read_output_until_exit(
            starter, [&](bridge32::os::Output from, std::string_view text) {
                (from == bridge32::os::Output::kOut ? out : err) += text;
            });
        return starter.collect().code;
    };
    std::string out;
    std::string err;
    REQUIRE(start(out, err) == 0);
    const auto c = Client::connect(host, "echo");
    const Background ended(c.host_info().pid);
    CHECK(out == "bridge32: serving \"" + host + "\" as process " +
                     std::to_string(c.host_info().pid) + "\n");
    CHECK(err == "");

    CHECK(start(out, err) == 1);
    CHECK(err.find("already running") != std::string::npos);
}

}  // namespace linux_shared_host_detached_test
