#include "host32/session/watchdog.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/times.hpp"
#include "host32/session/exit_code.hpp"
#include "unit/host/session/linux/child.hpp"

namespace linux_watchdog_test {

using namespace bridge32;

TEST_CASE("watchdog: a busy host ends soon after its client, and not before") {
    Child client([] {
        for (;;)
            ::pause();
    });
    Child host([&] {
        host::start_watchdog(client.pid(), [] { return false; });
        for (;;)
            ::pause();
    });
    CHECK_FALSE(os::ProcessHandle::of(host.pid()).wait(std::chrono::milliseconds(100)));
    client.kill();
    CHECK(host.exit_code() == host::kExitOrphaned);
}

TEST_CASE("watchdog: a busy host ends soon after its client has let go of it, by exec say") {
    Child host([&] {
        host::start_watchdog(os::parent_pid(), [since = Clock::now()] {
            return Clock::now() - since > std::chrono::milliseconds(300);
        });
        for (;;)
            ::pause();
    });
    CHECK_FALSE(os::ProcessHandle::of(host.pid()).wait(std::chrono::milliseconds(100)));
    CHECK(host.exit_code() == host::kExitOrphaned);
}

}  // namespace linux_watchdog_test
