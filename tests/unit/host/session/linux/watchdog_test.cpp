#include "host32/session/watchdog.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

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
        host::start_watchdog(client.pid(), "no-such-channel");
        for (;;)
            ::pause();
    });
    CHECK_FALSE(os::ProcessHandle::of(host.pid()).wait(std::chrono::milliseconds(100)));
    client.kill();
    CHECK(host.exit_code() == host::kExitOrphaned);
}

}  // namespace linux_watchdog_test
