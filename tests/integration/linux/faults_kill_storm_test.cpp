// Processes that are killed at random moments, many times over.
//
// BRIDGE32_STORM: how many calls, 1000 without it; the rest is in proportion. BRIDGE32_STORM_SEED:
// the seed of all that is random, which each test prints.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace linux_faults_kill_storm_test {

namespace {

using bridge32::Client;
using test::name;
using test::Server;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Random = std::mt19937;

// What is promised is a second. A sanitizer takes its time.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::chrono::milliseconds kLongest = 10s;
constexpr bool kKeepsWhatIsFreed = true;
#else
constexpr std::chrono::milliseconds kLongest = 1s;
constexpr bool kKeepsWhatIsFreed = false;
#endif

unsigned number_in(const char* variable, unsigned otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

unsigned calls() { return number_in("BRIDGE32_STORM", 1000); }

unsigned seed() {
    static const unsigned chosen = number_in("BRIDGE32_STORM_SEED", std::random_device{}());
    MESSAGE("BRIDGE32_STORM_SEED=" << chosen << " BRIDGE32_STORM=" << calls());
    return chosen;
}

unsigned below(Random& random, unsigned limit) { return static_cast<unsigned>(random() % limit); }

/// Calls of all kinds, each of which must give the right value or one of the errors that a death
/// explains.
class Caller {
public:
    Caller(Client& client, unsigned seed) : client_(client), random_(seed) {}

    void call_once() {
        const auto start = Clock::now();
        try {
            step();
            ++right_;
        } catch (const bridge32::HostCrashed&) {
            ++errors_["HostCrashed"];
        } catch (const bridge32::StartupError&) {
            ++errors_["StartupError"];
        } catch (const bridge32::ConnectionClosed&) {
            ++errors_["ConnectionClosed"];
        } catch (const std::exception& e) {
            wrong_ = std::string(typeid(e).name()) + ": " + e.what();
        }
        longest_ = std::max(longest_, Clock::now() - start);
    }

    unsigned right() const noexcept { return right_; }
    unsigned failed() const noexcept {
        unsigned sum = 0;
        for (const auto& [type, count] : errors_)
            sum += count;
        return sum;
    }
    unsigned failed(const std::string& type) const {
        const auto found = errors_.find(type);
        return found == errors_.end() ? 0 : found->second;
    }
    /// The last thing that must not happen; empty if none did.
    const std::string& wrong() const noexcept { return wrong_; }
    std::chrono::milliseconds longest() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(longest_);
    }

private:
    void expect(bool condition, const char* what) {
        if (!condition) throw std::runtime_error(std::string("a wrong value: ") + what);
    }

    void step() {
        const int a = static_cast<int>(below(random_, 1000));
        switch (below(random_, 6)) {
            case 0:
                return expect(client_.call<int>("add", a, 1) == a + 1, "add");
            case 1: {
                const std::vector<double> x(5'000 + below(random_, 20'000), a);
                const auto y = client_.call<bridge32::NdArray<const double>>("twice", x);
                return expect(y.size() == x.size() && y.data()[x.size() - 1] == 2.0 * a, "twice");
            }
            case 2:
                return expect(client_.call<int>("scan", 3,
                                                [&](int i, double) {
                                                    return client_.call<int>("add", i, a) == i + a;
                                                }) == 3,
                              "scan");
            case 3: {
                auto one = client_.async<int>("add", a, 1);
                auto two = client_.async<int>("add", a, 2);
                const int second = two.get();
                return expect(one.get() == a + 1 && second == a + 2, "futures");
            }
            case 4: {
                const auto results = client_.batch().call("add", a, a).call("add", a, 3).send();
                return expect(results[0].get<int>() == 2 * a && results[1].get<int>() == a + 3,
                              "batch");
            }
            default:
                client_.notify("add", 1, 2);
                return client_.call<void>("sleep_ms", static_cast<int>(below(random_, 4)));
        }
    }

    Client& client_;
    Random random_;
    unsigned right_ = 0;
    std::map<std::string, unsigned> errors_;
    std::string wrong_;
    Clock::duration longest_{};
};

