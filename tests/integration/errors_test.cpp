// Bad input: each gets a clear error of the promised type, and the session lives on.
#include <doctest/doctest.h>

#include "integration/support.hpp"

namespace errors_test {

using bridge32::named;
using bridge32::test::library_file;
using bridge32::test::plugin_file;

namespace {

/// Runs `work`, which must throw an E, and returns its text.
template <class E, class Work>
std::string message_of(const Work& work) {
    try {
        work();
    } catch (const E& e) {
        return e.what();
    } catch (const std::exception& e) {
        FAIL("threw something else: ", e.what());
    }
    FAIL("did not throw");
    return {};
}

bool has(const std::string& text, const std::string& part) {
    INFO("looked for \"", part, "\" in: ", text);
    const bool found = text.find(part) != std::string::npos;
    CHECK(found);
    return found;
}

std::string open_error(const std::string& plugin,
                       bridge32::Json kwargs = bridge32::Json::object()) {
    auto options = test::options();
    options.kwargs = std::move(kwargs);
    return message_of<bridge32::PluginError>([&] { bridge32::Client(plugin, options); });
}

std::string library(const char* bits, const char* name) {
    return (test::kLibraries / bits / library_file(name)).string();
}

}  // namespace

TEST_CASE("errors: an unknown plugin is reported with the folders and the plugins there") {
    const auto text = open_error("ecko");
    has(text, "ecko");
    has(text, test::kPlugins.string());
    has(text, "echo");
}

TEST_CASE("errors: a plugin name with a folder in it is refused") {
    has(open_error("../echo"), "is not the name of a plugin");
}

TEST_CASE("errors: a library that is not a plugin has no entry point, and the error says so") {
    has(open_error("not_a_plugin"), "BRIDGE32_PLUGIN");
}

TEST_CASE("errors: a plugin with another ABI version says which and what to do") {
    const auto text = open_error("wrong_abi");
    has(text, "999");
    has(text, "Rebuild the plugin");
}

TEST_CASE("errors: a plugin with an incomplete table is refused") {
    has(open_error("incomplete_table"), "incomplete");
    has(open_error("null_entry"), "not a plugin");
}

TEST_CASE("errors: a plugin built only for 64 bit is named as such") {
    const test::TemporaryFolder folder;
    std::filesystem::copy(test::kPlugins / plugin_file("echo", 64),
                          folder.path() / plugin_file("only64", 64));
    std::filesystem::copy(test::kPlugins / plugin_file("echo", 64),
                          folder.path() / plugin_file("disguised"));
    bridge32::ClientOptions options;
    options.plugin_path = folder.path();

    const auto absent =
        message_of<bridge32::PluginError>([&] { bridge32::Client("only64", options); });
    has(absent, plugin_file("only64", 64));
    has(absent, "BITS 32");
    const auto disguised =
        message_of<bridge32::PluginError>([&] { bridge32::Client("disguised", options); });
    has(disguised, "64-bit");
}

TEST_CASE("errors: a library where a plugin is looked for is told apart, with what serves it") {
    bridge32::ClientOptions options;
    options.plugin_path = test::kLibraries / "32";

    const auto text =
        message_of<bridge32::PluginError>([&] { bridge32::Client("libplain", options); });
    has(text, " or libplain.b32i in ");
    has(text, library_file("plain"));
    has(text, "make an interface file for the library");
}

TEST_CASE("errors: a plugin file that is text, empty or cut short is refused without a crash") {
    const test::TemporaryFolder folder;
    bridge32::ClientOptions options;
    options.plugin_path = folder.path();
    std::filesystem::copy(test::kPlugins / plugin_file("echo"),
                          folder.path() / plugin_file("short"));
    std::filesystem::resize_file(folder.path() / plugin_file("short"), 5000);
    std::filesystem::copy(std::filesystem::path(__FILE__), folder.path() / plugin_file("text"));

    for (const auto* plugin : {"short", "text"}) {
        has(message_of<bridge32::PluginError>([&] { bridge32::Client(plugin, options); }), plugin);
    }
}

TEST_CASE("errors: a constructor that throws is a PluginError with its text") {
    has(open_error("bad_constructor", {{"how", "throw"}}), "std::runtime_error");
    has(open_error("bad_constructor", {{"how", "throw_int"}}), "constructor");
}

TEST_CASE("errors: kwargs that are not an object are rejected") {
    auto options = test::options();
    options.kwargs = bridge32::Json::array({1, 2});
    CHECK_THROWS_AS(bridge32::Client("echo", options), bridge32::InvalidArgument);
}

TEST_CASE("errors: a method that throws keeps type, message and place") {
    const auto c = test::client("throws");
    try {
        c.call("std_exception");
        FAIL("did not throw");
    } catch (const bridge32::RemoteError& e) {
        CHECK(e.type() == "std::runtime_error");
        CHECK_FALSE(e.message().empty());
        CHECK(e.where() == "throws.std_exception");
        has(e.what(), e.message());
    }
    CHECK_THROWS_AS(c.call("int_"), bridge32::RemoteError);
    CHECK_THROWS_AS(c.call("custom"), bridge32::RemoteError);
    CHECK_THROWS_AS(c.call("std_exception"), bridge32::RemoteError);  // the session lives on
}

TEST_CASE("errors: an unknown method is reported with similar names") {
    const auto c = test::client("echo");
    const auto text = message_of<bridge32::MethodNotFound>([&] { c.call("ad", 1, 2); });
    has(text, "add");
    has(text, "`ad`");
}

TEST_CASE("errors: too few, too many, unknown and duplicate arguments") {
    const auto c = test::client("echo");
    using bridge32::InvalidArgument;

    has(message_of<InvalidArgument>([&] { c.call("add", 1); }), "missing");
    has(message_of<InvalidArgument>([&] { c.call("add", 1, 2, 3); }), "3 were given");
    has(message_of<InvalidArgument>([&] { c.call("add", 1, named({{"c", 2}})); }), "`c`");
    has(message_of<InvalidArgument>([&] { c.call("add", 1, named({{"a", 2}})); }), "twice");
    has(message_of<InvalidArgument>([&] { c.call("add", named({{"a", 2}, {"a", 3}})); }), "twice");
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("errors: text that is not UTF-8 is refused before it is sent") {
    const auto c = test::client("echo");
    has(message_of<bridge32::InvalidArgument>([&] { c.call("echo_string", "\xff\xfe"); }), "UTF-8");
    CHECK_THROWS_AS(c.call("\xff"), bridge32::Error);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("errors: JSON nested 10,000 deep is refused") {
    const auto c = test::client("echo");
    bridge32::Json deep;
    for (int i = 0; i < 10'000; ++i)
        deep = bridge32::Json::array({std::move(deep)});

    CHECK_THROWS_AS(c.call("echo", deep), bridge32::InvalidArgument);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("errors: a result that cannot be represented is a RemoteError") {
    const auto c = test::client("bad_result");
    has(message_of<bridge32::RemoteError>([&] { c.call("not_utf8"); }), "UTF-8");
    CHECK_THROWS_AS(c.call("deep"), bridge32::RemoteError);
}

TEST_CASE("errors: the host replies with an error if the plugin does not") {
    const auto c = test::client("no_reply");
    has(message_of<bridge32::Error>([&] { c.call("anything"); }), "no reply");
}

TEST_CASE("errors: a library that is not found is reported with the places searched") {
    const auto text = open_error("loads", {{"library", "no_such_library"}});
    has(text, "no_such_library");
    has(text, test::kPlugins.string());
}

TEST_CASE("errors: a 64-bit library says so and what to do") {
    const auto text = open_error("loads", {{"library", library("64", "plain")}});
    has(text, "64-bit");
    has(text, "host64");
}

TEST_CASE("errors: a missing dependency is named, with who needs it, one and two levels down") {
    const auto direct = open_error("loads", {{"library", library("32", "second")}});
    has(direct, library_file("third"));
    const auto deeper = open_error("loads", {{"library", library("32", "first")}});
    has(deeper, library_file("first"));
    has(deeper, library_file("second"));
    has(deeper, library_file("third"));
}

TEST_CASE("errors: a file that is not a library is described") {
    const auto text = open_error("loads", {{"library", std::string(__FILE__)}});
    has(text, "errors_test.cpp");
}

TEST_CASE("errors: a missing symbol names the nearest exported ones") {
    const auto text = open_error("loads", {{"library", library("32", "plain")}, {"symbol", "ad"}});
    has(text, "`ad`");
    has(text, "add");
}

TEST_CASE("errors: an invalid ring_bytes is a StartupError") {
    for (const std::uint64_t size : {0ULL, 1ULL, 4095ULL, 5000ULL, 1ULL << 31, 1ULL << 40}) {
        CAPTURE(size);
        auto options = test::options();
        options.ring_bytes = size;
        has(message_of<bridge32::StartupError>([&] { bridge32::Client("echo", options); }),
            "power of two");
    }
}

TEST_CASE("errors: a call after shutdown is a ConnectionClosed, a second shutdown is harmless") {
    auto c = test::client("echo");
    c.call("print", "hello\n");
    const auto first = c.shutdown();
    const auto second = c.shutdown();

    has(first.out, "hello");
    CHECK(second.out == first.out);
    CHECK_THROWS_AS(c.call("add", 1, 2), bridge32::ConnectionClosed);
    CHECK_THROWS_AS(c.notify("add", 1, 2), bridge32::ConnectionClosed);
    CHECK_THROWS_AS(c.async("add", 1, 2), bridge32::ConnectionClosed);
}

TEST_CASE("errors: a call that takes too long is a TimeoutError and its late reply is dropped") {
    const auto c = test::client("echo");
    const auto start = std::chrono::steady_clock::now();

    has(message_of<bridge32::TimeoutError>(
            [&] { c.with_timeout(std::chrono::milliseconds(50)).call("sleep_ms", 400); }),
        "50 ms");

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(390));
    CHECK(c.call<int>("add", 1, 2) == 3);  // not the late reply of sleep_ms
}

TEST_CASE("errors: call_timeout holds for every call of the client") {
    auto options = test::options();
    options.call_timeout = std::chrono::milliseconds(50);
    const bridge32::Client c("echo", options);

    CHECK_THROWS_AS(c.call("sleep_ms", 300), bridge32::TimeoutError);
    CHECK(c.with_timeout(std::chrono::seconds(10)).call<int>("add", 1, 2) == 3);
}

}  // namespace errors_test
