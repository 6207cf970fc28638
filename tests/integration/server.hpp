// A shared host for integration tests.
#pragma once

#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/support.hpp"
#include "os/process.hpp"

namespace test {

/// Tests run beside each other, and a name belongs to the user.
inline std::string name(const char* test) {
    return std::string(test) + "-" + std::to_string(bridge32::os::own_pid());
}

/// A `host32 --serve` of the test's own.
class Server {
public:
    explicit Server(const std::string& name, const std::filesystem::path& plugins = kPlugins,
                    const std::vector<std::string>& more = {})
        : name_(name), process_(start(name, plugins, more)) {
        std::string line;
        char letter = 0;
        while (bridge32::test::read_pipe(process_.out(), &letter, 1) == 1 && letter != '\n')
            line += letter;
        REQUIRE(line.find(name) != std::string::npos);
    }

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        // Not collected yet, so that the number still is the server's.
        bridge32::test::ask_to_end(process_.pid(), name_);
        process_.handle().wait(std::chrono::seconds(10));
    }

    void stop() {
        bridge32::test::ask_to_end(process_.pid(), name_);
        REQUIRE(process_.handle().wait(std::chrono::seconds(10)));
    }
    void kill() {
        process_.handle().kill();
        REQUIRE(process_.handle().wait(std::chrono::seconds(10)));
    }
    bridge32::os::ChildProcess& process() { return process_; }
    bridge32::Client connect(const std::string& plugin,
                             const bridge32::ClientOptions& options = {}) const {
        return bridge32::Client::connect(name_, plugin, options);
    }
    const std::string& name() const noexcept { return name_; }

private:
    static bridge32::os::ChildProcess start(const std::string& name,
                                            const std::filesystem::path& plugins,
                                            const std::vector<std::string>& more) {
        bridge32::os::ProcessOptions host;
        host.executable = kHost;
        host.arguments = {"--serve", name, "--plugin-path", plugins.string()};
        host.arguments.insert(host.arguments.end(), more.begin(), more.end());
        return bridge32::os::ChildProcess::start(host);
    }

    std::string name_;
    bridge32::os::ChildProcess process_;
};

}  // namespace test
