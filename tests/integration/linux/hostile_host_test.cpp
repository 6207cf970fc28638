// A host that breaks the rules, hostile_host.py: whatever it sends, each call ends with the right
// error, and the client lives on.
#include <bridge32/bridge32.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/types.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "unit/os/runtime_folder.hpp"

namespace linux_hostile_host_test {

namespace {

using bridge32::Bytes;
using bridge32::Client;
using bridge32::ClientOptions;
using bridge32::ConnectionClosed;
using bridge32::Error;
using bridge32::InvalidArgument;
using bridge32::Json;
using bridge32::NdArray;
using bridge32::ProtocolError;
using Map = std::map<std::string, Json>;
using namespace std::chrono_literals;

const std::filesystem::path kHostile =
    std::filesystem::path(__FILE__).parent_path() / "hostile_host.py";

ClientOptions hostile_options(const char* opening = "") {
    ClientOptions options;
    options.host_executable = kHostile;
    options.wait = bridge32::Wait::spin;
    options.shutdown_timeout = 300ms;
    options.startup_timeout = 60s;
    options.environment["BRIDGE32_TEST_OPEN"] = opening;
    return options;
}

Client open_hostile(const char* opening = "") {
    return Client("hostile", hostile_options(opening));
}

/// False, and says so, if the host cannot run.
bool has_python() {
    static const bool found = std::system("command -v python3 >/dev/null") == 0;
    if (!found) MESSAGE("[skipped] there is no python3");
    return found;
}

/// Shared hosts that break the rules, each as its `what` says.
class HostileServer {
public:
    explicit HostileServer(const std::vector<std::string>& whats) : process_(start(whats)) {
        char letter = 0;
        REQUIRE(bridge32::test::read_pipe(process_.out(), &letter, 1) == 1);
    }
    static std::string name(const std::string& what) { return test::name(what.c_str()); }
    std::uint32_t pid() const noexcept { return process_.pid(); }
    bool alive() const noexcept { return process_.handle().alive(); }

private:
    static bridge32::os::ChildProcess start(const std::vector<std::string>& whats) {
        bridge32::os::ProcessOptions options;
        options.executable = kHostile;
        options.arguments = {"--serve"};
        for (const auto& what : whats)
            options.arguments.push_back(name(what));
        return bridge32::os::ChildProcess::start(options);
    }

    const bridge32::test::RuntimeFolder runtime_;  // other tests list the hosts in the user's
    bridge32::os::ChildProcess process_;
};

ClientOptions shared_options(std::chrono::milliseconds startup = 20s) {
    ClientOptions options;
    options.wait = bridge32::Wait::spin;
    options.startup_timeout = startup;
    options.call_timeout = 20s;
    return options;
}

/// What a client of such a host gets.
std::string visit(const std::string& what) {
    const auto startup = what == "ignores" ? 1000ms : 20s;
    try {
        const Client c =
            Client::connect(HostileServer::name(what), "hostile", shared_options(startup));
        return c.get<int>("x") == 1 ? "opened" : "a wrong value";
    } catch (const bridge32::HostCrashed&) {
        return "HostCrashed";
    } catch (const ConnectionClosed&) {
        return "ConnectionClosed";
    } catch (const bridge32::StartupError&) {
        return "StartupError";
    } catch (const ProtocolError&) {
        return "ProtocolError";
    } catch (const std::exception& e) {
        return e.what();
    }
}

/// The names in one of the host's tables.
std::vector<std::string> names(const std::string& table) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "names";
    const std::string script = "exec(open('" + kHostile.string() +
                               "').read().rsplit('\\nmain()', 1)[0]); print(*" + table + ")";
    REQUIRE(std::system(("python3 -c \"" + script + "\" >" + file.string()).c_str()) == 0);
    std::ifstream text(file);
    std::vector<std::string> found;
    for (std::string name; text >> name;)
        found.push_back(name);
    REQUIRE_FALSE(found.empty());
    return found;
}

/// The session is over: later calls say so at once, and the host has ended.
void check_closed(const Client& c) {
    CHECK_THROWS_WITH_AS(c.get("x"), doctest::Contains("the host broke the protocol"),
                         ConnectionClosed);
    CHECK_THROWS_AS(c.notify("right"), ConnectionClosed);
    const auto pid = static_cast<pid_t>(c.host_info().pid);
    CHECK(test::eventually([&] { return ::kill(pid, 0) != 0; }));
}

/// The C interface, as a program in C sees it.
struct CClient {
    explicit CClient(const char* opening = "") {
        const Json options{{"host_executable", kHostile.string()},
                           {"wait", "spin"},
                           {"shutdown_timeout", 300},
                           {"environment", {{"BRIDGE32_TEST_OPEN", opening}}}};
        status = bridge32_client_open("hostile", options.dump().c_str(), nullptr, nullptr, &handle,
                                      nullptr);
    }
    CClient(const CClient&) = delete;
    CClient& operator=(const CClient&) = delete;
    ~CClient() { bridge32_client_close(handle); }
    std::int32_t call(const std::string& method, const Json& args) {
        bridge32_reply* reply = nullptr;
        status = bridge32_client_call(handle, method.c_str(), args.dump().c_str(), nullptr, nullptr,
                                      0, BRIDGE32_CLIENT_TIMEOUT, &reply, nullptr);
        bridge32_reply_free(reply);
        return status;
    }
    bridge32_client* handle = nullptr;
    std::int32_t status;
};

}  // namespace

