// What the integration tests share: where things are, and what must not be left behind.
#pragma once

#include <bridge32/client.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "os/process.hpp"
#include "support/system.hpp"

namespace test {

inline const std::filesystem::path kBin = BRIDGE32_TEST_BIN;
inline const std::filesystem::path kPlugins = BRIDGE32_TEST_PLUGINS;
inline const std::filesystem::path kLibraries = BRIDGE32_TEST_LIBRARIES;

inline const std::filesystem::path kHost = kBin / bridge32::os::executable_file("host32");

/// Options with which the test plugins are found.
inline bridge32::ClientOptions options() {
    bridge32::ClientOptions result;
    result.plugin_path = kPlugins;
    return result;
}

inline bridge32::Client client(const std::string& plugin) {
    return bridge32::Client(plugin, options());
}

#if !defined(_WIN32)
/// Where memfd_create is refused, those of clients lie in /dev/shm.
inline bool has_sealed_segments() {
    const auto mapped = client("echo");
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find("/memfd:bridge32-") != std::string::npos) return true;
    }
    return false;
}
#endif

/// Waits for `condition`, ten seconds at most.
template <class Condition>
bool eventually(const Condition& condition,
                std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

/// The names of all segments of ours on this machine.
inline std::set<std::string> segments() {
    const auto list = bridge32::test::segments_named("bridge32-");
    return {list.begin(), list.end()};
}

/// None but those in `before` are there, or will be in a moment. Other tests run beside this one:
/// theirs come and go, but what was left behind stays in each look.
inline bool no_segments_but(const std::set<std::string>& before) {
    auto left = segments();
    std::erase_if(left, [&](const auto& name) { return before.contains(name); });
    const auto gone = [&] {
        const auto now = segments();
        std::erase_if(left, [&](const auto& name) { return !now.contains(name); });
        return left.empty();
    };
    return eventually(gone, std::chrono::seconds(40));
}

/// A folder of the test's own, empty at first and gone afterwards.
class TemporaryFolder {
public:
    TemporaryFolder() : path_(bridge32::test::make_temporary_folder()) {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace test
