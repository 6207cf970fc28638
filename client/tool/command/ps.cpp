// bridge32 ps: the shared hosts that run.
#include "tool/command/tool.hpp"
#include "tool/report/shared_hosts.hpp"

namespace bridge32::tool {

namespace ps_command {
namespace {

/// "3 h 12 min"
std::string in_words(std::chrono::milliseconds time) {
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

void show(Output& out, const std::vector<RunningHost>& hosts) {
    if (hosts.empty()) return out.line("No shared host is running.");
    std::vector<std::vector<std::string>> rows{
        {"host", "process", "bits", "clients", "calls", "memory", "running for"}};
    for (const auto& host : hosts) {
        rows.push_back({host.name, host.pid == 0 ? "?" : std::to_string(host.pid),
                        std::to_string(host.bits), std::to_string(host.clients),
                        std::to_string(host.calls),
                        host.memory ? bytes_in_words(*host.memory) : "?", in_words(host.uptime)});
    }
    out.table(rows, true);
}

int run(Tool& tool) {
    const auto hosts = list_hosts();
    Report report = Report::array();
    for (const auto& host : hosts)
        report.push_back(to_report(host));
    tool.print(report, [&] { show(tool.out(), hosts); });
    return kExitOk;
}

}  // namespace
}  // namespace ps_command

void add_ps(Tool& tool) {
    using namespace ps_command;
    tool.command("ps", "List running shared hosts: clients, calls, memory, uptime",
                 [&tool] { return run(tool); })
        .footer(
            "Lists this user's shared hosts. Private hosts, which end with the program that "
            "started them, are not listed.");
}

}  // namespace bridge32::tool