TEST_CASE("hostile host: whatever it answers to open is a ProtocolError") {
    if (!has_python()) return;
    CHECK(open_hostile().host_info().version == "hostile");

    // Each start of Python takes a while: open_reply_test.cpp has the others.
    for (const char* const name : {"deep", "deep_member", "deep_error", "empty", "pid_huge"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(open_hostile(name), ProtocolError);
    }
    CHECK(CClient("deep").status == BRIDGE32_STATUS_PROTOCOL);
    // Its `--about` is as deep.
    CHECK_THROWS_AS(open_hostile("ends"), bridge32::StartupError);
}

TEST_CASE("hostile host: a result that is no value is that call's error, of whatever type") {
    if (!has_python()) return;
    Client c = open_hostile();
    CClient in_c;

    for (const auto& name : names("VALUES")) {
        CAPTURE(name);
        CHECK_THROWS_AS(c.call("value", name), InvalidArgument);
        CHECK_THROWS_AS(c.call<int>("value", name), InvalidArgument);
        CHECK_THROWS_AS(c.call<std::vector<double>>("value", name), InvalidArgument);
        CHECK_THROWS_AS(c.call<NdArray<const double>>("value", name), InvalidArgument);
        CHECK_THROWS_AS(c.call<Bytes>("value", name), InvalidArgument);
        CHECK_THROWS_AS(c.call<Map>("value", name), InvalidArgument);
        CHECK_THROWS_AS(c.async("value", name).get(), InvalidArgument);
        const auto results = c.batch().call("value_in_batch", name).send();
        CHECK_THROWS_AS(results.at(0).get(), InvalidArgument);
        CHECK(in_c.call("value", {name}) == BRIDGE32_STATUS_INVALID_ARGUMENT);
    }

    CHECK(c.call("empty_array") == Json::array());
    CHECK(c.get<int>("x") == 1);
    CHECK(in_c.call("right", Json::array()) == BRIDGE32_STATUS_OK);
}

TEST_CASE("hostile host: arguments of callbacks and events that are no values are refused") {
    if (!has_python()) return;
    Client c = open_hostile();
    int runs = 0;
    c.on_event("e", [&](const Json&) { ++runs; });

    for (const auto& name : names("VALUES")) {
        CAPTURE(name);
        const auto answer = c.call<std::string>("value_in_callback", name, [&](const Json&) {
            ++runs;
            return 1;
        });
        CHECK(answer.find("the callback's arguments do not fit") != std::string::npos);
        CHECK_THROWS_AS(c.call("value_in_event", name), InvalidArgument);
    }

    CHECK(runs == 0);
    CHECK(c.get<int>("x") == 1);
}

TEST_CASE("hostile host: what is no JSON never gets further than the reader") {
    if (!has_python()) return;
    Client c = open_hostile();

    for (const auto& name : names("TEXTS")) {
        CAPTURE(name);
        CHECK_THROWS_AS(c.call("text", name), Error);
        CHECK_THROWS_AS(c.call<void>("text", name), Error);
        CHECK_THROWS_AS(c.call<std::vector<double>>("text", name), Error);
    }
    for (const char* const name : {"deep", "deep_dtype", "unclosed"}) {
        CAPTURE(name);
        CClient in_c;
        CHECK(in_c.call("text", {name}) == BRIDGE32_STATUS_PROTOCOL);
        CHECK(in_c.call("right", Json::array()) == BRIDGE32_STATUS_CONNECTION_CLOSED);
    }
}

TEST_CASE("hostile host: a ProtocolError closes the client at once, and ends the host") {
    if (!has_python()) return;
    const auto attack = [](const std::string& method, const Json& argument) {
        CAPTURE(method);
        CAPTURE(argument.dump());
        Client c = open_hostile();
        c.on_event("e", [](const Json&) {});
        CHECK_THROWS_AS(argument.is_null() ? c.call(method) : c.call(method, argument),
                        ProtocolError);
        check_closed(c);
    };
    SUBCASE("replies") {
        for (const char* const name : {"empty", "neither", "deep_error"})
            attack("reply", name);
        attack("told", nullptr);
    }
    SUBCASE("frames") {
        // unit/wire/ring_test.cpp has the others.
        for (const char* const name : {"kind", "request", "flags", "size_huge", "text_huge"})
            attack("header", name);
        attack("entry", "beyond");
        attack("index", -64);
    }
    SUBCASE("callbacks and events") {
        attack("callback", R"({"callback":"x"})");
        attack("event", R"({"event":5})");
        attack("deep_event", nullptr);
    }
    SUBCASE("batches") {
        for (const char* const name : {"none", "unclosed"}) {
            CAPTURE(name);
            Client c = open_hostile();
            CHECK_THROWS_AS(c.batch().call("batch_reply", name).send(), ProtocolError);
            check_closed(c);
        }
    }
    SUBCASE("and it can be restarted") {
        Client c = open_hostile();
        CHECK_THROWS_AS(c.call("header", "kind"), ProtocolError);
        c.restart();
        CHECK(c.get<int>("x") == 1);
    }
}

TEST_CASE("hostile host: calls that it answers with callbacks or events nest 64 deep, no deeper") {
    if (!has_python()) return;
    Client c = open_hostile();
    int deepest = 0;
    std::string error;
    const auto call_again = [&](const char* method) {
        ++deepest;
        try {
            c.call(method);
        } catch (const Error& e) {
            if (error.empty()) error = e.what();
            throw;
        }
    };

    SUBCASE("callbacks") {
        CHECK_NOTHROW(c.call("nest", [&] { call_again("nest"); }));
    }
    SUBCASE("events") {
        c.on_event("e", [&] { call_again("nest_events"); });
        CHECK_THROWS_AS(c.call("nest_events"), Error);
    }

    CHECK(deepest == 64);
    CHECK(error.find("calls and callbacks nest more than 64 deep") != std::string::npos);
    CHECK(c.get<int>("x") == 1);
}

TEST_CASE("hostile host: what nobody waits for is dropped") {
    if (!has_python()) return;
    Client c = open_hostile();

    CHECK(c.call<int>("stray_replies") == 1);
    CHECK(c.call<int>("twice") == 1);
    CHECK(c.call<int>("stray_callbacks") == 1);
    CHECK(c.call<int>("callback", R"({"callback":1})") == 1);
    CHECK(c.call<int>("event", "[") == 1);  // without a handler
    CHECK(c.call<int>("prints") == 1);
    CHECK_THROWS_AS(c.call("unknown_segment"), bridge32::RemoteError);
    for (const Json& number : {Json(99), Json(-5), Json(1.5), Json("\"x\"")})
        CHECK_THROWS_AS(c.call("thrown", number), bridge32::RemoteError);
    CHECK_THROWS_AS(c.with_timeout(50ms).call("silent"), bridge32::TimeoutError);
    CHECK(c.get<int>("x") == 1);
}

TEST_CASE("hostile host: a close without the right answer takes no longer than its limit") {
    if (!has_python()) return;
    for (const char* const opening : {"close_garbage", "close_silent"}) {
        Client c = open_hostile(opening);
        const auto host = bridge32::os::ProcessHandle::of(c.host_info().pid);
        CHECK_NOTHROW(c.shutdown());
        CHECK_FALSE(host.alive());
    }
}

TEST_CASE("hostile host: a crash report of anything is a HostCrashed of what makes sense") {
    if (!has_python()) return;
    for (int seed = 0; seed < 3; ++seed) {
        CAPTURE(seed);
        Client c = open_hostile();
        try {
            c.call("report", seed);
            FAIL("it has ended");
        } catch (const bridge32::HostCrashed& e) {
            CHECK(Json::accept(e.report().dump()));
        }
    }
}

TEST_CASE("hostile host: a zero byte in a plugin's name does not hide what the file is called") {
    for (const std::string& name :
         {(test::kLibraries / "x.so").string() + std::string("\0.b32.so", 8),
          std::string("echo\0x", 6)}) {
        CHECK_THROWS_WITH_AS(test::client(name), "the plugin's name has a zero byte",
                             bridge32::PluginError);
    }
}

TEST_CASE("hostile host: a shared one that lies to its visitors is an error for them, in time") {
    if (!has_python()) return;
    const std::map<std::string, std::string> right = {
        {"silent", "StartupError"},
        {"closes", "StartupError"},
        {"garbage", "ProtocolError"},
        {"nofile", "ProtocolError"},
        {"pipe", "ProtocolError"},
        {"kind", "StartupError"},
        {"short", "ProtocolError"},
        {"size", "ProtocolError"},
        {"unsealed", test::has_sealed_segments() ? "ProtocolError" : "opened"},
        {"magic", "ProtocolError"},
        {"version", "ProtocolError"},
        {"refuses", "ConnectionClosed"},
        {"ends", "ConnectionClosed"},
        {"crashes", "HostCrashed"},
        {"unknown", "HostCrashed"},
        {"ignores", "StartupError"},
        {"lies", "opened"},
        {"serves", "opened"},
    };
    std::vector<std::string> whats;
    for (const auto& entry : right)
        whats.push_back(entry.first);
    const HostileServer server(whats);
    std::map<std::string, std::future<std::string>> outcomes;  // most of them wait for a limit
    for (const auto& what : whats)
        outcomes[what] = std::async(std::launch::async, visit, what);

    for (auto& entry : outcomes) {
        CAPTURE(entry.first);
        CHECK(entry.second.get() == right.at(entry.first));
    }
    CHECK(server.alive());
}

TEST_CASE("hostile host: nothing that a shared one says of itself is used for its process") {
    if (!has_python()) return;
    const HostileServer server({"lies"});
    const Client c = Client::connect(server.name("lies"), "hostile", shared_options());
    CHECK(c.host_info().pid == server.pid());

    bridge32::os::ProcessOptions ps;
    ps.executable = test::kBin / "bridge32";
    ps.arguments = {"ps"};
    auto listing = bridge32::os::ChildProcess::start(ps);
    std::string printed;
    bridge32::os::read_output_until_exit(
        listing, [&](bridge32::os::Output, std::string_view text) { printed += text; });
    CHECK(listing.collect().code == 0);
    const auto row = printed.substr(std::min(printed.size(), printed.find(server.name("lies"))));
    CHECK(row.substr(0, row.find('\n')).ends_with(" 0 s"));  // it began after now
}

TEST_CASE("hostile host: a ProtocolError of a shared one closes that client, and nothing else") {
    if (!has_python()) return;
    const HostileServer server({"serves"});
    for (const char* const name : {"kind", "size_huge"}) {
        CAPTURE(name);
        Client c = Client::connect(server.name("serves"), "hostile", shared_options());
        const Client other = Client::connect(server.name("serves"), "hostile", shared_options());
        CHECK_THROWS_AS(c.call("header", name), ProtocolError);
        CHECK_THROWS_AS(c.get("x"), ConnectionClosed);
        CHECK(other.get<int>("x") == 1);
    }
    CHECK(server.alive());
}

}  // namespace linux_hostile_host_test
