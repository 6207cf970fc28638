// Clients of a shared host that do harm, and their neighbours, who notice little of it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/linux/segment_file.hpp"
#include "os/process.hpp"
#include "os/user_folder.hpp"
#include "wire/channel.hpp"
#include "wire/control.hpp"
#include "wire/linux/link_end.hpp"

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
          bell_(control_.bell_words(), control_.bell_name(), bridge32::wire::WaitMode::kBlock) {
        control_.link(*channel_);
        REQUIRE(channel_->introduce());
        REQUIRE(test::eventually([&] { return state() == State::kAttached; }));
    }
    Rogue(const Rogue&) = delete;
    Rogue& operator=(const Rogue&) = delete;
    using State = bridge32::wire::HostState;

    State state() const { return channel_->host_state(); }
    bridge32::wire::ChannelHeader& header() {
        return *reinterpret_cast<bridge32::wire::ChannelHeader*>(memory());
    }
    std::byte* requests() { return memory() + bridge32::wire::kRingsOffset; }
    void wake_host() { bell_.wake(); }
    bridge32::wire::Channel& channel() { return *channel_; }

private:
    std::byte* memory() {
        return reinterpret_cast<std::byte*>(&channel_->crash_report()) -
               bridge32::wire::kCrashOffset;
    }

    bridge32::wire::ControlClient control_;
    std::unique_ptr<bridge32::wire::Channel> channel_;
    bridge32::wire::Doorbell bell_;
};

/// A channel in memory that can be cut short, as clients make it where there is no memfd.
struct Unsealed {
    Unsealed()
        : fd(::open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)), segment([this] {
              REQUIRE(::ftruncate(fd, bridge32::wire::kRingsOffset + 8192) == 0);
              return bridge32::os::Segment::map(
                  "unsealed", std::make_shared<const bridge32::os::SegmentFile>(fd));
          }()) {
        auto* const made = new (segment.data()) bridge32::wire::ChannelHeader{};
        made->wire_version = bridge32::wire::kWireVersion;
        made->ring_bytes = 4096;
        made->client_pid = bridge32::os::own_pid();
        made->magic = bridge32::wire::kChannelMagic;
    }

    bridge32::wire::ChannelHeader& header() {
        return *reinterpret_cast<bridge32::wire::ChannelHeader*>(segment.data());
    }
    bridge32::wire::HostState state() {
        return static_cast<bridge32::wire::HostState>(header().host_state.load());
    }

    int fd;
    bridge32::os::Segment segment;
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
    Unsealed rogue;
    auto socket = bridge32::wire::LocalSocket::connect(bridge32::os::user_runtime_folder() /
                                                       (server.name() + ".socket"));
    REQUIRE(socket.has_value());
    bridge32::wire::Link link(std::make_unique<bridge32::wire::Link::End>(
        std::move(*socket), "unsealed", /*only_sealed=*/false));
    REQUIRE(link.give(bridge32::wire::SegmentKind::kChannel, 0, rogue.segment));
    using State = bridge32::wire::HostState;
    REQUIRE(test::eventually([&] { return rogue.state() == State::kAttached; }));

    // The header stays, and says that there is a request where no memory is any more.
    REQUIRE(::ftruncate(rogue.fd, bridge32::wire::kRingsOffset) == 0);
    rogue.header().requests.tail.store(64);
    bridge32::wire::ControlClient control(server.name());
    bridge32::wire::Doorbell(control.bell_words(), control.bell_name(),
                             bridge32::wire::WaitMode::kBlock)
        .wake();

    CHECK(test::eventually([&] { return rogue.state() == State::kGone; }, kMoment));
    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(server.connect("echo").call<int>("add", 3, 4) == 7);
}

TEST_CASE("neighbours: those that connect and send nothing keep nobody out") {
    const Server server(name("silent"));
    std::vector<bridge32::wire::LocalSocket> silent;
    for (int i = 0; i < 100; ++i) {
        auto socket = bridge32::wire::LocalSocket::connect(bridge32::os::user_runtime_folder() /
                                                           (server.name() + ".socket"));
        REQUIRE(socket.has_value());
        silent.push_back(std::move(*socket));
    }

    CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
    // They are closed after a while, and those that wait behind them get their turn.
    CHECK(test::eventually([&] { return silent.front().ended(); }));
}

TEST_CASE("neighbours: one that sends what is no segment is let go, and no descriptor is left") {
    Server server(name("strange"));
    const auto c = server.connect("echo");
    const auto descriptors = test::descriptors(server.process().pid());
    bridge32::wire::SegmentOffer offer{};
    offer.magic = bridge32::wire::kOfferMagic;
    offer.wire_version = bridge32::wire::kWireVersion;
    offer.kind = static_cast<std::uint32_t>(bridge32::wire::SegmentKind::kChannel);
    offer.bytes = 4096;
    std::size_t bytes = sizeof offer;
    std::vector<int> sent{::open("/dev/zero", O_RDWR | O_CLOEXEC)};
    SUBCASE("a device") {}
    SUBCASE("too many descriptors") { sent.resize(3, sent.front()); }
    SUBCASE("far too many descriptors") { sent.resize(253, sent.front()); }
    SUBCASE("none") { sent.clear(); }
    SUBCASE("too short a message") { bytes = 40; }
    SUBCASE("another message") { offer.magic = 1; }
    SUBCASE("of an unknown kind") { offer.kind = 99; }
    auto socket = bridge32::wire::LocalSocket::connect(bridge32::os::user_runtime_folder() /
                                                       (server.name() + ".socket"));
    REQUIRE(socket.has_value());

    iovec content{&offer, bytes};
    std::vector<char> control(CMSG_SPACE(sent.size() * sizeof(int)));
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    if (!sent.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sent.size() * sizeof(int));
        std::memcpy(CMSG_DATA(part), sent.data(), sent.size() * sizeof(int));
    }
    REQUIRE(::sendmsg(socket->fd(), &message, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes));

    CHECK(test::eventually([&] { return socket->ended(); }, kMoment));
    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(test::descriptors(server.process().pid()) == descriptors);
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
