#include "tool/report/machine_check.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "base/names.hpp"
#include "bridge32/client.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/plugin.h"
#include "bridge32/version.hpp"
#include "hosting/plugin_search.hpp"
#include "os/environment.hpp"
#include "os/path.hpp"
#include "os/segment.hpp"
#include "os/user_folder.hpp"
#include "tool/support/open_plugin.hpp"
#include "tool/support/programs.hpp"
#include "tool/terminal/output.hpp"
#include "wire/layout.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::utf8_of;
using State = Finding::State;

/// Checks that the host exists, runs, and belongs to this release.
Finding check_host(int bits) {
    Finding finding{State::kProblem, "host" + std::to_string(bits), "", ""};
    fs::path host;
    try {
        host = find_host_executable(bits);
    } catch (const StartupError& e) {
        finding.found = e.what();
        finding.remedy = "Reinstall bridge32, or set BRIDGE32_HOST to the path of host32.";
        return finding;
    }
    std::error_code ignored;
    if (!fs::exists(host, ignored)) {
        finding.state = bits == 64 ? State::kHint : State::kProblem;
        finding.found = utf8_of(host) + " does not exist.";
        finding.remedy = "Reinstall bridge32: host64 belongs beside host32.";
        return finding;
    }
    const Ran ran = run_captured(host, {"--about"});
    if (ran.code != 0) {
        finding = explain_no_start(host, ran.started ? ran.ended + " " + ran.err : ran.err);
        finding.what = "host" + std::to_string(bits);
        return finding;
    }
    const Report about = Report::parse(ran.out, nullptr, /*allow_exceptions=*/false);
    const bool same = about.is_object() && about.value("version", "") == BRIDGE32_VERSION &&
                      about.value("wire_version", 0U) == wire::kWireVersion &&
                      about.value("abi_version", 0U) == BRIDGE32_ABI_VERSION &&
                      about.value("bits", 0) == bits;
    finding.state = same ? State::kGood : State::kProblem;
    finding.found = utf8_of(host) + " runs" +
                    (same ? " and belongs to this release (" BRIDGE32_VERSION ")."
                          : " but belongs to another release or bitness: " + ran.out);
    if (!same) finding.remedy = "Install the host and the tool from the same build of bridge32.";
    return finding;
}

Finding check_segments() {
    Finding finding{State::kGood, "shared memory", "", ""};
    try {
        constexpr std::uint64_t kSize = 1 << 20;
        auto made = os::Segment::create(unguessable_name(), kSize);
        std::memset(made.data(), 1, kSize);
        const auto shared = os::Segment::map(made.name(), made.file());
        finding.found = "Segments can be created and shared.";
    } catch (const std::exception& e) {
        finding = {State::kProblem, "shared memory", e.what(),
                   "Allow this user to create shared memory."};
    }
    return finding;
}

Finding check_runtime_folder() {
    try {
        return {State::kGood, "runtime folder",
                "Shared hosts are registered in " + utf8_of(os::user_runtime_folder()) + ".", ""};
    } catch (const Error& e) {
        return {State::kProblem, "runtime folder", e.what(),
                "Only shared hosts need it; private hosts, the default, do not."};
    }
}

std::vector<Finding> check_plugin_folders() {
    std::vector<Finding> findings;
    if (const auto variable = os::environment_variable("BRIDGE32_PLUGIN_PATH")) {
        for (const auto& folder : os::split_path_list(*variable)) {
            std::error_code ignored;
            if (!os::is_absolute(folder)) {
                findings.push_back({State::kHint, "BRIDGE32_PLUGIN_PATH",
                                    utf8_of(folder) + " is not an absolute path and is ignored.",
                                    "Use an absolute path."});
            } else if (!fs::is_directory(folder, ignored)) {
                findings.push_back({State::kHint, "BRIDGE32_PLUGIN_PATH",
                                    utf8_of(folder) + " is not a folder.", "Correct the path."});
            }
        }
    }
    return findings;
}

Finding check_processors() {
    const unsigned count = std::thread::hardware_concurrency();
    if (count > 1) {
        return {State::kGood, "processors", std::to_string(count) + " are available.", ""};
    }
    return {State::kHint, "processors",
            "There is only one. Client and host take turns on it, so calls take longer.",
            "Nothing needs to be done, but do not use Wait::spin."};
}

/// A real call, if the plugin zlib finds its library.
Finding check_call() {
    using Clock = std::chrono::steady_clock;
    try {
        ClientOptions options;
        options.host_executable = find_host_executable(32);
        const auto begin = Clock::now();
        Client client("zlib", options);
        const Bytes text(std::string_view("bridge32"));
        client.call<std::uint32_t>("crc32", text);
        const auto started = Clock::now();
        constexpr int kCalls = 1000;
        for (int i = 0; i < kCalls; ++i)
            client.call<std::uint32_t>("crc32", text);
        const auto each =
            std::chrono::duration<double, std::micro>(Clock::now() - started) / kCalls;
        const auto start = std::chrono::duration<double, std::milli>(started - begin);
        client.shutdown();
        return {State::kGood, "a call",
                "The 32-bit zlib works: " + std::to_string(std::lround(start.count())) +
                    " ms to start a host, " + std::to_string(each.count()).substr(0, 4) +
                    " microseconds per call.",
                ""};
    } catch (const PluginError& e) {
        return {State::kHint, "a call",
                std::string("The 32-bit zlib, used for a test call, cannot be loaded: ") + e.what(),
                "Only this test needs it. Debian: apt-get install lib32z1"};
    } catch (const std::exception& e) {
        return {State::kProblem, "a call", e.what(), "See the problems above."};
    }
}

}  // namespace

std::vector<Finding> examine_machine() {
    std::vector<Finding> findings{check_host(32), check_host(64), check_segments()};
    const bool host_runs = findings[0].state == State::kGood;
    for (const auto& check : {check_memory, check_plugin_folders}) {
        for (auto& finding : check())
            findings.push_back(std::move(finding));
    }
    findings.push_back(check_runtime_folder());
    findings.push_back(check_processors());
    if (host_runs) findings.push_back(check_call());
    for (auto& finding : check_packages())
        findings.push_back(std::move(finding));
    return findings;
}

const char* text_of(State state) noexcept {
    return state == State::kGood ? "ok" : state == State::kHint ? "hint" : "problem";
}

}  // namespace bridge32::tool
