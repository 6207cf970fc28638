// C structs, alone and in arrays, between programs that lay them out differently.
#include "plugins/structs.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "integration/support.hpp"

namespace {

using bridge32::Client;
using structs::Packed;
using structs::Point;
using structs::Sample;

struct Differs {
    int a;
    std::intptr_t n;
};
BRIDGE32_STRUCT(Differs, a, n)

Client each_mode() {
    auto options = test::options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = bridge32::Mode::in_process; }
    return Client("structs", options);
}

}  // namespace

TEST_CASE("structs: by value they are objects") {
    const Client c = each_mode();
    const auto p = c.call<Point>("mirror", Point{1.5, 2.5});
    CHECK(p.x == 2.5);
    CHECK(p.y == 1.5);
    CHECK(c.call("mirror", bridge32::Json{{"x", 1}, {"y", 2}}) ==
          bridge32::Json{{"x", 2.0}, {"y", 1.0}});
    CHECK_THROWS_WITH_AS(c.call("mirror", bridge32::Json{{"x", 1}}), doctest::Contains("y"),
                         bridge32::InvalidArgument);
}

TEST_CASE("structs: arrays of them arrive right although the padding differs") {
    const Client c = each_mode();
    std::vector<Sample> in;
    for (std::int32_t i = 0; i < 1000; ++i) {
        Sample sample{i, 0.5 * i, {}};
        std::strcpy(sample.name, "s");
        in.push_back(sample);
    }

    const auto out = c.call<std::vector<Sample>>("samples", in);

    REQUIRE(out.size() == in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
        REQUIRE(out[i].id == in[i].id);
        REQUIRE(out[i].value == 2 * in[i].value);
        REQUIRE(std::string(out[i].name) == "s");
    }
    // 32-bit Linux aligns a double to 4 bytes, Windows to 8 as 64-bit code does.
    const bool differs = c.host_info().bits == 32 && test::kHost.extension() != ".exe";
    CHECK((c.call<std::size_t>("size") != sizeof(Sample)) == differs);
}

TEST_CASE("structs: packed structs arrive") {
    const Client c = each_mode();
    CHECK(c.call<double>("packed", std::vector<Packed>{{2, 1.5}, {3, 2.0}}) == 9.0);
}

TEST_CASE("structs: a struct that differs is an error when the plugin is opened") {
    CHECK_THROWS_WITH_AS(test::client("struct_differs"), doctest::Contains("Differs"),
                         bridge32::PluginError);
    CHECK_THROWS_WITH_AS(test::client("struct_differs"), doctest::Contains("`n`"),
                         bridge32::PluginError);

    auto options = test::options();
    options.mode = bridge32::Mode::in_process;
    const Client here("struct_differs", options);
    constexpr auto kLarge = static_cast<std::intptr_t>(std::int64_t{1} << 40);
    CHECK(here.call<std::intptr_t>("n", Differs{1, kLarge}) == kLarge);
}
