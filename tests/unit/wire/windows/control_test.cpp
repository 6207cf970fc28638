// The slots in which clients post their channels.
#include "wire/control.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "unit/os/runtime_folder.hpp"

namespace windows_control_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;
using Names = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

ControlHeader& header_of(ControlClient& client) {
    return *reinterpret_cast<ControlHeader*>(reinterpret_cast<std::byte*>(&client.bell_words()) -
                                             offsetof(ControlHeader, host_bell));
}

/// Posts a name, as a channel that is called so does; false if no slot is free.
bool post(const std::string& name) {
    ControlClient client("lab");
    const auto channel = Channel::create(kMinRingBytes, WaitMode::kBlock);
    client.link(*channel);
    const auto segment = os::Segment::create(name, 4096);
    return const_cast<Link&>(channel->link()).give(SegmentKind::kChannel, 0, segment);
}

Names take_all(ControlServer& server) {
    Names names;
    while (const auto link = server.take())
        names.push_back(link->channel());
    return names;
}

}  // namespace

TEST_CASE("control: with all slots posted, the next client waits for the host") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    for (std::uint32_t i = 0; i < kControlSlots; ++i) {
        REQUIRE(post(bridge32::unguessable_name()));
    }

    CHECK_FALSE(post(bridge32::unguessable_name()));
    CHECK(take_all(server).size() == kControlSlots);
    CHECK(post(bridge32::unguessable_name()));
}

TEST_CASE("control: what a hostile client writes is no channel, and its slot is free again") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    auto& slots = header_of(client).slots;
    const auto write = [&](std::size_t slot, const std::string& name) {
        std::memset(slots[slot].channel, 'x', sizeof slots[slot].channel);
        std::memcpy(slots[slot].channel, name.data(), name.size());
        slots[slot].state.store(kSlotPosted);
    };
    write(0, std::string(kChannelNameBytes, 'a'));  // without an end
    write(1, std::string("\0", 1));
    write(2, std::string("../../etc/passwd\0", 17));
    write(3, bridge32::unguessable_name() + std::string(".c0\0", 4));
    write(4, "bridge32-" + std::string(32, 'G') + std::string(1, '\0'));
    write(5, "bridge32-" + std::string(31, 'a') + std::string(1, '\0'));
    const auto good = bridge32::unguessable_name();
    write(6, good + std::string(1, '\0'));
    header_of(client).posts.fetch_add(1);

    CHECK(take_all(server) == Names{good});

    for (const auto& slot : slots) {
        CHECK(slot.state.load() == 0);
    }
}

TEST_CASE("control: a slot that is claimed and not posted is free again after a moment") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    auto& slots = header_of(client).slots;
    for (auto& slot : slots)
        slot.state.store(os::own_pid());  // of a living process: it holds them all
    const auto start = Clock::now();
    server.look_after(start);
    CHECK_FALSE(post(bridge32::unguessable_name()));

    server.look_after(start + times::kClaimLife - 1ms);
    CHECK_FALSE(post(bridge32::unguessable_name()));
    slots[7].state.store(os::own_pid() + 1);  // another claim, of another time
    server.look_after(start + times::kClaimLife);

    for (std::size_t i = 0; i < kControlSlots; ++i)
        CHECK(slots[i].state.load() == (i == 7 ? os::own_pid() + 1 : 0));
    const auto channel = bridge32::unguessable_name();
    REQUIRE(post(channel));
    REQUIRE(post(channel));  // it is there already
    CHECK(take_all(server) == Names{channel});
}

TEST_CASE("control: a post that was not counted, since its client died, is found") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    auto& slot = header_of(client).slots[3];
    const auto channel = bridge32::unguessable_name();
    std::memcpy(slot.channel, channel.c_str(), channel.size() + 1);
    slot.state.store(kSlotPosted | 4711);
    CHECK_FALSE(server.ready());

    server.look_after(Clock::now());

    CHECK(server.ready());
    CHECK(take_all(server) == Names{channel});
    CHECK_FALSE(server.ready());
}

}  // namespace windows_control_test
