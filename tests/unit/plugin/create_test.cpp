// How a plugin is made, and how it goes.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "unit/plugin/fake_host.hpp"

namespace create_test {

namespace {

using bridge32::Json;
using bridge32::test::Loaded;
using bridge32::test::refusal;

std::vector<std::string> happened;

class Gain : public bridge32::Plugin {
public:
    explicit Gain(const Json& kwargs) {
        property("gain", kwargs.value("gain", 1.0));
        property("name", kwargs.value("name", std::string("none")));
        property("folder", bridge32::detail::plugin_folder);
        property("kwargs", kwargs);
    }
};

class Plain : public bridge32::Plugin {
public:
    static constexpr auto threading = bridge32::Threading::concurrent;
    static constexpr auto instances = bridge32::Instances::shared;
};

class InApartment : public bridge32::Plugin {
public:
    static constexpr auto apartment = bridge32::Apartment::sta;
};

/// Its constructor must not be taken for one from kwargs, though a Json converts to int.
class DefaultBesideInt : public bridge32::Plugin {
public:
    explicit DefaultBesideInt(int value = 1) { property("value", value); }
};

class Refuses : public bridge32::Plugin {
public:
    explicit Refuses(const Json& kwargs) {
        const std::string how = kwargs.value("how", "");
        if (how == "runtime_error") throw std::runtime_error("no light");
        if (how == "plugin_error") throw bridge32::PluginError("the lamp is not plugged in");
        if (how == "int") throw 7;
        if (how == "key") property("gain", kwargs.at("gain"));
        if (how == "library") bridge32::Library("no_such_library");
    }
};

class Orderly : public bridge32::Plugin {
public:
    Orderly() { happened.emplace_back("constructor"); }
    ~Orderly() override { happened.emplace_back("destructor"); }
    void on_shutdown() override { happened.emplace_back("on_shutdown"); }
};

class ThrowsAtTheEnd : public bridge32::Plugin {
public:
    void on_shutdown() override { throw std::runtime_error("not now"); }
};

class Late : public bridge32::Plugin {
public:
    Late() {
        method("more", [this] { method("other", [] {}); });
    }
};

}  // namespace

TEST_CASE("plugin: the constructor gets the kwargs, and knows the plugin's folder") {
    Loaded<Gain> lib(R"({"gain":2.5,"xs":[1,2]})");

    CHECK(lib.result(R"({"get":"gain"})") == 2.5);
    CHECK(lib.result(R"({"get":"kwargs"})") == Json({{"gain", 2.5}, {"xs", {1, 2}}}));
    CHECK(lib.result(R"({"get":"folder"})") == "/plugins");
    CHECK(Loaded<Gain>("null").result(R"({"get":"gain"})") == 1.0);
}

TEST_CASE("plugin: two instances of a plugin are independent") {
    Loaded<Gain> one(R"({"gain":1.5})");
    Loaded<Gain> two(R"({"gain":2.5})");

    CHECK(one.result(R"({"get":"gain"})") == 1.5);
    CHECK(two.result(R"({"get":"gain"})") == 2.5);
}

TEST_CASE("plugin: kwargs that do not suit are a PluginError that shows them") {
    CHECK(refusal<Gain>(R"({"gain":"loud"})") ==
          "the constructor of lib failed on its kwargs: type must be number, but is string "
          "(kwargs: {\"gain\":\"loud\"})");
    CHECK(refusal<Refuses>(R"({"how":"key"})") ==
          "the constructor of lib failed on its kwargs: key 'gain' not found (kwargs: "
          "{\"how\":\"key\"})");
    CHECK(refusal<Plain>(R"({"gain":1})") == "the plugin takes no kwargs, but got {\"gain\":1}");
    CHECK(refusal<Gain>("[1]") == "kwargs must be a JSON object, not [1]");
    CHECK(refusal<Gain>("{").starts_with("the kwargs cannot be read: malformed JSON"));
    CHECK(Loaded<DefaultBesideInt>().result(R"({"get":"value"})") == 1);
}

TEST_CASE("plugin: what the constructor throws is a PluginError") {
    CHECK(refusal<Refuses>(R"({"how":"runtime_error"})") ==
          "the constructor of lib threw std::runtime_error: no light");
    CHECK(refusal<Refuses>(R"({"how":"plugin_error"})") == "the lamp is not plugged in");
    CHECK(refusal<Refuses>(R"({"how":"int"})") ==
          "the constructor of lib threw int: the number 7, which is not a std::exception, was "
          "thrown");
    CHECK(refusal<Refuses>(R"({"how":"library"})") == "no such library");
    CHECK(refusal<Refuses>() == "made");
}

TEST_CASE("plugin: the table tells threads and instances") {
    CHECK(Loaded<Gain>::kTable.flags == BRIDGE32_PLUGIN_GUARDED);
    CHECK(Loaded<Plain>::kTable.flags ==
          (BRIDGE32_PLUGIN_CONCURRENT | BRIDGE32_PLUGIN_SHARED | BRIDGE32_PLUGIN_GUARDED));
    CHECK(Loaded<InApartment>::kTable.flags == (BRIDGE32_PLUGIN_STA | BRIDGE32_PLUGIN_GUARDED));
    CHECK(Loaded<Gain>::kTable.struct_size == sizeof(bridge32_plugin));
    CHECK(Loaded<Gain>::kTable.abi_version == BRIDGE32_ABI_VERSION);
    CHECK(Loaded<Gain>::kTable.get_extension("none") == nullptr);
}

TEST_CASE("plugin: on_shutdown runs before the destructor") {
    happened.clear();
    Loaded<Orderly> lib;

    lib.unload();

    CHECK(happened == std::vector<std::string>{"constructor", "on_shutdown", "destructor"});
}

TEST_CASE("plugin: what on_shutdown throws is logged") {
    Loaded<ThrowsAtTheEnd> lib;

    lib.unload();

    CHECK(lib.host().logged ==
          std::vector<std::string>{"on_shutdown of lib threw std::runtime_error: not now"});
}

TEST_CASE("plugin: a method that is registered after the constructor is a PluginError") {
    Loaded<Late> lib;

    CHECK(lib.result(R"({"method":"more"})") ==
          "PluginError: method other: methods and properties must be registered in the plugin's "
          "constructor");
}

}  // namespace create_test
