#include "host32/session/plugin_registry.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

#include "bridge32/error.hpp"

namespace plugin_registry_test {

using namespace bridge32;
using host::InstancesFor;
using host::PluginRegistry;

namespace {

PluginRegistry registry(std::optional<InstancesFor> instances = {},
                        hosting::PluginRules rules = {}) {
    return PluginRegistry({"no-such-folder", BRIDGE32_TEST_PLUGINS}, {}, instances,
                          std::move(rules));
}

/// Do two clients of the plugin share an instance?
bool shares(PluginRegistry& plugins, const std::string& name) {
    const auto first = plugins.open(name, {});
    const auto second = plugins.open(name, {});
    CHECK(&first->module() == &second->module());
    return first == second;
}

}  // namespace

TEST_CASE("plugin registry: clients share an instance when the plugin wishes") {
    auto plugins = registry();
    CHECK(shares(plugins, "shared_counter"));
    CHECK_FALSE(shares(plugins, "concurrent"));
}

TEST_CASE("plugin registry: what the host decides about instances counts") {
    auto all_shared = registry(InstancesFor::kShared);
    CHECK(shares(all_shared, "concurrent"));
    auto all_own = registry(InstancesFor::kOwn);
    CHECK_FALSE(shares(all_own, "shared_counter"));
}

TEST_CASE("plugin registry: the shared instance ends with its last client") {
    auto plugins = registry();
    std::weak_ptr<hosting::PluginInstance> first = plugins.open("shared_counter", {});
    CHECK(first.expired());
    CHECK(plugins.open("shared_counter", {}) != nullptr);
}

TEST_CASE("plugin registry: a plugin that is not there, or not allowed, is refused") {
    auto plugins = registry();
    CHECK_THROWS_AS(plugins.open("no_such_plugin", {}), PluginError);
    hosting::PluginRules rules;
    rules.allowed = {"concurrent"};
    auto strict = registry({}, rules);
    CHECK_THROWS_AS(strict.open("shared_counter", {}), PluginError);
    CHECK(strict.open("concurrent", {}) != nullptr);
}

}  // namespace plugin_registry_test