/// Kills the host of a client, whichever that is, at random moments.
class Killer {
public:
    Killer(Client& client, unsigned seed, unsigned most_ms)
        : thread_([this, &client, random = Random(seed), most_ms]() mutable {
              while (!done_) {
                  std::this_thread::sleep_for(
                      std::chrono::microseconds(below(random, 1000 * most_ms)));
                  if (kill(client.host_info().pid)) ++kills_;
              }
          }) {}
    Killer(const Killer&) = delete;
    Killer& operator=(const Killer&) = delete;
    ~Killer() { stop(); }

    unsigned stop() {
        done_ = true;
        if (thread_.joinable()) thread_.join();
        return kills_;
    }

private:
    static bool kill(std::uint32_t pid) {
        try {
            const auto host = bridge32::os::ProcessHandle::of(pid);
            if (!host.alive()) return false;
            host.kill();
            return true;
        } catch (const bridge32::Error&) {
            return false;  // it has gone already
        }
    }

    std::atomic<bool> done_{false};
    std::atomic<unsigned> kills_{0};
    std::thread thread_;
};

/// What was killed in the instant of making a segment leaves that to the next shared host.
bool nothing_left(const std::set<std::string>& before) {
    const auto none_but = [&](std::size_t more) {
        const auto now = test::segments();
        return static_cast<std::size_t>(std::count_if(now.begin(), now.end(), [&](const auto& one) {
                   return !before.contains(one);
               })) <= more;
    };
    if (test::eventually([&] { return none_but(0); }, kLongest)) return true;
    const Server sweeper(name("sweeper"));
    return test::eventually([&] { return none_but(1); });  // its own
}

void check(const Caller& caller, unsigned kills, const char* what) {
    MESSAGE(std::string(what) << ": " << kills << " kills, " << caller.right() << " calls right, "
                              << caller.failed("HostCrashed") << " HostCrashed, "
                              << caller.failed("StartupError") << " StartupError, "
                              << caller.failed("ConnectionClosed")
                              << " ConnectionClosed, the longest " << caller.longest().count()
                              << " ms");
    CHECK(caller.wrong() == "");
    CHECK(caller.longest() < kLongest);
    CHECK(caller.right() > 0);
    CHECK(kills > 0);
}

bridge32::ClientOptions restarting() {
    auto options = test::options();
    options.restart = bridge32::Restart::on_crash;
    options.restart_limit = 1'000'000;  // some die while they start, again and again
    options.restart_delay = 1ms;
    return options;
}

}  // namespace

TEST_CASE("kill storm: with restarts, every call has the right value or a typed error, in time") {
    const auto before = test::segments();
    const auto own = bridge32::os::own_pid();
    { const auto warm_up = test::client("calls_back"); }
    const auto descriptors = test::descriptors(own);
    const auto threads = test::threads(own);
    {
        Client c("calls_back", restarting());
        Killer killer(c, seed(), 25);
        Caller caller(c, seed());
        for (unsigned i = 0; i < calls(); ++i)
            caller.call_once();
        check(caller, killer.stop(), "private host");
        CHECK(caller.failed("ConnectionClosed") == 0);
    }
    CHECK(test::descriptors(own) == descriptors);
    CHECK(test::threads(own) == threads);
    CHECK(nothing_left(before));
}

TEST_CASE("kill storm: idempotent calls are repeated, and fewer fail") {
    const auto before = test::segments();
    {
        auto options = restarting();
        options.repeat_idempotent = true;
        Client c("calls_back", options);
        Killer killer(c, seed(), 25);
        unsigned right = 0;
        unsigned failed = 0;
        for (unsigned i = 0; i < calls() / 2; ++i) {
            try {
                if (c.call<int>("slow_add", static_cast<int>(i), 1) == static_cast<int>(i) + 1) {
                    ++right;
                }
            } catch (const bridge32::HostCrashed&) {
                ++failed;  // twice in a row
            } catch (const bridge32::StartupError&) {
                ++failed;
            }
        }
        const unsigned kills = killer.stop();
        MESSAGE("idempotent calls: " << kills << " kills, " << right << " calls right, " << failed
                                     << " lost");
        CHECK(right + failed == calls() / 2);
        CHECK(failed < kills);
    }
    CHECK(nothing_left(before));
}

