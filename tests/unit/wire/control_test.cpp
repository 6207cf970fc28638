#include "wire/control.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/names.hpp"
#include "unit/os/runtime_folder.hpp"
#include "unit/wire/support.hpp"

namespace control_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;
using bridge32::test::segments_named;
using Names = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

/// The control segment as a hostile client maps it.
class Intruder {
public:
    explicit Intruder(const ControlClient& client)
        : segment_(os::Segment::open(client.segment_name())) {}

    ControlHeader& header() { return *reinterpret_cast<ControlHeader*>(segment_.data()); }

private:
    os::Segment segment_;
};

Names take_all(ControlServer& server) {
    Names names;
    while (const auto name = server.take())
        names.push_back(*name);
    return names;
}

std::filesystem::path file_of(const RuntimeFolder& runtime, const std::string& name) {
    return runtime.path() / "bridge32" / (name + ".host");
}

}  // namespace

TEST_CASE("control: what a client posts, the host takes, once") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    const auto first = bridge32::unguessable_name();
    const auto second = bridge32::unguessable_name();
    CHECK(client.host_pid() == os::own_pid());
    CHECK_FALSE(server.ready());
    CHECK(take_all(server).empty());

    REQUIRE(client.post(first));
    REQUIRE(client.post(second));

    CHECK(server.ready());
    CHECK(take_all(server) == Names{first, second});
    CHECK_FALSE(server.ready());
    CHECK(take_all(server).empty());
}

TEST_CASE("control: a post wakes the host") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    server.bell_words().sleeping.store(1);

    REQUIRE(client.post(bridge32::unguessable_name()));

    CHECK(server.bell_words().sequence.load() == 1);
    CHECK(client.bell_words().sequence.load() == 1);
}

TEST_CASE("control: with all slots posted, the next client waits for the host") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    for (std::uint32_t i = 0; i < kControlSlots; ++i) {
        REQUIRE(client.post(bridge32::unguessable_name()));
    }

    CHECK_FALSE(client.post(bridge32::unguessable_name()));
    CHECK(take_all(server).size() == kControlSlots);
    CHECK(client.post(bridge32::unguessable_name()));
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

TEST_CASE("control: a file that names something else is not opened, and its segment not removed") {
    const RuntimeFolder runtime;
    const std::string other = bridge32::unguessable_name() + ".other";
    const auto segment = os::Segment::create(other, 4096);
    {
        const ControlServer server("lab");
        std::ofstream file(file_of(runtime, "lab"), std::ios::trunc);
        if (file.is_open()) {
            file << other << std::flush;
            CHECK_THROWS_AS(ControlClient("lab"), StartupError);
        } else {  // Windows: while the host runs, nobody else can write to it
            CHECK_NOTHROW(ControlClient("lab"));
        }
        std::ofstream(file_of(runtime, "lab2")) << other;
        const ControlServer second("lab2");
    }

    CHECK(segments_named(other).size() == 1);
    segment.unlink();
}

TEST_CASE("control: a segment that is no control segment, or another version, is refused") {
    const RuntimeFolder runtime;
    const ControlServer server("lab");
    Intruder intruder{ControlClient("lab")};

    SUBCASE("another magic number") { intruder.header().magic = kChannelMagic; }
    SUBCASE("another version") { intruder.header().wire_version = 2; }

    CHECK_THROWS_AS(ControlClient("lab"), ProtocolError);
}

TEST_CASE("control: what a hostile client writes is no channel, and its slot is free again") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    Intruder intruder(client);
    auto& slots = intruder.header().slots;
    const auto post = [&](std::size_t slot, const std::string& name) {
        std::memset(slots[slot].channel, 'x', sizeof slots[slot].channel);
        std::memcpy(slots[slot].channel, name.data(), name.size());
        slots[slot].state.store(kSlotPosted);
    };
    post(0, std::string(kChannelNameBytes, 'a'));  // without an end
    post(1, std::string("\0", 1));
    post(2, std::string("../../etc/passwd\0", 17));
    post(3, bridge32::unguessable_name() + std::string(".c0\0", 4));
    post(4, "bridge32-" + std::string(32, 'G') + std::string(1, '\0'));
    post(5, "bridge32-" + std::string(31, 'a') + std::string(1, '\0'));
    const auto good = bridge32::unguessable_name();
    post(6, good + std::string(1, '\0'));
    intruder.header().posts.fetch_add(1);

    CHECK(take_all(server) == Names{good});

    for (const auto& slot : slots) {
        CHECK(slot.state.load() == 0);
    }
}

TEST_CASE("control: a header that a client has written over is put right") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    Intruder intruder(ControlClient("lab"));
    intruder.header().magic = 0;
    intruder.header().wire_version = 99;
    intruder.header().host_pid = 1;
    CHECK_THROWS_AS(ControlClient("lab"), ProtocolError);

    server.look_after_slots(Clock::now());

    CHECK(ControlClient("lab").host_pid() == os::own_pid());
}

TEST_CASE("control: a slot that is claimed and not posted is free again after a moment") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    Intruder intruder(client);
    auto& slots = intruder.header().slots;
    for (auto& slot : slots)
        slot.state.store(os::own_pid());  // of a living process: it holds them all
    const auto start = Clock::now();
    server.look_after_slots(start);
    CHECK_FALSE(client.post(bridge32::unguessable_name()));

    server.look_after_slots(start + times::kClaimLife - 1ms);
    CHECK_FALSE(client.post(bridge32::unguessable_name()));
    slots[7].state.store(os::own_pid() + 1);  // another claim, of another time
    server.look_after_slots(start + times::kClaimLife);

    for (std::size_t i = 0; i < kControlSlots; ++i)
        CHECK(slots[i].state.load() == (i == 7 ? os::own_pid() + 1 : 0));
    const auto channel = bridge32::unguessable_name();
    REQUIRE(client.post(channel));
    CHECK(client.posted(channel));
    CHECK(take_all(server) == Names{channel});
    CHECK_FALSE(client.posted(channel));
}

TEST_CASE("control: a post that was not counted, since its client died, is found") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    Intruder intruder{ControlClient("lab")};
    auto& slot = intruder.header().slots[3];
    const auto channel = bridge32::unguessable_name();
    std::memcpy(slot.channel, channel.c_str(), channel.size() + 1);
    slot.state.store(kSlotPosted | 4711);
    CHECK_FALSE(server.ready());

    server.look_after_slots(Clock::now());

    CHECK(server.ready());
    CHECK(take_all(server) == Names{channel});
    CHECK_FALSE(server.ready());
}

TEST_CASE("control: a name that was withdrawn is nobody's, and another host may take it") {
    const RuntimeFolder runtime;
    ControlServer first("lab");
    first.withdraw();
    CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);

    ControlServer second("lab");
    CHECK(ControlClient("lab").segment_name() != "");
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
