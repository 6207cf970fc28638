// A peer that writes at random into a channel while it is used: both sides are its victims.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "wire/layout.hpp"

namespace linux_rogue_peer_test {

namespace {

using bridge32::Client;
using bridge32::ClientOptions;
using bridge32::ConnectionClosed;
using bridge32::Error;
using bridge32::NdArray;
using bridge32::ProtocolError;
namespace wire = bridge32::wire;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Memory of this process that a host has mapped too.
struct Region {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;

    std::size_t size() const { return end - begin; }
    bool contains(const void* address) const {
        const auto number = reinterpret_cast<std::uintptr_t>(address);
        return number >= begin && number < end;
    }
};

/// All of them, by their beginning.
std::map<std::uintptr_t, Region> shared_regions() {
    std::map<std::uintptr_t, Region> regions;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find("/memfd:bridge32-") == std::string::npos &&
            line.find("/dev/shm/#") == std::string::npos) {
            continue;
        }
        std::istringstream text(line);
        Region region;
        char dash = 0;
        text >> std::hex >> region.begin >> dash >> region.end;
        regions[region.begin] = region;
    }
    return regions;
}

/// The channel of a client that was just made: it is large, and was not there before.
Region channel_beside(const std::map<std::uintptr_t, Region>& before) {
    for (const auto& [begin, region] : shared_regions()) {
        const auto* const header = reinterpret_cast<const wire::ChannelHeader*>(begin);
        if (!before.contains(begin) && region.size() > wire::kRingsOffset &&
            header->magic == wire::kChannelMagic) {
            return region;
        }
    }
    FAIL("there is no channel");
    return {};
}

Region region_of(const void* address) {
    for (const auto& [begin, region] : shared_regions()) {
        if (region.contains(address)) return region;
    }
    FAIL("this is no shared memory");
    return {};
}

/// Where a rogue writes.
enum class Target {
    header,    ///< indices, doorbells, states
    requests,  ///< what the host reads
    replies,   ///< what the client reads
    frames,    ///< the sizes and counts of frames, to and fro, as fast as it can
    report,    ///< the crash report, with the state that makes the client read it
    arenas,    ///< the counts and the content of blocks in use
};

