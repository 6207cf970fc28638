#include "wire/leftovers.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/names.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"
#include "unit/wire/support.hpp"
#include "wire/channel.hpp"

namespace linux_leftovers_test {

using namespace bridge32;
using bridge32::test::segments_named;

namespace {

/// Has a process that ends at once make a segment, in its own way; returns its name.
template <class Make>
std::string left_by_dead(const Make& make) {
    const std::string name = bridge32::unguessable_name();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        make(name);
        ::_exit(0);
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    REQUIRE(segments_named(name).size() == 1);
    return name;
}

}  // namespace

TEST_CASE("leftovers: a channel whose client died before a host attached is removed") {
    const auto name = left_by_dead([](const std::string& its_name) {
        auto segment = os::Segment::create(its_name, 4096);
        auto* header = new (segment.data()) wire::ChannelHeader{};
        header->client_pid = os::own_pid();
        header->magic = wire::kChannelMagic;
    });
    const auto living = wire::Channel::create(4096, wire::WaitMode::kBlock);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!segments_named(name).empty() && std::chrono::steady_clock::now() < deadline) {
        wire::remove_leftovers();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }

    CHECK(segments_named(name).empty());
    CHECK(segments_named(living->name()).size() == 1);
}

TEST_CASE("leftovers: what nobody finished in this moment, and what is none of ours, stays") {
    const auto unfinished = os::Segment::create(bridge32::unguessable_name(), 4096);
    auto foreign = os::Segment::create(bridge32::unguessable_name(), 4096);
    foreign.data()[0] = std::byte{7};

    wire::remove_leftovers();

    CHECK(segments_named(unfinished.name()).size() == 1);
    CHECK(segments_named(foreign.name()).size() == 1);
    unfinished.unlink();
    foreign.unlink();
}

}  // namespace linux_leftovers_test
