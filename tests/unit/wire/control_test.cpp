#include "wire/control.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "unit/os/runtime_folder.hpp"
#include "unit/wire/support.hpp"

namespace control_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;
using namespace std::chrono_literals;

namespace {

/// The control segment as a hostile client has it.
ControlHeader& header_of(ControlClient& client) {
    return *reinterpret_cast<ControlHeader*>(reinterpret_cast<std::byte*>(&client.bell_words()) -
                                             offsetof(ControlHeader, host_bell));
}

/// A channel that is introduced to the host.
std::unique_ptr<Channel> introduced(ControlClient&& client) {
    auto channel = Channel::create(kMinRingBytes, WaitMode::kBlock);
    client.link(*channel);
    REQUIRE(channel->introduce());
    return channel;
}

/// The next client that the host attaches to; waits for it.
std::unique_ptr<Channel> attach_next(ControlServer& server) {
    const auto deadline = Clock::now() + 10s;
    while (!server.ready()) {
        REQUIRE(Clock::now() < deadline);
        std::this_thread::yield();
    }
    auto link = server.take();
    REQUIRE(link.has_value());
    return Channel::attach(std::move(*link), &server.bell_words());
}

std::filesystem::path file_of(const RuntimeFolder& runtime, const std::string& name) {
    return runtime.path() / "bridge32" / (name + ".host");
}

}  // namespace

TEST_CASE("control: a client that introduces its channel is the host's, once") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient first("lab");
    ControlClient second("lab");
    CHECK(first.host_pid() == os::own_pid());
    CHECK_FALSE(server.ready());
    CHECK_FALSE(server.take());

    const auto of_first = introduced(std::move(first));
    const auto hosts_first = attach_next(server);
    const auto of_second = introduced(std::move(second));
    const auto hosts_second = attach_next(server);

    CHECK_FALSE(server.take());
    CHECK_FALSE(server.ready());  // in this order: it may be true until nothing is taken
    CHECK(hosts_first->client_pid() == os::own_pid());
    REQUIRE(of_second->try_send({FrameKind::kRequest, 0, 7}, std::string(1 << 20, ' '), {}));
    Message message;
    REQUIRE(hosts_second->receive(message));
    CHECK(message.readable());
    CHECK(message.json().size() == 1 << 20);
    CHECK_FALSE(hosts_first->receive(message));
}

TEST_CASE("control: a client that comes wakes the host") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    server.bell_words().sleeping.store(1);

    const auto channel = introduced(std::move(client));
    const auto hosts_end = attach_next(server);

    CHECK(server.bell_words().sequence.load() >= 1);
}

TEST_CASE("control: a name has one host at a time") {
    const RuntimeFolder runtime;
    {
        const ControlServer server("lab");
        CHECK_THROWS_AS(ControlServer("lab"), Error);
        const ControlServer other("lab2");
    }
    const ControlServer again("lab");
}

TEST_CASE("control: without a host there is ConnectionClosed") {
    const RuntimeFolder runtime;

    CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);
    { const ControlServer server("lab"); }
    CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);
    CHECK_FALSE(std::filesystem::exists(file_of(runtime, "lab")));
}

TEST_CASE("control: a segment that is no control segment, or another version, is refused") {
    const RuntimeFolder runtime;
    const ControlServer server("lab");
    ControlClient intruder("lab");

    SUBCASE("another magic number") { header_of(intruder).magic = kChannelMagic; }
    SUBCASE("another version") { header_of(intruder).wire_version = kWireVersion + 1; }

    CHECK_THROWS_AS(ControlClient("lab"), ProtocolError);
}

TEST_CASE("control: a header that a client has written over is put right") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient intruder("lab");
    header_of(intruder).magic = 0;
    header_of(intruder).wire_version = 99;
    header_of(intruder).host_pid = 1;
    CHECK_THROWS_AS(ControlClient("lab"), ProtocolError);

    server.look_after(Clock::now());

    CHECK(ControlClient("lab").host_pid() == os::own_pid());
}

TEST_CASE("control: a name that was withdrawn is nobody's, and another host may take it") {
    const RuntimeFolder runtime;
    ControlServer first("lab");
    first.withdraw();
    CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);

    ControlServer second("lab");
    CHECK_NOTHROW(ControlClient("lab"));
    first.withdraw();

    CHECK_NOTHROW(ControlClient("lab"));
}

TEST_CASE("control: what may be the name of a shared host") {
    for (const std::string name : {"lab", "Lab-2.x_y", "7", "-"}) {
        CHECK(is_host_name(name));
    }
    CHECK(is_host_name(std::string(64, 'a')));

    for (const std::string name : {"", ".", "..", ".lab", "a/b", "a b", "l\xC3\xA4", "a\n"}) {
        CAPTURE(name);
        CHECK_FALSE(is_host_name(name));
        CHECK_THROWS_AS(ControlServer{name}, Error);
    }
    CHECK_FALSE(is_host_name(std::string(65, 'a')));
}

}  // namespace control_test
