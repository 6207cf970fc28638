// bridge32 serve, ps, stop: shared hosts.
#include "tool/command/hosts.hpp"

#include <algorithm>
#include <memory>

#include "bridge32/error.hpp"
#include "os/process.hpp"
#include "tool/support/connection.hpp"
#include "tool/support/programs.hpp"
#include "tool/tool.hpp"
#include "wire/control.hpp"

namespace bridge32::tool {

namespace {

using std::chrono::milliseconds;

struct ServeOptions {
    std::string name;
    std::vector<std::string> rest;
    std::vector<std::string> plugin_path;
    bool detach = false;
    int bits = 32;
};

struct StopOptions {
    std::vector<std::string> names;
    bool all = false;
    bool force = false;
    double timeout = 10;
};

/// "3 h 12 min"
std::string in_words(milliseconds time) {
    const auto seconds = time.count() / 1000;
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600) {
        return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    }
    if (seconds < 86400) {
        return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
    }
    return std::to_string(seconds / 86400) + " d " + std::to_string(seconds / 3600 % 24) + " h";
}

Report to_report(const RunningHost& host) {
    Report report = {{"name", host.name},   {"pid", host.pid},
                     {"bits", host.bits},   {"clients", host.clients},
                     {"calls", host.calls}, {"uptime_ms", host.uptime.count()}};
    if (host.memory) report["memory_bytes"] = *host.memory;
    return report;
}

int show_hosts(Tool& tool) {
    const auto hosts = list_hosts();
    Report report = Report::array();
    for (const auto& host : hosts)
        report.push_back(to_report(host));
    tool.print(report, [&] {
        if (hosts.empty()) return tool.out().line("No shared host is running.");
        std::vector<std::vector<std::string>> rows{
            {"host", "process", "bits", "clients", "calls", "memory", "running for"}};
        for (const auto& host : hosts) {
            rows.push_back({host.name, std::to_string(host.pid), std::to_string(host.bits),
                            std::to_string(host.clients), std::to_string(host.calls),
                            host.memory ? bytes_in_words(*host.memory) : "?",
                            in_words(host.uptime)});
        }
        tool.out().table(rows, true);
    });
    return kExitOk;
}

/// "stopped", "killed", "still running". Throws ConnectionClosed when it is not running, Error.
std::string stop_host(const std::string& name, const StopOptions& options) {
    wire::ControlClient control(name);
    const auto process = os::ProcessHandle::of(control.host_pid());
    control.ask_to_stop();
    const auto limit = milliseconds(static_cast<std::int64_t>(1000 * options.timeout));
    if (process.wait(limit)) return "stopped";
    if (!options.force) return "still running";
    process.kill();
    process.wait(std::chrono::seconds(1));
    return "killed";
}

/// The same as a report: one that cannot be stopped does not keep others from it.
Report try_to_stop(const std::string& name, const StopOptions& options) {
    try {
        return {{"name", name}, {"outcome", stop_host(name, options)}};
    } catch (const ConnectionClosed&) {
        return {{"name", name}, {"outcome", "not running"}};
    } catch (const Error& e) {
        return {{"name", name}, {"outcome", "failed"}, {"message", e.what()}};
    }
}

int stop_hosts(Tool& tool, const StopOptions& options) {
    auto names = options.names;
    if (options.all) names = wire::shared_host_names();
    if (names.empty() && !options.all) throw WrongUsage("say which host: NAME, or --all");
    Report report = Report::array();
    int code = kExitOk;
    for (const auto& name : names) {
        report.push_back(try_to_stop(name, options));
        const std::string outcome = report.back().value("outcome", "");
        if (outcome == "still running") code = kExitTimedOut;
        // With --all, one may have ended by itself meanwhile.
        if (outcome == "failed" || (outcome == "not running" && !options.all)) code = kExitFailed;
    }
    tool.print(report, [&] {
        for (const auto& one : report) {
            const std::string outcome = one.value("outcome", "");
            tool.out().line(one.value("name", "") + ": " + one.value("message", outcome) +
                            (outcome == "still running"
                                 ? ", a call takes its time: --force ends it all the same"
                                 : ""));
        }
        if (report.empty()) tool.out().line("No shared host is running.");
    });
    return code;
}

}  // namespace

std::vector<RunningHost> list_hosts() {
    std::vector<RunningHost> hosts;
    const auto now = std::chrono::duration_cast<milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    for (const auto& name : wire::shared_host_names()) {
        try {
            const auto facts = wire::ControlClient(name).facts();
            RunningHost host{name, facts.pid, static_cast<int>(facts.bits), facts.clients,
                             facts.calls};
            host.uptime = std::max(milliseconds(0),
                                   now - milliseconds(static_cast<std::int64_t>(facts.started_ms)));
            host.memory = memory_of(host.pid);
            hosts.push_back(std::move(host));
        } catch (const Error&) {
            // It ended meanwhile, or begins only now.
        }
    }
    return hosts;
}

void add_hosts(Tool& tool) {
    auto serving = std::make_shared<ServeOptions>();
    auto& serve =
        tool.command("serve", "Run a shared host, which many programs use by its name", [serving] {
            std::vector<std::string> arguments{"--serve", serving->name};
            if (serving->detach) arguments.emplace_back("--detach");
            for (const auto& folder : serving->plugin_path)
                arguments.insert(arguments.end(), {"--plugin-path", folder});
            arguments.insert(arguments.end(), serving->rest.begin(), serving->rest.end());
            return run_instead(find_host_executable(serving->bits), arguments);
        });
    serve.add_option("NAME", serving->name, "What clients call it")->required();
    serve.add_option("OPTIONS", serving->rest,
                     "After --: options of host32, such as --idle-timeout 60, --instances shared, "
                     "--library-path FOLDER, --allow PLUGIN; see host32 --help");
    add_plugin_path_option(serve, serving->plugin_path);
    serve.add_flag("--detach", serving->detach,
                   "Go on in the background, once clients can connect");
    serve.add_option("--bits", serving->bits, "Run host32 or host64")
        ->check(CLI::IsMember({32, 64}))
        ->capture_default_str();
    serve.footer(
        "  bridge32 serve lab --detach\n"
        "  bridge32 call --host lab my_lib add 1 2\n"
        "  bridge32 ps\n"
        "  bridge32 stop lab");

    tool.command("ps", "The shared hosts that run: clients, calls, memory, uptime",
                 [&tool] { return show_hosts(tool); })
        .footer(
            "Of this user. Hosts that a program started for itself end with it, and are not "
            "listed.");

    auto stopping = std::make_shared<StopOptions>();
    auto& stop = tool.command("stop", "End shared hosts, in order",
                              [&tool, stopping] { return stop_hosts(tool, *stopping); });
    stop.add_option("NAME", stopping->names, "Which; see bridge32 ps");
    stop.add_flag("--all", stopping->all, "All of this user's");
    stop.add_flag("--force", stopping->force, "Kill what has not ended in that time");
    stop.add_option("--timeout", stopping->timeout, "Wait so many seconds for the end")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e6));
    stop.footer(
        "Calls that run may finish, five seconds long unless the host was started with another "
        "--stop-timeout.\nClients get a ConnectionClosed.");
}

}  // namespace bridge32::tool
