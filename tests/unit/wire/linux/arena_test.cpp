#include "wire/arena.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/error.hpp>
#include <fstream>
#include <string>

#include "base/names.hpp"

namespace linux_arena_test {

using namespace bridge32;
using namespace bridge32::wire;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

struct TestArena {
    std::string prefix = bridge32::unguessable_name() + ".c";
    Arena arena{prefix};
};

}  // namespace

// The sanitizers need address space of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("arena: what nobody uses makes room when memory runs out") {
    const pid_t child = ::fork();
    if (child == 0) {
        bool made = false;
        {
            TestArena test;
            test.arena.make(24 * kMiB, Content::kAny);
            unsigned long pages = 0;
            std::ifstream("/proc/self/statm") >> pages;
            const auto used = static_cast<rlim_t>(pages) * static_cast<rlim_t>(::getpagesize());
            const rlimit limit{used + 16 * kMiB, RLIM_INFINITY};
            ::setrlimit(RLIMIT_AS, &limit);
            try {
                const auto block = test.arena.make(32 * kMiB, Content::kAny);
                made = test.arena.segment_count() == 1;
            } catch (const Error&) {
                // It did not give up the 24 MiB.
            }
        }
        ::_exit(made ? 0 : 1);
    }
    REQUIRE(child > 0);
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}
#endif

}  // namespace linux_arena_test
