// The code of client/README.md, in the same order.
#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "unit/os/runtime_folder.hpp"

namespace client_readme_test {

namespace {

/// `host32 --serve lab`, in a folder of this test's own: the name `lab` may be taken.
struct SharedHost {
    const bridge32::test::RuntimeFolder folder{};
    const test::Server server{"lab", test::kBin / "plugins"};
};

}  // namespace

TEST_CASE("client/README.md: calls return what the library computes") {
    // [calls]
    bridge32::Client c("my_lib", {.kwargs = {{"gain", 2.5}}});

    int sum = c.call<int>("add", 1, 2);
    int same = c.call<int>("add", bridge32::named({{"b", 2}, {"a", 1}}));
    int mixed = c.call<int>("add", 1, bridge32::named({{"b", 2}}));
    double gain = c.get<double>("gain");
    bridge32::Json untyped = c.call("add", 1, 2);
    // [calls end]

    CHECK(sum == 3);
    CHECK(same == 3);
    CHECK(mixed == 3);
    CHECK(gain == 2.5);
    CHECK(untyped == 3);
}

TEST_CASE("client/README.md: arrays come back scaled") {
    bridge32::Client c("my_lib");

    // [arrays]
    std::vector<double> x(1'000'000, 0.5);
    auto y = c.call<std::vector<double>>("scale", 2.0, x);
    // [arrays end]

    CHECK(y == std::vector<double>(1'000'000, 1.0));
}

TEST_CASE("client/README.md: the later of two calls waits for the earlier") {
    bridge32::Client c("my_lib");

    // [async]
    bridge32::Future<int> first = c.async<int>("add", 1, 2);
    bridge32::Future<int> second = c.async<int>("add", 3, 4);
    int both = first.get() + second.get();
    // [async end]

    CHECK(both == 10);
}

TEST_CASE("client/README.md: a call within its time limit returns") {
    // [timeouts]
    using namespace std::chrono_literals;

    bridge32::Client c("my_lib", {.call_timeout = 5s});      // every call
    int sum = c.with_timeout(200ms).call<int>("add", 1, 2);  // this one
    // [timeouts end]

    CHECK(sum == 3);
}

TEST_CASE("client/README.md: errors are caught by their types") {
    bridge32::Client c("my_lib");
    std::string caught;

    // [errors]
    try {
        c.call<int>("ad", 1, 2);
    } catch (const bridge32::MethodNotFound& e) {
        caught = e.message();  // lists the names, and the nearest one
    } catch (const bridge32::RemoteError& e) {
        caught = e.type() + " in " + e.where() + ": " + e.message();
    } catch (const bridge32::HostCrashed& e) {
        caught = e.cause();  // "SIGSEGV"
    } catch (const bridge32::Error& e) {
        caught = e.what();  // any other error of bridge32
    }
    // [errors end]

    CHECK(caught.find("`add`") != std::string::npos);
}

TEST_CASE("client/README.md: what the host prints is there at the end") {
    bridge32::Client c("my_lib");

    // [shutdown]
    bridge32::Streams printed = c.shutdown();
    std::cout << printed.out << printed.err;
    // [shutdown end]

    CHECK(printed.out.empty());
    CHECK(printed.err.empty());
}

TEST_CASE("client/README.md: what the host prints comes as it is printed") {
    // [output]
    bridge32::ClientOptions options;
    options.on_output = [](bridge32::Stream stream, std::string_view text) {
        (stream == bridge32::Stream::err ? std::cerr : std::cout) << text;
    };
    bridge32::Client c("my_lib", options);
    // [output end]

    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("client/README.md: two clients of a shared host have an instance each") {
    const SharedHost host;

    // [shared]
    auto one = bridge32::Client::connect("lab", "my_lib", {.kwargs = {{"gain", 1.5}}});
    auto two = bridge32::Client::connect("lab", "my_lib", {.kwargs = {{"gain", 2.5}}});
    double sum = one.get<double>("gain") + two.get<double>("gain");
    // [shared end]

    CHECK(sum == 4.0);
    CHECK(one.host_info().pid == two.host_info().pid);
}

TEST_CASE("client/README.md: the 64-bit build of a plugin runs in this process") {
    // [in_process]
    bridge32::Client c("zlib", {.mode = bridge32::Mode::in_process});
    std::string version = c.get<std::string>("version");
    // [in_process end]

    CHECK_FALSE(version.empty());
    CHECK(c.host_info().bits == 64);
}

}  // namespace client_readme_test
