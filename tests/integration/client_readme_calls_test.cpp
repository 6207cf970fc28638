// The code of client/README.md about what calls can carry, in the same order. The plugin is also in
// sdk/README.md: tests/plugins/instrument.cpp.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <atomic>
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/support.hpp"
#include "os/environment.hpp"
#include "plugins/instrument.hpp"

namespace client_readme_calls_test {

namespace {

using namespace std::chrono_literals;

/// Lets clients find the plugins of the tests without options.
class PluginPath {
public:
    PluginPath() { bridge32::test::set_environment(kName, test::kPlugins.string()); }
    PluginPath(const PluginPath&) = delete;
    PluginPath& operator=(const PluginPath&) = delete;
    ~PluginPath() { bridge32::test::set_environment(kName, before_); }

private:
    static constexpr const char* kName = "BRIDGE32_PLUGIN_PATH";
    std::optional<std::string> before_ = bridge32::os::environment_variable(kName);
};

bridge32::Json described_in_the_document() {
    const auto folder = std::filesystem::path(__FILE__).parent_path();
    std::ifstream file(folder / "described.json");
    return bridge32::Json::parse(file);
}

}  // namespace

TEST_CASE("client/README.md: arrays that are made shared are not copied") {
    const auto c = test::client("instrument");

    // [make_array]
    auto x = c.make_array<double>({1000, 500});  // zeros, in memory that the host maps too
    for (double& value : x.span())
        value = 0.5;
    auto y = c.call<bridge32::NdArray<const double>>("doubled", x);  // no copy in either direction
    double corner = y(999, 499);
    // [make_array end]

    CHECK(corner == 1.0);
}

TEST_CASE("client/README.md: a driver fills the client's array after the call") {
    auto c = test::client("instrument");

    // [retained]
    std::promise<void> full;
    c.on_event("full", [&] { full.set_value(); });

    auto samples = c.make_array<std::int16_t>({100'000});
    c.call<void>("start", samples);  // keeps the array and returns immediately
    full.get_future().wait();        // meanwhile the driver fills it
    int last = samples(99'999);
    // [retained end]

    CHECK(last == 999);
    c.call<void>("stop");
}

TEST_CASE("client/README.md: arrays of structs arrive, whatever their padding") {
    const auto c = test::client("instrument");

    // [structs]
    std::vector<Peak> peaks{{1, 0.25, 3.5, "mV"}, {2, 0.75, 8.0, "mV"}};
    auto highest = c.call<Peak>("highest", peaks);
    // [structs end]

    CHECK(highest.channel == 2);
    CHECK(std::string(highest.unit) == "mV");
    if (c.host_info().bits == 32) CHECK(sizeof(Peak) == 32);
}

TEST_CASE("client/README.md: a lambda is an argument, and may call the client") {
    const auto c = test::client("instrument");

    // [callback]
    std::vector<double> seen;
    int done = c.call<int>("scan", 100, [&](int i, double value) {
        seen.push_back(c.call<double>("mean", std::vector{value, 1.0}));
        return i < 2;  // false ends the scan
    });
    // [callback end]

    CHECK(done == 2);
    CHECK(seen == std::vector<double>{0.5, 0.75, 1.0});
}

TEST_CASE("client/README.md: what a lambda throws comes back as itself") {
    const auto c = test::client("instrument");
    double highest = 0;

    // [thrown]
    struct TooHigh {
        double value;
    };
    try {
        c.call<int>("sweep", 100, [](int, double value) -> bool {
            if (value > 3) throw TooHigh{value};
            return true;
        });
    } catch (const TooHigh& e) {  // the original, though it passed through a C library
        highest = e.value;
    }
    // [thrown end]

    CHECK(highest == 3.5);
}

TEST_CASE("client/README.md: a long-lived function is called between calls") {
    auto c = test::client("instrument");

    // [long_lived]
    std::atomic<double> last = 0;
    auto reading = c.long_lived([&](double value) { last = value; });
    c.call<void>("on_reading", reading, 50);  // 50 readings arrive after this call
    // [long_lived end]

    c.call<void>("stop");
    CHECK(last == 24.5);
}

TEST_CASE("client/README.md: with poll, functions run in the program's own loop") {
    const PluginPath plugin_path;

    // [poll]
    bridge32::Client c("instrument", {.dispatch = bridge32::Dispatch::poll});
    int readings = 0;
    auto reading = c.long_lived([&](double) { ++readings; });
    c.call<void>("on_reading", reading, 50);
    while (readings < 50)
        c.poll(10ms);  // runs waiting functions on this thread, or waits up to 10 ms for one
    // [poll end]

    CHECK(readings == 50);
}

TEST_CASE("client/README.md: events tell of progress") {
    auto c = test::client("instrument");

    // [events]
    double done = 0;
    c.on_event("progress", [&](double part) { done = part; });
    c.on_event([](std::string_view name, const bridge32::Json& value) {  // every event
        std::cout << name << ' ' << value << '\n';
    });
    c.call<bool>("adjust", 4);
    // [events end]

    CHECK(done == 1.0);
}

TEST_CASE("client/README.md: then runs with the result") {
    auto c = test::client("instrument");
    const std::vector<double> x{1.0, 2.0};

    // [then]
    auto text = c.async<double>("mean", x).then([](double mean) { return std::to_string(mean); });
    std::string mean = text.get();
    // [then end]

    CHECK(mean == "1.500000");
}

TEST_CASE("client/README.md: a batch is one message, and each call has its result") {
    const auto c = test::client("instrument");
    const std::vector<double> x{1.0, 2.0};

    // [batch]
    auto results = c.batch().call("mean", x).call("unit").call("rotation", "45°").send();
    double mean = results[0].get<double>();
    auto unit = results[1].get<std::string>();
    bool failed = results[2].failed();  // get() would throw InvalidArgument
    // [batch end]

    CHECK(mean == 1.5);
    CHECK(unit == "°C");
    CHECK(failed);
}

TEST_CASE("client/README.md: after a timeout the plugin stops, and the next call works") {
    auto c = test::client("instrument");
    bool late = false;

    // [deadline]
    try {
        c.with_timeout(50ms).call<bool>("adjust", 1'000'000);
    } catch (const bridge32::TimeoutError&) {
        late = true;
    }
    auto adjusting = c.async<bool>("adjust", 1'000'000);
    adjusting.cancel();  // the same, without waiting for it
    // [deadline end]

    CHECK(late);
    CHECK(c.with_timeout(30s).call<std::string>("unit") == "°C");
}

TEST_CASE("client/README.md: a host that hangs is ended and started again") {
    auto c = test::client("instrument");

    // [terminate]
    auto adjusting = c.async<bool>("adjust", 1'000'000);
    if (!adjusting.wait_for(100ms)) {
        c.terminate();  // kills the host: adjusting.get() throws HostCrashed
        c.restart();    // starts another, with the same options
    }
    // [terminate end]

    CHECK_THROWS_AS(adjusting.get(), bridge32::HostCrashed);
    CHECK(c.call<std::string>("unit") == "°C");
}

TEST_CASE("client/README.md: a plugin describes itself as it stands there") {
    const bridge32::Client c("my_lib");

    // [describe]
    bridge32::Json described = c.describe();
    // [describe end]

    // Some of it is that of the machine which wrote the document.
    auto& library = described.at("libraries").at(0);
    CHECK(std::filesystem::path(library.at("path").get<std::string>()).stem() == "my_lib");
    library["format"] = "ELF";
    library["name"] = "my_lib.so";
    library["path"] = "/opt/bridge32/plugins/my_lib.so";
    CHECK(described == described_in_the_document());
}

}  // namespace client_readme_calls_test
