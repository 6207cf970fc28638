// The plugin `com`, with components that every Windows has: Scripting.Dictionary and
// Scripting.FileSystemObject.
#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <bridge32/internal/text/path_text.hpp>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "integration/support.hpp"

namespace windows_com_plugin_test {

namespace {

using bridge32::Client;
using bridge32::Json;
using bridge32::detail::utf8_of;
using Object = bridge32::Handle<struct ComObject>;

Client dictionary() { return Client("com", {.kwargs = {{"progid", "Scripting.Dictionary"}}}); }

Json list(std::initializer_list<Json> values) { return Json::array_t(values); }

template <class... A>
bridge32::RemoteError error_of(Client& c, const std::string& method, const A&... arguments) {
    try {
        c.call(method, arguments...);
    } catch (const bridge32::RemoteError& error) {
        return error;
    }
    return {"none", "nothing was thrown", ""};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("com: what plugins/com/README.md shows runs") {
    const test::TemporaryFolder temporary;
    const std::string place = utf8_of(temporary.path());
    // [use]
    using Object = bridge32::Handle<struct ComObject>;
    using bridge32::Json;

    bridge32::Client com("com", {.kwargs = {{"progid", "Scripting.FileSystemObject"}}});
    auto folder = com.call<Object>("call", nullptr, "CreateFolder", Json::array({place + "\\new"}));
    auto file =
        com.call<Object>("call", nullptr, "CreateTextFile", Json::array({place + "\\new\\a.txt"}));
    com.call("call", file, "WriteLine", Json::array({"hello"}));
    com.call("call", file, "Close");

    auto files = com.call<Object>("get", folder, "Files");
    std::vector<std::string> names;
    for (const auto& one : com.call<std::vector<Object>>("items", files)) {
        names.push_back(com.call<std::string>("get", one, "Name"));  // "a.txt"
    }
    // [use end]
    CHECK(names == std::vector<std::string>{"a.txt"});
}

TEST_CASE("com: a text file is written, read back, listed and deleted, in a folder of any name") {
    const test::TemporaryFolder temporary;
    const std::string place = utf8_of(temporary.path()) + "\\uñicödé 日本";
    Client c("com", {.kwargs = {{"progid", "Scripting.FileSystemObject"}}});
    const auto folder = c.call<Object>("call", nullptr, "CreateFolder", list({place}));
    CHECK(std::filesystem::is_directory(bridge32::detail::path_from_utf8(place)));
    const std::string path = place + "\\grüße.txt";
    constexpr bool kUnicode = true;
    const auto writer =
        c.call<Object>("call", nullptr, "CreateTextFile", list({path, true, kUnicode}));
    c.call("call", writer, "WriteLine", list({"größer 日本"}));
    c.call("call", writer, "Write", list({"end"}));
    c.call("call", writer, "Close");

    const auto reader = c.call<Object>("call", nullptr, "OpenTextFile", list({path, 1, false, -1}));

    CHECK(c.call<std::string>("call", reader, "ReadLine") == "größer 日本");
    CHECK_FALSE(c.call<bool>("get", reader, "AtEndOfStream"));
    CHECK(c.call<std::string>("call", reader, "ReadAll") == "end");
    c.call("call", reader, "Close");
    const auto files = c.call<std::vector<Object>>("items", c.call<Object>("get", folder, "Files"));
    REQUIRE(files.size() == 1);
    CHECK(c.call<std::string>("get", files.front(), "Name") == "grüße.txt");
    CHECK(c.call<std::string>("get", files.front(), "") == path);  // the default member
    const auto changed = c.call("get", files.front(), "DateLastModified");
    CHECK(changed.at("date").get<std::string>().size() == 19);
    c.call("call", nullptr, "DeleteFile", list({path}));
    CHECK_FALSE(c.call<bool>("call", nullptr, "FileExists", list({path})));
}

TEST_CASE("com: values come back from a component as they were given") {
    Client c = dictionary();
    const Json values[] = {nullptr,
                           true,
                           -5,
                           std::numeric_limits<std::int64_t>::min(),
                           std::numeric_limits<std::uint64_t>::max(),
                           2.5,
                           "",
                           "grüße 😀",
                           {{"date", "2024-02-29T13:05:00"}},
                           {{"date", "1899-12-29T06:00:00.250"}},
                           {{"currency", "-12.3456"}},
                           {{"decimal", "12345678901234567890.123"}},
                           list({1, "two", nullptr, list({})}),
                           list({list({1, 2, 3}), list({4, 5, 6})}),
                           list({list({list({1}), list({2})}), list({list({3}), list({4})})}),
                           Json::binary({1, 2, 255})};
    for (const Json& value : values) {
        CAPTURE(value.dump());
        c.call("set", nullptr, "Item", value, list({"key"}));

        CHECK(c.call("get", nullptr, "Item", list({"key"})) == value);
    }
    CHECK(c.call<int>("get", nullptr, "Count") == 1);
}

TEST_CASE("com: a value that says its type is given as that") {
    Client c = dictionary();
    const auto there_and_back = [&](const Json& value) {
        c.call("set", nullptr, "Item", value, list({"key"}));
        return c.call("get", nullptr, "Item", list({"key"}));
    };

    CHECK(there_and_back({{"i2", -3}}) == -3);
    CHECK(there_and_back({{"ui1", 200}}) == 200);
    CHECK(there_and_back({{"r4", 0.5}}) == 0.5);
    CHECK(there_and_back({{"r8", list({list({1, 2}), list({3, 4})})}}) ==
          list({list({1.0, 2.0}), list({3.0, 4.0})}));
    CHECK(there_and_back({{"bstr", list({"a", "b"})}}) == list({"a", "b"}));
    CHECK(there_and_back({{"empty", nullptr}}) == nullptr);
    for (const Json& bad :
         {Json{{"i2", 40'000}}, Json{{"ui1", -1}}, Json{{"i4", 1.5}}, Json{{"date", "yesterday"}},
          Json{{"date", "2023-02-29"}}, Json{{"no_such_type", 1}}, Json{{"a", 1}, {"b", 2}}}) {
        CAPTURE(bad.dump());
        CHECK(error_of(c, "set", nullptr, "Item", bad, list({"key"})).type() == "InvalidArgument");
    }
}

TEST_CASE("com: numeric arrays of a typed client arrive as an array") {
    Client c = dictionary();
    const std::vector<double> given{1, 2.5, -3};

    c.call("set", nullptr, "Item", given, list({"key"}));

    CHECK(c.call<std::vector<double>>("get", nullptr, "Item", list({"key"})) == given);
}

TEST_CASE("com: an object is given to another, and comes back as the same") {
    Client c = dictionary();
    const auto inner = c.call<Object>("create", "Scripting.Dictionary");
    c.call("call", inner, "Add", list({"x", 1}));

    c.call("call", nullptr, "Add", list({"inner", inner}));
    c.call("set", nullptr, "Item", inner, list({"other"}));

    const auto back = c.call<Object>("get", nullptr, "Item", list({"inner"}));
    CHECK(c.call<int>("get", back, "Item", list({"x"})) == 1);
    CHECK(c.call<int>("get", c.get<Object>("object"), "Count") == 2);
    c.call("release", inner);
    CHECK(error_of(c, "get", inner, "Count").type() == "InvalidArgument");
    CHECK(c.call<int>("get", back, "Count") == 1);
}

TEST_CASE("com: a collection is listed, all of it or its beginning") {
    Client c = dictionary();
    for (const char* key : {"a", "b", "c"}) {
        c.call("call", nullptr, "Add", list({key, 1}));
    }

    CHECK(c.call<std::vector<std::string>>("items", nullptr) ==
          std::vector<std::string>{"a", "b", "c"});
    CHECK(c.call<std::vector<std::string>>("items", nullptr, 2).size() == 2);
    const auto drives = c.call<Object>("create", "Scripting.FileSystemObject");
    CHECK(contains(error_of(c, "items", drives).message(), "not a collection"));
}

TEST_CASE("com: named arguments, and what a component has") {
    Client c = dictionary();

    c.call("call", nullptr, "Add", Json::array(), Json{{"Item", 5}, {"Key", "n"}});

    CHECK(c.call<int>("get", nullptr, "Item", list({"n"})) == 5);
    CHECK(c.call<std::string>("type", nullptr) == "IDictionary");
    bool found = false;
    for (const Json& member : c.call("members", nullptr)) {
        found =
            found ||
            member == Json{{"name", "Add"}, {"kind", "method"}, {"parameters", {"Key", "Item"}}};
    }
    CHECK(found);
}

TEST_CASE("com: errors say which member, which code, and what to do") {
    Client c = dictionary();
    c.call("call", nullptr, "Add", list({"a", 1}));

    const auto twice = error_of(c, "call", nullptr, "Add", list({"a", 1}));
    CHECK(twice.type() == "HRESULT 0x800A01C9");
    CHECK(contains(twice.message(), "Add: "));
    CHECK(contains(twice.message(), "run-time error 457"));
    CHECK_THROWS_AS(c.call("call", nullptr, "Nope"), bridge32::MethodNotFound);
    CHECK_THROWS_AS(c.call("call", nullptr, "Add", list({"b"})), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("call", nullptr, "Add", 5), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("call", nullptr, "Add", Json::array(), Json{{"Nope", 1}}),
                    bridge32::InvalidArgument);
    const auto unknown = error_of(c, "create", "No.Such.Component");
    CHECK(unknown.type() == "HRESULT 0x800401F3");
    CHECK(contains(unknown.message(), "COM class `No.Such.Component` not found"));
    CHECK(contains(unknown.message(), "regsvr32"));
    CHECK_THROWS_AS(Client("com", {.kwargs = {{"progid", "No.Such.Component"}}}),
                    bridge32::PluginError);
}

}  // namespace windows_com_plugin_test
