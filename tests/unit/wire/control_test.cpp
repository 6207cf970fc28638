#include "wire/control.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "unit/os/runtime_folder.hpp"
#include "unit/wire/support.hpp"

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;
using bridge32::test::segments_named;
using Names = std::vector<std::string>;

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

std::filesystem::path file_of(const RuntimeFolder& runtime, const std::string& name) {
    return runtime.path() / "bridge32" / (name + ".host");
}

}  // namespace

TEST_CASE("control: what a client posts, the host takes, once") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    const auto first = os::unguessable_name();
    const auto second = os::unguessable_name();
    CHECK(client.host_pid() == os::own_pid());
    CHECK_FALSE(server.ready());
    CHECK(server.take().empty());

    REQUIRE(client.post(first));
    REQUIRE(client.post(second));

    CHECK(server.ready());
    CHECK(server.take() == Names{first, second});
    CHECK_FALSE(server.ready());
    CHECK(server.take().empty());
}

TEST_CASE("control: a post wakes the host") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    server.bell_words().sleeping.store(1);

    REQUIRE(client.post(os::unguessable_name()));

    CHECK(server.bell_words().sequence.load() == 1);
    CHECK(client.bell_words().sequence.load() == 1);
}

TEST_CASE("control: with all slots posted, the next client waits for the host") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    ControlClient client("lab");
    for (std::uint32_t i = 0; i < kControlSlots; ++i) {
        REQUIRE(client.post(os::unguessable_name()));
    }

    CHECK_FALSE(client.post(os::unguessable_name()));
    CHECK(server.take().size() == kControlSlots);
    CHECK(client.post(os::unguessable_name()));
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

TEST_CASE("control: nothing is left in shared memory, even of a host that was killed") {
    const RuntimeFolder runtime;
    std::string name;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        [[maybe_unused]] const ControlServer server("lab");
        ::_exit(0);  // as if killed: no destructor runs
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    std::ifstream(file_of(runtime, "lab")) >> name;
    CHECK(segments_named(name).size() == 1);

    SUBCASE("a client that looks for it cleans up") {
        CHECK_THROWS_AS(ControlClient("lab"), ConnectionClosed);
        CHECK(segments_named(name).empty());
        CHECK_FALSE(std::filesystem::exists(file_of(runtime, "lab")));
    }
    SUBCASE("so does a host of any name") {
        const ControlServer other("other");
        CHECK(segments_named(name).empty());
    }
    {
        const ControlServer server("lab");
        CHECK(segments_named(name).empty());
        name = ControlClient("lab").segment_name();
        CHECK(segments_named(name).size() == 1);
    }
    CHECK(segments_named(name).empty());
}

TEST_CASE("control: a file that names something else is not opened, and its segment not removed") {
    const RuntimeFolder runtime;
    const std::string other = os::unguessable_name() + ".other";
    const auto segment = os::Segment::create(other, 4096);
    {
        const ControlServer server("lab");
        std::ofstream(file_of(runtime, "lab"), std::ios::trunc) << other;
        CHECK_THROWS_AS(ControlClient("lab"), StartupError);
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
    post(3, os::unguessable_name() + std::string(".c0\0", 4));
    post(4, "bridge32-" + std::string(32, 'G') + std::string(1, '\0'));
    post(5, "bridge32-" + std::string(31, 'a') + std::string(1, '\0'));
    const auto good = os::unguessable_name();
    post(6, good + std::string(1, '\0'));
    intruder.header().posts.fetch_add(1);

    CHECK(server.take() == Names{good});

    for (const auto& slot : slots) {
        CHECK(slot.state.load() == 0);
    }
}

TEST_CASE("control: a slot whose client died before it posted is freed, a living one's is not") {
    const RuntimeFolder runtime;
    ControlServer server("lab");
    Intruder intruder{ControlClient("lab")};
    auto& slots = intruder.header().slots;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(0);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    slots[0].state.store(static_cast<std::uint32_t>(child));
    slots[1].state.store(os::own_pid());
    slots[2].state.store(0x7FFF'FFFF);

    server.free_abandoned_slots();

    CHECK(slots[0].state.load() == 0);
    CHECK(slots[1].state.load() == os::own_pid());
    CHECK(slots[2].state.load() == 0);
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