TEST_CASE("kill storm: a shared host that is killed is being restarted by its clients") {
    const auto before = test::segments();
    std::vector<std::uint32_t> hosts;
    {
        auto options = restarting();
        options.start_host = true;
        options.host_idle_timeout = 300ms;
        const std::string lab = name("storm");
        auto one = Client::connect(lab, "calls_back", options);
        auto two = Client::connect(lab, "calls_back", options);
        Killer killer(one, seed(), 60);
        Caller first(one, seed());
        Caller second(two, seed() + 1);
        std::thread other([&] {
            for (unsigned i = 0; i < calls() / 4; ++i)
                second.call_once();
        });
        for (unsigned i = 0; i < calls() / 4; ++i)
            first.call_once();
        other.join();
        const unsigned kills = killer.stop();
        check(first, kills, "shared host, one client");
        check(second, kills, "shared host, another");
        hosts = {one.host_info().pid, two.host_info().pid};
    }
    for (const auto pid : hosts) {
        try {
            const auto host = bridge32::os::ProcessHandle::of(pid);
            CHECK(host.wait(10s));
        } catch (const bridge32::Error&) {
            // It has gone already.
        }
    }
    CHECK(nothing_left(before));
}

TEST_CASE("kill storm: clients of a shared host that are killed harm nobody, and leave nothing") {
    const auto before = test::segments();
    {
        Server server(name("storm-clients"));
        auto c = server.connect("calls_back");
        Caller caller(c, seed());
        for (int i = 0; i < 20; ++i)
            caller.call_once();
        const auto host = server.process().pid();
        const auto descriptors = test::descriptors(host);
        const auto threads = test::threads(host);

        const unsigned victims = std::max(8U, calls() / 20);
        std::atomic<unsigned> wrong{0};
        std::vector<std::thread> killers;
        for (unsigned killer = 0; killer < 4; ++killer) {
            killers.emplace_back([&, random = Random(seed() + killer)]() mutable {
                for (unsigned i = 0; i < victims / 4; ++i) {
                    const char* const kinds[] = {"works", "works", "floods", "hangs_in_callback"};
                    auto victim = bridge32::os::ChildProcess::start(
                        {std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "neighbour",
                         {server.name(), kinds[below(random, 4)]},
                         {},
                         {}});
                    std::this_thread::sleep_for(std::chrono::microseconds(below(random, 40'000)));
                    victim.handle().kill();
                    victim.handle().wait(10s);
                    if (victim.collect().name() != "SIGKILL") ++wrong;
                }
            });
        }
        std::atomic<bool> done{false};
        std::thread witness([&] {
            while (!done)
                caller.call_once();
        });
        for (auto& killer : killers)
            killer.join();
        done = true;
        witness.join();

        check(caller, victims, "killed clients");
        CHECK(caller.failed() == 0);
        CHECK(wrong == 0);
        CHECK(test::eventually([&] { return test::descriptors(host) == descriptors; }, kLongest));
        // One thread stays for a few seconds, until unused shared memory has been given back.
        CHECK(test::eventually([&] { return test::threads(host) <= threads; }, 20s));
        CHECK(server.process().handle().alive());
        // Names of those that were killed in the instant of connecting go in a few seconds.
        CHECK(test::eventually([&] {
            return test::segments().size() <= before.size() + 1;  // the control segment
        }));
    }
    CHECK(nothing_left(before));
}

TEST_CASE("kill storm: thousands who come and go leave nothing behind") {
    const auto before = test::segments();
    {
        Server server(name("come-and-go"));
        const auto stays = server.connect("echo");
        const auto cycle = [&](int i) {
            const auto c = server.connect("echo");
            if (c.call<int>("add", i, 1) != i + 1) throw std::runtime_error("a wrong value");
        };
        for (int i = 0; i < 200; ++i)
            cycle(i);
        const auto host = server.process().pid();
        const auto own = bridge32::os::own_pid();
        const auto facts = [&] {
            return std::vector<long>{test::descriptors(host), test::threads(host),
                                     kKeepsWhatIsFreed ? 0 : test::mappings(host),
                                     test::descriptors(own), test::threads(own)};
        };
        const auto warm = facts();
        const auto memory = test::resident(host);

        const auto cycles = static_cast<int>(calls());
        for (int i = 0; i < cycles; ++i)
            cycle(i);

        const auto growth = test::resident(host) - memory;
        MESSAGE(cycles << " clients came and went: the host grew by " << growth << " KiB");
        CHECK(facts() == warm);
        if (!kKeepsWhatIsFreed) CHECK(growth < 1024);
    }
    CHECK(nothing_left(before));
}

}  // namespace linux_faults_kill_storm_test
