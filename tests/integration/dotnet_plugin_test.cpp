// The plugin `dotnet`, with tests/libraries/types.cs. Skipped where there is no Mono.
#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "integration/support.hpp"

namespace dotnet_plugin_test {

namespace {

using bridge32::Client;
using bridge32::Handle;
using bridge32::NdArray;
struct Thing;

const std::string kAssembly = (test::kLibraries / "32" / "types.dll").string();

/// A client of the assembly, or nothing where there is no Mono.
std::optional<Client> client() {
    if (!std::filesystem::exists(kAssembly)) {
        MESSAGE("[skipped] there is no mcs to compile types.cs (Debian: mono-mcs)");
        return std::nullopt;
    }
    try {
        return Client("dotnet", {.kwargs = {{"assembly", kAssembly}}});
    } catch (const bridge32::PluginError& error) {
        const std::string text = error.what();
        if (text.find("libmonosgen-2.0-1:i386") == std::string::npos) {
            throw;
        }
        MESSAGE("[skipped] there is no 32-bit Mono (Debian: libmonosgen-2.0-1:i386)");
        return std::nullopt;
    }
}

template <class... A>
bridge32::RemoteError error_of(Client& c, const std::string& method, const A&... arguments) {
    try {
        c.call(method, arguments...);
    } catch (const bridge32::RemoteError& error) {
        return error;
    }
    return {"none", "nothing was thrown", ""};
}

}  // namespace

TEST_CASE("dotnet: what plugins/dotnet/README.md shows runs") {
    if (!client()) return;
    const std::string folder = std::filesystem::path(kAssembly).parent_path().string();
    // [use]
    bridge32::Client net("dotnet", {.kwargs = {{"assembly", folder + "/types.dll"}}});
    int three = net.call<int>("Tests.Inner.Values.Divide", 7, 2);
    auto thing = net.call<bridge32::Handle<struct Thing>>("Thing.new(int)", 5);
    int five = net.call<int>("Thing.Value", thing);
    net.call<void>("release", thing);
    // [use end]
    CHECK(three == 3);
    CHECK(five == 5);
}

TEST_CASE("dotnet: types and what cannot be called are listed") {
    auto c = client();
    if (!c) return;

    CHECK(c->get("types") == bridge32::Json{"Thing", "Thing.Failure", "Special",
                                            "Tests.Inner.Values", "Tests.Inner.Faults"});
    CHECK(c->get("left_out") ==
          bridge32::Json{"Tests.Inner.Values.Decimal", "Tests.Inner.Values.ByReference"});
}

TEST_CASE("dotnet: values of every type come back as they went") {
    auto c = client();
    if (!c) return;
    const std::string v = "Tests.Inner.Values.";

    const auto least = std::numeric_limits<std::int64_t>::min();
    CHECK(c->call<std::int64_t>(v + "Long", least) == least);
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(c->call<double>(v + "Double", infinity) == infinity);
    CHECK(c->call<bool>(v + "Bool", true));
    const std::string text("zero \0 \xe2\x82\xac \xf0\x9f\x98\x80", 15);
    CHECK(c->call<std::string>(v + "Text", text) == text);
    CHECK(c->call(v + "Text", nullptr).is_null());
    CHECK(c->call<int>(v + "Day", 6) == 6);
    const std::vector<std::int64_t> longs{least, 5};
    CHECK(c->call<std::vector<std::int64_t>>(v + "Longs", longs) == longs);
    CHECK(c->call<std::vector<float>>(v + "Floats", std::vector<float>{}).empty());
    CHECK(c->call(v + "Floats", nullptr).is_null());
    const NdArray<double> rows({2, 3}, {1, 2, 3, 4, 5, 6});
    CHECK(c->call<NdArray<double>>(v + "Matrix", rows) == rows);
    const NdArray<double> columns({2, 3}, {1, 4, 2, 5, 3, 6}, bridge32::Order::fortran);
    CHECK(c->call<NdArray<double>>(v + "Matrix", columns) == rows);
    CHECK(c->call<double>(v + "FirstRow", columns) == 12);
    CHECK(c->call<int>(v + "Divide", bridge32::named({{"b", 2}, {"a", 7}})) == 3);
}

TEST_CASE("dotnet: arguments that do not fit are refused by name") {
    auto c = client();
    if (!c) return;
    const std::string v = "Tests.Inner.Values.";

    const auto too_large = error_of(*c, v + "Divide", std::int64_t{1} << 40, 1);
    CHECK(too_large.type() == "InvalidArgument");
    CHECK(too_large.message().find("argument `a`: 1099511627776 does not fit") !=
          std::string::npos);
    CHECK(error_of(*c, v + "Bool", 1).type() == "InvalidArgument");
    CHECK(error_of(*c, v + "Matrix", std::vector<double>{1}).message().find("2 dimensions") !=
          std::string::npos);
}

TEST_CASE("dotnet: objects are handles, and virtual methods are theirs") {
    auto c = client();
    if (!c) return;
    const auto thing = c->call<Handle<Thing>>("Thing.new(int)", 5);
    const auto special = c->call<Handle<Thing>>("Special.new");

    CHECK(c->call<int>("Thing.Value", thing) == 5);
    CHECK(c->call<int>("Thing.Value", special) == 77);
    CHECK(c->call<bool>("Thing.Same", thing, thing));
    CHECK(!c->call<bool>("Thing.Same", thing, special));
    CHECK(!c->call<bool>("Thing.Same", thing, nullptr));
    CHECK(!c->call<Handle<Thing>>("Thing.Nothing"));

    CHECK(error_of(*c, "Special.Value", thing).message().find("a handle of Special") !=
          std::string::npos);
    CHECK(error_of(*c, "Thing.Value", nullptr).type() == "InvalidArgument");
    c->call<void>("release", thing);
    CHECK(error_of(*c, "Thing.Value", thing).message().find("was destroyed") != std::string::npos);
}

TEST_CASE("dotnet: exceptions arrive with their .NET type and message") {
    auto c = client();
    if (!c) return;

    const auto own = error_of(*c, "Tests.Inner.Faults.Fail");
    CHECK(own.type() == "Thing.Failure");
    CHECK(own.message() == "a failure of its own");
    CHECK(own.where() == "dotnet.Tests.Inner.Faults.Fail");
    CHECK(error_of(*c, "Tests.Inner.Values.Divide", 1, 0).type() == "System.DivideByZeroException");
    CHECK(error_of(*c, "Tests.Inner.Faults.Null", nullptr).type() ==
          "System.NullReferenceException");
    CHECK(c->call<int>("Tests.Inner.Values.Divide", 7, 2) == 3);
}

TEST_CASE("dotnet: what is missing is a PluginError that says what to do") {
    CHECK_THROWS_WITH_AS(Client("dotnet"), doctest::Contains("`assembly`"), bridge32::PluginError);
    CHECK_THROWS_WITH_AS(Client("dotnet", {.kwargs = {{"assembly", "/nowhere.dll"}}}),
                         doctest::Contains("nowhere.dll`"), bridge32::PluginError);
    // Any file will do: the runtime is looked for before the assembly is read.
    CHECK_THROWS_WITH_AS(
        Client("dotnet", {.kwargs = {{"assembly", "/etc/passwd"}, {"runtime", "libnowhere.so"}}}),
        doctest::Contains("apt-get install libmonosgen-2.0-1:i386"), bridge32::PluginError);
}

}  // namespace dotnet_plugin_test
