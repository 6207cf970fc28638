#include "tool/report/shared_hosts.hpp"

#include <algorithm>
#include <utility>

#include "bridge32/error.hpp"
#include "wire/control.hpp"

namespace bridge32::tool {

using std::chrono::milliseconds;

std::vector<RunningHost> list_hosts() {
    std::vector<RunningHost> hosts;
    const auto now =
        static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(
                                       std::chrono::system_clock::now().time_since_epoch())
                                       .count());
    for (const auto& name : wire::shared_host_names()) {
        try {
            const auto facts = wire::ControlClient(name).facts();
            RunningHost host{name, facts.pid, static_cast<int>(facts.bits), facts.clients,
                             facts.calls};
            host.uptime = milliseconds(now - std::min(now, facts.started_ms));
            host.memory = memory_of(host.pid);
            hosts.push_back(std::move(host));
        } catch (const Error&) {
            // It has just ended, or is still starting.
        }
    }
    return hosts;
}

Report to_report(const RunningHost& host) {
    Report report = {{"name", host.name},   {"pid", host.pid},
                     {"bits", host.bits},   {"clients", host.clients},
                     {"calls", host.calls}, {"uptime_ms", host.uptime.count()}};
    if (host.memory) report["memory_bytes"] = *host.memory;
    return report;
}

}  // namespace bridge32::tool
