// A small typed call allocates nothing on the plugin's side.
#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

#include "support/allocation_count.hpp"
#include "unit/plugin/fake_host.hpp"

namespace allocation_test {

namespace {

using bridge32::test::allocation_count;
using bridge32::test::FakeHost;
using bridge32::test::request_of;

class Adds : public bridge32::Plugin {
public:
    Adds() {
        method("add", [](std::int32_t a, std::int32_t b) { return a + b; }, {"a", "b"});
        method("a method with quite a long name", [](double x) { return x; }, {{"x", 1.5}});
        property("version", [] { return 3; });
    }
};

/// Counts replies, and remembers whether the last one was a result.
struct Replies {
    int count = 0;
    bool good = false;
};

std::int32_t BRIDGE32_ABI count_reply(const bridge32_host*, bridge32_call* call, const char* json,
                                      std::uint32_t size, const bridge32_attachment*,
                                      std::uint32_t) {
    auto& replies = *reinterpret_cast<Replies*>(call);
    ++replies.count;
    replies.good = std::string_view(json, size).starts_with(R"({"result":)");
    return BRIDGE32_OK;
}

}  // namespace

TEST_CASE("plugin: a small typed call allocates nothing once the buffers have grown") {
    FakeHost host;
    host.reply = count_reply;
    Replies replies;
    auto* const call = reinterpret_cast<bridge32_call*>(&replies);
    constexpr bridge32_plugin kPlugin = bridge32::detail::plugin_table<Adds>();
    const auto create = request_of(R"({"plugin":{"name":"lib","folder":""},"kwargs":{}})", {});
    bridge32_instance* const instance = kPlugin.create(&host, call, &create);
    REQUIRE(instance != nullptr);

    for (const std::string_view json :
         {R"({"method":"add","args":[1,2]})", R"({"method":"add","args":[1],"kwargs":{"b":2}})",
          R"({"kwargs":{},"args":[],"method":"a method with quite a long name"})",
          R"({"get":"version"})"}) {
        CAPTURE(json);
        const auto request = request_of(json, {});
        kPlugin.call(instance, call, &request);

        const std::uint64_t before = allocation_count();
        for (int i = 0; i < 100; ++i) {
            kPlugin.call(instance, call, &request);
        }
        const std::uint64_t after = allocation_count();

        CHECK(after - before == 0);
        CHECK(replies.good);
    }
    CHECK(replies.count == 4 * 101);
    kPlugin.shutdown(instance);
    kPlugin.destroy(instance);
}

}  // namespace allocation_test
