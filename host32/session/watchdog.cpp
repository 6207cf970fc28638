#include "host32/session/watchdog.hpp"

#include <cstdlib>
#include <memory>
#include <thread>

#include "base/times.hpp"
#include "host32/session/exit_code.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"
#include "os/thread.hpp"

namespace bridge32::host {

namespace {

void watch(std::uint32_t client_pid, const os::ProcessHandle& client, const std::string& channel) {
    // If a library closes descriptors that are not its own, the wait returns at once. So the client
    // counts as dead only if it is not our parent, either.
    do {
        client.wait(times::kWatchdogLook);
        std::this_thread::sleep_for(times::kWatchdogGrace);
    } while (client.alive() || os::parent_pid() == client_pid);
    // Segments that the client made and nobody has mapped would be left behind.
    os::Segment::unlink_numbered(channel + ".c");
    os::Segment::unlink_numbered(channel + ".h");
    std::_Exit(kExitOrphaned);
}

}  // namespace

void start_watchdog(std::uint32_t client_pid, const std::string& channel) {
    const auto client =
        std::make_shared<const os::ProcessHandle>(os::ProcessHandle::of(client_pid));
    os::Thread([client_pid, channel, client] { watch(client_pid, *client, channel); },
               os::Stack::kForOurs)
        .detach();
}

}  // namespace bridge32::host
