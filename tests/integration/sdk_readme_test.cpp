// What the plugin of sdk/README.md, tests/plugins/instrument.cpp, does for its clients, as far as
// client/README.md does not show it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "integration/support.hpp"
#include "plugins/instrument.hpp"

namespace sdk_readme_test {

TEST_CASE("sdk/README.md: a Fortran library's matrix arrives as what it is") {
    const auto c = test::client("instrument");

    const auto matrix = c.call<bridge32::NdArray<const double>>("rotation", 3.14159265358979 / 2);

    CHECK(matrix.order() == bridge32::Order::fortran);
    CHECK(matrix(0, 1) == -1.0);
    CHECK(matrix(1, 0) == 1.0);
}

TEST_CASE("sdk/README.md: packed structs arrive") {
    const auto c = test::client("instrument");

    const auto header = c.call<Header>("header");

    // Copies: a reference to a member of a packed struct would not be aligned.
    const auto version = header.version;
    const double rate = header.rate;
    CHECK(version == 2);
    CHECK(rate == 48'000.0);
    CHECK(c.call("header") == bridge32::Json{{"version", 2}, {"rate", 48'000.0}});
}

TEST_CASE("sdk/README.md: text of code pages, UTF-16 and buffers arrives as UTF-8") {
    const auto c = test::client("instrument");

    CHECK(c.call<std::string>("unit") == "°C");
    CHECK(c.call<std::string>("name") == "Müller 5");
    CHECK(c.call<std::string>("serial") == "A-17");
    CHECK(c.call<std::string>("message") == "€ 5");
}

TEST_CASE("sdk/README.md: callbacks go through C functions, with and without user data") {
    const auto c = test::client("instrument");

    for (const char* method : {"scan", "sweep", "old_sweep"}) {
        CAPTURE(method);
        CHECK(c.call<int>(method, 10, [](int, double value) { return value < 2.0; }) == 4);
    }
}

TEST_CASE("sdk/README.md: a plugin in plain C sends an event") {
    auto c = test::client("by_hand_events");
    double seen = 0;
    c.on_event("progress", [&](double done) { seen = done; });

    CHECK(c.call<int>("anything") == 42);

    CHECK(seen == 0.5);
}

}  // namespace sdk_readme_test
