// The plugin's objects in the client's hands.
#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "integration/server.hpp"
#include "integration/support.hpp"

namespace handles_test {

// [types]
struct Camera;  // the client's own types, to tell handles apart
struct Port;
// [types end]
struct Recording;

namespace {

using bridge32::Client;
using bridge32::Handle;
using bridge32::InvalidArgument;
using bridge32::Json;

/// A private host and the same process, one after the other.
Client each_mode(const std::string& plugin, const Json& kwargs = nullptr) {
    auto options = test::options();
    options.kwargs = kwargs;
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = bridge32::Mode::in_process; }
    return Client(plugin, options);
}

std::vector<std::string> lines(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("handles: one of a class is one of its base classes") {
    const Client c = each_mode("handles");

    const auto meter = c.call<Handle<struct Meter>>("meter", 7);

    CHECK(c.call<int>("device_number", meter) == 7);
    CHECK(c.call<std::string>("named", meter) == "a name");
    CHECK_THROWS_WITH_AS(c.call("grab", meter),
                         doctest::Contains("expected a handle of camera, found a handle of Meter"),
                         InvalidArgument);
}

TEST_CASE("handles: a client gets one, passes it back, and has it destroyed") {
    const test::TemporaryFolder folder;
    const Client c = each_mode("handles", {{"file", (folder.path() / "log").string()}});

    // [use]
    const auto camera = c.call<Handle<Camera>>("open", 3);
    const int frames = c.call<int>("grab", camera);
    c.call("close", camera);
    // [use end]

    CHECK(frames == 1);
    CHECK(camera);
    CHECK(camera.type() == "camera");
    CHECK(lines(folder.path() / "log") == Lines{"camera 3"});
    CHECK_THROWS_WITH_AS(c.call("grab", camera),
                         doctest::Contains("argument `from` of grab: this handle of camera was "
                                           "destroyed"),
                         InvalidArgument);
    CHECK_THROWS_AS(c.call("close", camera), InvalidArgument);
}

TEST_CASE("handles: in containers, optional, by name, untyped and of a callback") {
    const Client c = each_mode("handles");

    const auto all = c.call<std::map<std::string, Handle<Camera>>>("open_all", 3);
    std::vector<Handle<Camera>> list;
    for (const auto& [name, camera] : all)
        list.push_back(camera);
    CHECK(c.call<int>("grab_all", list) == 3);
    CHECK(c.call<int>("grab", bridge32::named({{"from", list[0]}})) == 2);
    CHECK(c.call<int>("maybe_grab", std::optional(list[0])) == 3);
    CHECK(c.call<int>("maybe_grab", std::optional<Handle<Camera>>()) == 0);
    CHECK(c.call<int>("maybe_grab", Handle<Camera>()) == 0);
    CHECK_FALSE(c.call<Handle<Camera>>("maybe_open", -1));
    CHECK_FALSE(c.call<std::optional<Handle<Camera>>>("maybe_open", -1));

    const Json untyped = c.call("open", 9);
    CHECK(c.call<int>("grab", untyped) == 1);
    CHECK(c.call<int>("grab", untyped.get<Handle<Camera>>()) == 2);
    CHECK(c.call<int>("grab_all", Json{untyped, list[1]}) == 5);
    CHECK(c.call("echo", Json{{"a", untyped}}).at("a") == untyped);

    CHECK(c.call<int>(
              "choose", [](const Handle<Camera>&, const Handle<Camera>& b) { return b; }, list[0],
              list[2]) == 2);
    CHECK_THROWS_WITH_AS(
        c.call(
            "choose", [](const Handle<Camera>&, const Handle<Camera>&) { return Handle<Camera>(); },
            list[0], list[2]),
        doctest::Contains("expected a handle of camera"), bridge32::RemoteError);
}

TEST_CASE("handles: of numbers, and of C++ objects that hold others") {
    const test::TemporaryFolder folder;
    Client c = each_mode("handles", {{"file", (folder.path() / "log").string()}});

    const auto port = c.call<Handle<Port>>("open_port", 7);
    CHECK(c.call<std::string>("write", port, "hello") == "107: hello");
    const auto camera = c.call<Handle<Camera>>("open", 1);
    const auto recording = c.call<Handle<Recording>>("record", camera);
    c.call("close", camera);
    CHECK(c.call<int>("grab_next", recording) == 1);
    CHECK_THROWS_AS(c.call("grab", camera), InvalidArgument);
    CHECK(lines(folder.path() / "log") == Lines{});

    c.shutdown();
    CHECK(lines(folder.path() / "log") ==
          Lines{"on_shutdown", "camera 1", "port 107", "destructor"});
}

TEST_CASE("handles: what a client forgot is destroyed when it goes, the newest first") {
    const test::TemporaryFolder folder;
    {
        const Client c = each_mode("handles", {{"file", (folder.path() / "log").string()}});
        c.call("open", 1);
        c.call("open", 2);
        c.call("close", c.call("open", 3));
        c.call("open", 4);
    }

    CHECK(lines(folder.path() / "log") ==
          Lines{"camera 3", "on_shutdown", "camera 4", "camera 2", "camera 1", "destructor"});
}

TEST_CASE("handles: of another type, client or plugin, made up, or none at all") {
    const Client c = each_mode("handles");
    const Client other = test::client("handles");
    const auto camera = c.call<Handle<Camera>>("open", 1);
    const auto port = c.call<Handle<Port>>("open_port", 1);
    other.call("open", 1);

    CHECK_THROWS_WITH_AS(c.call("grab", port),
                         doctest::Contains("expected a handle of camera, found a handle of Port"),
                         InvalidArgument);
    CHECK_THROWS_WITH_AS(other.call("grab", camera),
                         doctest::Contains("was not issued to this client"), InvalidArgument);
    CHECK_THROWS_WITH_AS(
        c.call("grab", Json{{"$handle", {{"type", "camera"}, {"id", std::string(32, '1')}}}}),
        doctest::Contains("was not issued to this client"), InvalidArgument);
    CHECK_THROWS_WITH_AS(c.call("grab", Handle<Camera>()),
                         doctest::Contains("expected a handle of camera, found null"),
                         InvalidArgument);
    CHECK_THROWS_WITH_AS(c.call("open", camera), doctest::Contains("found a handle"),
                         InvalidArgument);
    CHECK_THROWS_WITH_AS(c.call<int>("open", 1), doctest::Contains("found a handle"),
                         InvalidArgument);
    CHECK_THROWS_WITH_AS(camera.get(), doctest::Contains("exists only in the plugin"),
                         bridge32::Error);
    CHECK(c.call<int>("grab", camera) == 1);
}

TEST_CASE("handles: a user's own object that looks a little like one stays what it is") {
    const Client c = each_mode("handles");

    for (const Json& own : {Json{{"$handle", 1}}, Json{{"$handle", {{"type", "x"}}}},
                            Json{{"$handle", {{"type", "x"}, {"id", 1}}}},
                            Json{{"$handle", {{"type", "x"}, {"id", "1"}}}, {"more", 1}}}) {
        CHECK(c.call("echo", own) == own);
    }
}

TEST_CASE("handles: those from before a restart are refused") {
    Client c = test::client("handles");
    const auto camera = c.call<Handle<Camera>>("open", 1);

    c.restart();
    c.call("open", 1);

    CHECK_THROWS_WITH_AS(c.call("grab", camera), doctest::Contains("before a restart"),
                         InvalidArgument);
}

TEST_CASE("handles: clients of a shared instance have their own, and everybody the instance's") {
    const test::Server server(test::name("handles"));
    const Client stays = server.connect("handles_shared");
    const auto mine = stays.call<Handle<Camera>>("make", "mine");
    const auto everybodys = stays.get<Handle<Camera>>("everybodys");
    {
        const Client leaves = server.connect("handles_shared");
        const auto first = leaves.call<Handle<Camera>>("make", "first");
        leaves.call("make", "second");
        const auto kept = leaves.call<Handle<Camera>>("make", "kept");
        leaves.call("keep", kept);

        CHECK(leaves.call<bool>("use", first, 1));
        CHECK(leaves.call<bool>("use", everybodys, 1));
        CHECK_THROWS_WITH_AS(leaves.call("use", mine, 1),
                             doctest::Contains("was not issued to this client"), InvalidArgument);
        CHECK_THROWS_AS(stays.call("destroy", first), InvalidArgument);
        CHECK(stays.get<int>("alive") == 5);
    }

    CHECK(stays.get<Lines>("destroyed") == Lines{"second", "first"});
    CHECK(stays.call<bool>("use", mine, 1));
    CHECK(stays.call<bool>("use", everybodys, 1));
    CHECK(stays.call<std::string>("kept") == "kept");
    stays.call("keep", mine);
    CHECK(stays.get<Lines>("destroyed") == Lines{"second", "first", "kept"});
}

TEST_CASE(
    "handles: calls that use an object while another destroys it see it whole or not at all") {
    const Client c = each_mode("handles_shared");
    std::atomic<int> bad{0};

    for (int round = 0; round < 20; ++round) {
        const auto thing = c.call<Handle<Camera>>("make", "thing");
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                try {
                    for (int i = 0; i < 8; ++i) {
                        if (!c.call<bool>("use", thing, 1000)) ++bad;
                        if (i == 3 + t) c.call("destroy", thing);
                    }
                } catch (const InvalidArgument&) {
                }
            });
        }
        for (auto& thread : threads)
            thread.join();
    }

    CHECK(bad == 0);
    CHECK(c.get<Lines>("destroyed") == Lines(20, "thing"));
    CHECK(c.get<int>("alive") == 1);
}

}  // namespace handles_test
