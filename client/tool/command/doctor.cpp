// bridge32 doctor: does bridge32 work on this machine?
#include "tool/command/doctor.hpp"

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
#include "hosting/plugin_folder.hpp"
#include "os/environment.hpp"
#include "os/segment.hpp"
#include "os/user_folder.hpp"
#include "tool/support/connection.hpp"
#include "tool/support/programs.hpp"
#include "tool/tool.hpp"
#include "wire/layout.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::utf8_of;
using State = Finding::State;

/// Is the host there, does it run, and is it of this release?
Finding look_at_host(int bits) {
    Finding finding{State::problem, "host" + std::to_string(bits), "", ""};
    fs::path host;
    try {
        host = find_host_executable(bits);
    } catch (const StartupError& e) {
        finding.found = e.what();
        finding.remedy = "Install bridge32 whole, or set BRIDGE32_HOST to where host32 is.";
        return finding;
    }
    std::error_code ignored;
    if (!fs::exists(host, ignored)) {
        finding.state = bits == 64 ? State::hint : State::problem;
        finding.found = utf8_of(host) + " is not there.";
        finding.remedy = "Install bridge32 whole: each host32 has a host64 beside it.";
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
    finding.state = same ? State::good : State::problem;
    finding.found = utf8_of(host) + " runs" +
                    (same ? ", and is of this release (" BRIDGE32_VERSION ")."
                          : ", but is of another release or bitness: " + ran.out);
    if (!same) finding.remedy = "Install host and tool from one build of bridge32.";
    return finding;
}

Finding look_at_segments() {
    Finding finding{State::good, "shared memory", "", ""};
    try {
        constexpr std::uint64_t kSize = 1 << 20;
        auto made = os::Segment::create(unguessable_name(), kSize);
        std::memset(made.data(), 1, kSize);
        const auto opened = os::Segment::open(made.name());
        made.unlink();
        finding.found = "Segments can be made and shared.";
    } catch (const std::exception& e) {
        finding = {State::problem, "shared memory", e.what(),
                   "Let this user make shared memory; in a container, give it enough of it "
                   "(docker run --shm-size=1g)."};
    }
    return finding;
}

Finding look_at_runtime_folder() {
    try {
        return {State::good, "runtime folder",
                "Shared hosts find each other in " + utf8_of(os::user_runtime_folder()) + ".", ""};
    } catch (const Error& e) {
        return {State::problem, "runtime folder", e.what(),
                "Shared hosts need it; private ones, which most programs use, do not."};
    }
}

std::vector<Finding> look_at_plugin_folders() {
    std::vector<Finding> findings;
    if (const auto variable = os::environment_variable("BRIDGE32_PLUGIN_PATH")) {
        for (const auto& folder : hosting::split_path_list(*variable)) {
            std::error_code ignored;
            if (!folder.is_absolute()) {
                findings.push_back({State::hint, "BRIDGE32_PLUGIN_PATH",
                                    utf8_of(folder) + " is not an absolute path, and is left out.",
                                    "Write the whole path."});
            } else if (!fs::is_directory(folder, ignored)) {
                findings.push_back({State::hint, "BRIDGE32_PLUGIN_PATH",
                                    utf8_of(folder) + " is no folder.", "Correct the path."});
            }
        }
    }
    return findings;
}

Finding look_at_processors() {
    const unsigned count = std::thread::hardware_concurrency();
    if (count > 1) {
        return {State::good, "processors", std::to_string(count) + " of them.", ""};
    }
    return {State::hint, "processors",
            "There is one: client and host take turns on it, and a call takes longer.",
            "Nothing needs to be done; do not set Wait::spin."};
}

/// A real call, where the plugin zlib finds its library.
Finding make_a_call() {
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
        return {State::good, "a call",
                "The 32-bit zlib answers: " + std::to_string(std::lround(start.count())) +
                    " ms to start a host, " + std::to_string(each.count()).substr(0, 4) +
                    " microseconds a call.",
                ""};
    } catch (const PluginError& e) {
        return {
            State::hint, "a call",
            std::string("The 32-bit zlib, which would be called to try, cannot be: ") + e.what(),
            "It is for trying only. Debian: apt-get install lib32z1"};
    } catch (const std::exception& e) {
        return {State::problem, "a call", e.what(), "See the findings above."};
    }
}

std::vector<Finding> examine_machine() {
    std::vector<Finding> findings{look_at_host(32), look_at_host(64), look_at_segments()};
    const bool host_runs = findings[0].state == State::good;
    for (const auto& look : {look_at_memory, look_at_plugin_folders}) {
        for (auto& finding : look())
            findings.push_back(std::move(finding));
    }
    findings.push_back(look_at_runtime_folder());
    findings.push_back(look_at_processors());
    if (host_runs) findings.push_back(make_a_call());
    for (auto& finding : look_for_packages())
        findings.push_back(std::move(finding));
    return findings;
}

const char* text_of(State state) {
    return state == State::good ? "ok" : state == State::hint ? "hint" : "problem";
}

void show(Output& out, const std::vector<Finding>& findings) {
    for (const auto& finding : findings) {
        const Style style = finding.state == State::good   ? Style::good
                            : finding.state == State::hint ? Style::warning
                                                           : Style::bad;
        std::string begin = out.styled(style, text_of(finding.state));
        begin.append(9 - std::string_view(text_of(finding.state)).size(), ' ');
        out.paragraph(out.bold(finding.what + ".") + " " + finding.found, 9, begin);
        if (!finding.remedy.empty()) out.paragraph(finding.remedy, 12, "         -> ");
    }
    const bool works = std::none_of(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.state == State::problem;
    });
    out.line();
    out.line(works ? out.styled(Style::good, "bridge32 works here.")
                   : out.styled(Style::bad, "bridge32 does not work here yet."));
}

}  // namespace

void add_doctor(Tool& tool) {
    auto& command = tool.command(
        "doctor", "Does bridge32 work on this machine? What is missing, and what to do", [&tool] {
            const auto findings = examine_machine();
            Report report = Report::array();
            bool works = true;
            for (const auto& finding : findings) {
                works = works && finding.state != State::problem;
                report.push_back({{"what", finding.what},
                                  {"state", text_of(finding.state)},
                                  {"found", finding.found}});
                if (!finding.remedy.empty()) report.back()["remedy"] = finding.remedy;
            }
            tool.print({{"works", works}, {"findings", report}},
                       [&] { show(tool.out(), findings); });
            return works ? kExitOk : kExitFailed;
        });
    command.footer(
        "ok: good. hint: something that only some need is not there. problem: bridge32 does not "
        "work so.\nThe exit code is 1 when there is a problem. Nothing on the machine is changed.");
}

}  // namespace bridge32::tool
