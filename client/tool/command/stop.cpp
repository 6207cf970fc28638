// bridge32 stop: stops shared hosts.
#include <chrono>
#include <memory>

#include "bridge32/error.hpp"
#include "os/process.hpp"
#include "tool/command/tool.hpp"
#include "wire/control.hpp"

namespace bridge32::tool {

namespace stop_command {
namespace {

using std::chrono::milliseconds;

constexpr const char* kAsked = "asked to stop; it runs in another PID namespace";

struct Options {
    std::vector<std::string> names;
    bool all = false;
    bool force = false;
    double timeout = 10;
};

/// "stopped", "killed", "still running", or of a host that this process does not see, "asked to
/// stop". Throws ConnectionClosed if it is not running, Error.
std::string stop_host(const std::string& name, const Options& options) {
    wire::ControlClient control(name);
    const auto process = os::ProcessHandle::of_visible(control.host_pid());
    control.ask_to_stop();
    if (!process) return kAsked;
    const auto limit = milliseconds(static_cast<std::int64_t>(1000 * options.timeout));
    if (process->wait(limit)) return "stopped";
    if (!options.force) return "still running";
    process->kill();
    process->wait(std::chrono::seconds(1));
    return "killed";
}

/// The same as a report: a host that cannot be stopped does not keep the others running.
Report try_to_stop(const std::string& name, const Options& options) {
    try {
        return {{"name", name}, {"outcome", stop_host(name, options)}};
    } catch (const ConnectionClosed&) {
        return {{"name", name}, {"outcome", "not running"}};
    } catch (const Error& e) {
        return {{"name", name}, {"outcome", "failed"}, {"message", e.what()}};
    }
}

int run(Tool& tool, const Options& options) {
    auto names = options.names;
    if (options.all) names = wire::shared_host_names();
    if (names.empty() && !options.all) throw WrongUsage("give the NAME of a host, or --all");
    Report report = Report::array();
    int code = kExitOk;
    for (const auto& name : names) {
        report.push_back(try_to_stop(name, options));
        const std::string outcome = report.back().value("outcome", "");
        if (outcome == "still running") code = kExitTimedOut;
        // With --all, a host may have ended by itself in the meantime.
        if (outcome == "failed" || (outcome == "not running" && !options.all)) code = kExitFailed;
    }
    tool.print(report, [&] {
        for (const auto& one : report) {
            const std::string outcome = one.value("outcome", "");
            tool.out().line(one.value("name", "") + ": " + one.value("message", outcome) +
                            (outcome == "still running"
                                 ? " because a call has not returned; --force kills it"
                                 : ""));
        }
        if (report.empty()) tool.out().line("No shared host is running.");
    });
    return code;
}

}  // namespace
}  // namespace stop_command

void add_stop(Tool& tool) {
    using namespace stop_command;
    auto options = std::make_shared<Options>();
    auto& command =
        tool.command("stop", "Stop shared hosts", [&tool, options] { return run(tool, *options); });
    command.add_option("NAME", options->names, "The hosts to stop; see bridge32 ps");
    command.add_flag("--all", options->all, "Stop all of this user's shared hosts");
    command.add_flag("--force", options->force, "Kill a host that has not ended after --timeout");
    command.add_option("--timeout", options->timeout, "Seconds to wait for a host to end")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e6));
    command.footer(
        "Running calls get five seconds to finish, or what the host's --stop-timeout says.\n"
        "Clients get ConnectionClosed.");
}

}  // namespace bridge32::tool