/// Writes into a channel on a thread of its own until it is told to stop.
class Scribbler {
public:
    Scribbler(Target target, const Region& channel, std::vector<Region> arenas, unsigned seed)
        : target_(target),
          channel_(channel),
          arenas_(std::move(arenas)),
          random_(seed),
          ring_bytes_((channel.size() - wire::kRingsOffset) / 2 / 4096 * 4096),
          thread_([this] { run(); }) {}
    Scribbler(const Scribbler&) = delete;
    Scribbler& operator=(const Scribbler&) = delete;
    ~Scribbler() {
        stop_ = true;
        thread_.join();
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::uint32_t value() {
        constexpr std::uint32_t kLikely[]{0,    1,    2,       3,       4,           64,
                                          128,  4032, 4096,    65536,   65537,       0x7FFF'FFC0,
                                          ~31U, ~63U, 1 << 18, 1 << 20, 0x8000'0000, ~0U};
        return below(3) == 0 ? static_cast<std::uint32_t>(random_())
                             : kLikely[below(std::size(kLikely))];
    }
    static void store(std::uintptr_t at, std::uint32_t number) {
        *reinterpret_cast<volatile std::uint32_t*>(at & ~std::uintptr_t{3}) = number;
    }

    void write_once() {
        const std::uintptr_t rings = channel_.begin + wire::kRingsOffset;
        switch (target_) {
            case Target::header:
                // From the host's state on: what lies before was read when the host attached.
                store(channel_.begin + 64 + below(sizeof(wire::ChannelHeader) - 64), value());
                break;
            case Target::requests:
                store(rings + below(ring_bytes_), value());
                break;
            case Target::replies:
                store(rings + ring_bytes_ + below(ring_bytes_), value());
                break;
            case Target::frames: {
                constexpr std::size_t kFields[]{0, 4, 24, 28};  // size, kind and flags, text, count
                const auto frame = rings + below(2 * ring_bytes_ / 64) * 64;
                store(frame + kFields[below(std::size(kFields))], value());
                break;
            }
            case Target::report:
                store(channel_.begin + wire::kCrashOffset + below(wire::kCrashBytes), value());
                if (below(64) == 0) {
                    store(channel_.begin + offsetof(wire::ChannelHeader, host_state), value() % 6);
                }
                break;
            case Target::arenas: {
                const Region& arena = arenas_[below(arenas_.size())];
                store(arena.begin + below(below(2) == 0 ? std::size_t{256} : arena.size()),
                      value());
                break;
            }
        }
    }
    void run() {
        while (!stop_) {
            for (auto writes = 1 + below(target_ == Target::frames ? 4096 : 64); writes > 0;
                 --writes)
                write_once();
            // Between two bursts some calls get through.
            std::this_thread::sleep_for(std::chrono::microseconds(below(300)));
        }
    }

    Target target_;
    Region channel_;
    std::vector<Region> arenas_;
    std::mt19937_64 random_;
    std::size_t ring_bytes_;
    std::atomic<bool> stop_{false};
    std::thread thread_;  // last: it uses the others
};

struct Outcomes {
    int right = 0;
    int wrong = 0;
    int errors = 0;
    int protocol_errors = 0;
};

/// One call of some kind. Any value and any error of ours may come of it, and nothing else.
void call_once(const Client& c, unsigned kind, Outcomes& outcomes) {
    static const std::vector<double> kSmall(100, 1.5);
    static const std::vector<double> kLarge(50'000, 2.5);
    bool right = false;
    switch (kind % 4) {
        case 0:
            right = c.call<int>("add", 1, 2) == 3;
            break;
        case 1:
            right = c.call<std::vector<double>>("echo_f64s", kSmall) == kSmall;
            break;
        case 2:
            right = c.call<std::vector<double>>("echo_f64s", kLarge) == kLarge;
            break;
        default:
            right = c.call("add", 1, 2) == 3;
            break;
    }
    ++(right ? outcomes.right : outcomes.wrong);
}

ClientOptions impatient() {
    auto options = test::options();
    options.call_timeout = 200ms;
    options.shutdown_timeout = 500ms;
    return options;
}

/// Calls while a rogue writes, until the session ends or 150 ms are over.
template <class Connect>
void suffer(Target target, unsigned seed, const Connect& connect, Outcomes& outcomes) {
    const auto before = shared_regions();
    const Client c = connect();
    const Region channel = channel_beside(before);
    std::vector<Region> arenas;
    // Held, so that these arenas stay mapped while they are written to.
    const auto ours = c.make_array<double>({40'000});
    const auto theirs = c.call<NdArray<const double>>("echo_f64s", std::vector<double>(40'000));
    arenas.push_back(region_of(ours.data()));
    arenas.push_back(region_of(theirs.data()));
    const Scribbler rogue(target, channel, arenas, seed);
    const auto end = Clock::now() + 150ms;
    for (unsigned i = 0; Clock::now() < end; ++i) {
        try {
            call_once(c, i, outcomes);
        } catch (const ProtocolError&) {
            ++outcomes.protocol_errors;
            return;
        } catch (const ConnectionClosed&) {
            ++outcomes.errors;
            return;
        } catch (const Error&) {
            ++outcomes.errors;
        }
    }
}

constexpr Target kTargets[]{Target::header, Target::requests, Target::replies,
                            Target::frames, Target::report,   Target::arenas};

#if defined(__SANITIZE_ADDRESS__)
constexpr auto kLongestRound = 15s;
#else
constexpr auto kLongestRound = 5s;
#endif

}  // namespace

TEST_CASE("rogue peer: a shared host and its client survive, and others notice nothing") {
    const test::Server server(test::name("rogue"));
    const auto neighbour = server.connect("echo");
    Outcomes outcomes;

    for (unsigned round = 0; round < 30; ++round) {
        CAPTURE(round);
        const auto start = Clock::now();
        suffer(
            kTargets[round % std::size(kTargets)], 0xB32 + round,
            [&] { return server.connect("echo", impatient()); }, outcomes);
        CHECK(Clock::now() - start < kLongestRound);
        REQUIRE(neighbour.call<int>("add", 20, 22) == 42);
    }

    MESSAGE(outcomes.right << " calls right, " << outcomes.wrong << " other values, "
                           << outcomes.errors << " errors, " << outcomes.protocol_errors
                           << " protocol errors");
    CHECK(outcomes.right > 0);
    CHECK(outcomes.errors + outcomes.protocol_errors > 0);
    CHECK(server.connect("echo").call<int>("add", 20, 22) == 42);
}

TEST_CASE("rogue peer: a private host and its client survive or end cleanly") {
    Outcomes outcomes;

    for (unsigned round = 0; round < 12; ++round) {
        CAPTURE(round);
        const auto start = Clock::now();
        suffer(
            kTargets[round % std::size(kTargets)], 0x64B + round,
            [] { return Client("echo", impatient()); }, outcomes);
        CHECK(Clock::now() - start < kLongestRound);
    }

    CHECK(outcomes.errors + outcomes.protocol_errors > 0);
    CHECK(test::client("echo").call<int>("add", 20, 22) == 42);
}

}  // namespace linux_rogue_peer_test
