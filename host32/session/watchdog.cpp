#include "host32/session/watchdog.hpp"

#include <cstdlib>
#include <thread>

#include "base/times.hpp"
#include "host32/session/exit_code.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"

namespace bridge32::host {

namespace {

void watch(std::uint32_t client_pid, const os::ProcessHandle& client, const std::string& channel) {
    // A library that closes descriptors which are not its own makes the wait return at once.
    // The client is dead only when it is no longer our parent, or never was.
    do {
        client.wait(times::kWatchdogLook);
        std::this_thread::sleep_for(times::kWatchdogGrace);
    } while (client.alive() || os::parent_pid() == client_pid);
    // What the client made and nobody has mapped would stay.
    os::Segment::unlink_numbered(channel + ".c");
    os::Segment::unlink_numbered(channel + ".h");
    std::_Exit(kExitOrphaned);
}

}  // namespace

void start_watchdog(std::uint32_t client_pid, const std::string& channel) {
    std::thread([client_pid, channel, client = os::ProcessHandle::of(client_pid)] {
        watch(client_pid, client, channel);
    }).detach();
}

}  // namespace bridge32::host
