// When a library is unloaded, and when it must not be.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "integration/faults.hpp"
#include "integration/server.hpp"
#include "os/path.hpp"

namespace unloading_test {

namespace {

using namespace std::chrono_literals;

bridge32::Json kwargs(const std::string& library, const std::string& unload = "") {
#if defined(_WIN32)
    const auto file = test::kLibraries / "32" / (library + ".dll");
#else
    const auto file = test::kLibraries / "32" / ("lib" + library + ".so");
#endif
    return {{"library", bridge32::os::utf8_of(file)}, {"symbol", "use"}, {"unload", unload}};
}

/// How often a library was called since it was loaded: by a client that comes and goes.
int use(const test::Server& server, const std::string& plugin, const bridge32::Json& its_kwargs) {
    bridge32::ClientOptions options;
    options.kwargs = its_kwargs;
    auto c = server.connect(plugin, options);
    const int count = c.call<int>("call");
    c.shutdown();
    return count;
}

/// Two clients use the library, one after the other, beside one that goes on.
void check(const std::string& library, const std::string& plugin, int second_count,
           const std::string& unload = "") {
    CAPTURE(library);
    CAPTURE(plugin);
    CAPTURE(unload);
    test::Server server(test::name("unloading"));
    const auto other = server.connect("echo");
    CHECK(other.call<int>("add", 1, 2) == 3);

    CHECK(use(server, plugin, kwargs(library, unload)) == 1);
    std::this_thread::sleep_for(50ms);  // a thread that was left runs in what is no longer there
    CHECK(other.call<int>("add", 3, 4) == 7);
    CHECK(use(server, plugin, kwargs(library, unload)) == second_count);
    CHECK(other.call<int>("add", 5, 6) == 11);

    server.stop();  // the threads of the pool end
    const auto status = server.process().collect();
    CHECK_FALSE(status.by_fault);
    CHECK(status.code == 0);
}

}  // namespace

TEST_CASE("unloading: a library that leaves nothing is unloaded, and begins anew") {
    check("leaves_nothing", "loads", 1);
    check("leaves_nothing", "loads_concurrent", 1);
}

TEST_CASE("unloading: a library that leaves a thread stays loaded, and its host lives") {
    check("leaves_thread", "loads", 2);
    check("leaves_thread", "loads_concurrent", 2);
}

TEST_CASE("unloading: LoadOptions decide") {
    check("leaves_nothing", "loads_concurrent", 2, "never");
    check("leaves_nothing", "loads_concurrent", 1, "always");
}

#if !defined(_WIN32)
TEST_CASE("unloading: a library that leaves a key or a signal handler stays loaded") {
    check("leaves_key", "loads", 2);
    check("leaves_key", "loads_concurrent", 2);
    check("leaves_handler", "loads", 2);
}

TEST_CASE("unloading: functions for the end run when the library is unloaded, or it stays") {
    check("leaves_atexit", "loads", 1);
    if (!test::kSanitized) check("leaves_exit_function", "loads", 2);
}
#endif

}  // namespace unloading_test
