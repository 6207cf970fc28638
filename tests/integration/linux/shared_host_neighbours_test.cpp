// Clients of a shared host that do harm, and their neighbours, who notice little of it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"
#include "wire/channel.hpp"
#include "wire/control.hpp"

namespace linux_shared_host_neighbours_test {

namespace {

using bridge32::Client;
using test::name;
using test::Server;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What is promised is a second. A sanitizer takes its time.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::chrono::milliseconds kMoment = 4s;
#else
constexpr std::chrono::milliseconds kMoment = 1s;
#endif

/// The program `neighbour`, at its work.
class Neighbour {
public:
    Neighbour(const Server& server, const std::string& what)
        : process_(bridge32::os::ChildProcess::start(
              {std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "neighbour",
               {server.name(), what},
               {},
               {}})) {
        std::string line;
        char letter = 0;
        while (bridge32::test::read_pipe(process_.out(), &letter, 1) == 1 && letter != '\n')
            line += letter;
        REQUIRE(line == "ready");
    }
    void kill() {
        process_.handle().kill();
        REQUIRE(process_.handle().wait(10s));
    }

private:
    bridge32::os::ChildProcess process_;
};

/// How long the longest of some calls took.
Clock::duration longest_call(const Client& c, int calls) {
    Clock::duration longest{};
    for (int i = 0; i < calls; ++i) {
        const auto start = Clock::now();
        REQUIRE(c.call<int>("add", i, 1) == i + 1);
        longest = std::max(longest, Clock::now() - start);
    }
    return longest;
}

/// A client that writes what it likes into its channel.
class Rogue {
public:
    explicit Rogue(const Server& server)
        : control_(server.name()),
          channel_(bridge32::wire::Channel::create(4096, bridge32::wire::WaitMode::kBlock)),
          segment_(bridge32::os::Segment::open(channel_->name())),
          file_(::shm_open(channel_->name().c_str(), O_RDWR, 0)) {
        REQUIRE(file_ >= 0);
        channel_->use_peer_bell(control_.bell_words(), control_.segment_name() + "-host");
        REQUIRE(control_.post(channel_->name()));
        REQUIRE(test::eventually([&] { return state() == State::kAttached; }));
    }
    Rogue(const Rogue&) = delete;
    Rogue& operator=(const Rogue&) = delete;
    ~Rogue() { ::close(file_); }
    using State = bridge32::wire::HostState;

