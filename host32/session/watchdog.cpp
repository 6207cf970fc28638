#include "host32/session/watchdog.hpp"

#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "host32/session/exit_code.hpp"
#include "os/process.hpp"
#include "os/thread.hpp"

namespace bridge32::host {

namespace {

void watch(std::uint32_t client_pid, const std::optional<os::ProcessHandle>& client,
           const std::function<bool()>& gone) {
    const auto ended = [&] {
        if (client) return client->wait(times::kWatchdogLook);
        std::this_thread::sleep_for(times::kWatchdogLook);
        return false;
    };
    // If a library closes descriptors that are not its own, the wait returns at once. So the client
    // counts as dead only if it is not our parent, either.
    do {
        while (!ended() && !gone()) {
        }
        std::this_thread::sleep_for(times::kWatchdogGrace);
    } while (!gone() && (!client || client->alive() || os::parent_pid() == client_pid));
    std::_Exit(kExitOrphaned);
}

}  // namespace

void start_watchdog(std::uint32_t client_pid, std::function<bool()> gone) {
    const auto client = std::make_shared<const std::optional<os::ProcessHandle>>(
        os::ProcessHandle::of_visible(client_pid));
    os::Thread([client_pid, client, gone = std::move(gone)] { watch(client_pid, *client, gone); },
               os::Stack::kForOurs)
        .detach();
}

}  // namespace bridge32::host