    State state() const { return channel_->host_state(); }
    bridge32::wire::ChannelHeader& header() {
        return *reinterpret_cast<bridge32::wire::ChannelHeader*>(segment_.data());
    }
    std::byte* requests() { return segment_.data() + bridge32::wire::kRingsOffset; }
    void wake_host() {
        bridge32::wire::Doorbell(control_.bell_words(), control_.segment_name() + "-host",
                                 bridge32::wire::WaitMode::kBlock)
            .wake();
    }
    bridge32::wire::Channel& channel() { return *channel_; }
    int file() const { return file_; }

private:
    bridge32::wire::ControlClient control_;
    std::unique_ptr<bridge32::wire::Channel> channel_;
    bridge32::os::Segment segment_;
    int file_;  // of the segment, whose name goes when the host attaches
};

}  // namespace

TEST_CASE("neighbours: one that floods with one-way calls does not starve the others") {
    const Server server(name("floods"));
    const auto c = server.connect("echo");
    const Neighbour floods(server, "floods");

    // Its ring holds thousands of calls of two milliseconds each.
    CHECK(longest_call(c, 50) < kMoment);
}

TEST_CASE("neighbours: one that hangs in its callback holds the others up for a moment only") {
    const Server server(name("hangs"));
    const auto c = server.connect("echo");
    const Neighbour hangs(server, "hangs_in_callback");

    const auto start = Clock::now();
    CHECK(longest_call(c, 200) < kMoment);
    CHECK(Clock::now() - start < 2 * kMoment);  // it happens once
}

TEST_CASE("neighbours: one that does not read its events holds the others up for a moment only") {
    const Server server(name("deaf"));
    const auto c = server.connect("echo");
    const Neighbour deaf(server, "does_not_read");

    const auto start = Clock::now();
    CHECK(longest_call(c, 200) < kMoment);
    CHECK(Clock::now() - start < 2 * kMoment);
}

TEST_CASE("neighbours: those that are killed while they work are gone within a second") {
    Server server(name("killed-clients"));
    const auto c = server.connect("echo");
    const auto host = server.process().pid();
    longest_call(c, 1);
    const auto descriptors = test::descriptors(host);
    const auto mappings = test::mappings(host);

    for (const char* what : {"works", "hangs_in_callback", "idle"}) {
        CAPTURE(what);
        Neighbour neighbour(server, what);
        CHECK(test::descriptors(host) > descriptors);
        neighbour.kill();

        CHECK(test::eventually([&] { return test::descriptors(host) == descriptors; }, kMoment));
        CHECK(longest_call(c, 5) < kMoment);
    }
    // The plugin `calls_back` was loaded, and is not any more.
    CHECK(test::mappings(host) <= mappings + 5);
}

TEST_CASE("neighbours: one that writes nonsense is gone within a second") {
    const Server server(name("nonsense"));
    const auto c = server.connect("echo");
    Rogue rogue(server);

    SUBCASE("an impossible index") { rogue.header().requests.tail.store(0x7FFF'FFC1); }
    SUBCASE("a frame of all ones") {
        std::memset(rogue.requests(), 0xFF, 4096);
        rogue.header().requests.tail.store(64);
    }
    SUBCASE("a frame of zeros") {
        std::memset(rogue.requests(), 0, 4096);
        rogue.header().requests.tail.store(64);
    }
    SUBCASE("JSON that is none") {
        rogue.channel().try_send({bridge32::wire::FrameKind::kOpen, 0, 1, 0}, "{]", {});
    }
    SUBCASE("a request without a plugin") {
        rogue.channel().try_send({bridge32::wire::FrameKind::kRequest, 0, 1, 0}, "{}", {});
    }
    rogue.wake_host();

    CHECK(test::eventually([&] { return rogue.state() == Rogue::State::kGone; }, kMoment));
    CHECK(longest_call(c, 20) < kMoment);
}

TEST_CASE("neighbours: one that cuts its segment short is gone within a second") {
    const Server server(name("truncates"));
    const auto c = server.connect("echo");
    Rogue rogue(server);

    // The header stays, and says that there is a request where no memory is any more.
    REQUIRE(::ftruncate(rogue.file(), bridge32::wire::kRingsOffset) == 0);
    rogue.header().requests.tail.store(64);
    rogue.wake_host();

    CHECK(test::eventually([&] { return rogue.state() == Rogue::State::kGone; }, kMoment));
    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(server.connect("echo").call<int>("add", 3, 4) == 7);
}

TEST_CASE("neighbours: one that claims all slots keeps nobody out") {
    const Server server(name("slots"));
    bridge32::wire::ControlClient control(server.name());
    const auto segment = bridge32::os::Segment::open(control.segment_name());
    auto& header = *reinterpret_cast<bridge32::wire::ControlHeader*>(segment.data());
    for (auto& slot : header.slots)
        slot.state.store(bridge32::os::own_pid());

    CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
}

TEST_CASE("neighbours: one process has a limited number of channels") {
    const Server server(name("many-channels"));
    bridge32::ClientOptions small;
    small.ring_bytes = 4096;
    std::vector<Client> clients;
    for (int i = 0; i < 256; ++i)
        clients.push_back(server.connect("echo", small));

    CHECK_THROWS_AS(server.connect("echo", small), bridge32::ConnectionClosed);

    const Neighbour other(server, "idle");
    clients.pop_back();
    CHECK(test::eventually([&] {
        try {
            return server.connect("echo", small).call<int>("add", 1, 2) == 3;
        } catch (const bridge32::ConnectionClosed&) {
            return false;
        }
    }));
}

TEST_CASE("neighbours: a concurrent plugin's threads are not all taken by one client") {
    const Server server(name("threads"));
    const auto greedy = server.connect("concurrent");
    const auto modest = server.connect("concurrent");
    std::vector<bridge32::Future<void>> calls;
    for (int i = 0; i < 100; ++i)
        calls.push_back(greedy.async<void>("sleep_ms", 300));

    CHECK(longest_call(modest, 5) < kMoment / 2);
    for (auto& call : calls)
        call.cancel();
}

TEST_CASE("shared host: sixty-four clients at once all get their own answers") {
    Server server(name("sixty-four"));
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 64; ++thread) {
        threads.emplace_back([&, thread] {
            try {
                const auto c = server.connect("echo");
                for (int i = 0; i < 50; ++i) {
                    if (c.call<int>("add", thread * 1000, i) != thread * 1000 + i) ++wrong;
                }
                const std::vector<double> values(10'000, thread);
                if (c.call<std::vector<double>>("echo_f64s", values) != values) ++wrong;
            } catch (const std::exception& e) {
                MESSAGE(e.what());
                ++wrong;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == 0);
}

}  // namespace linux_shared_host_neighbours_test
