// What client and host have of memory, descriptors, mappings and threads while much happens. Fails
// when any of it grows after the first fifth:
//
//     soak calls SMALL LARGE CSV          so many small and large calls of one client
//     soak restarts ROUNDS THREADS TIMES  in each round, so many threads call while the host is
//                                         restarted so many times
//     soak openings ROUNDS TIMES          opens and closes a private and a shared host's client
//     soak clients ROUNDS COUNT           so many clients of both kinds at once
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "integration/process_facts.hpp"

namespace {

constexpr long kSamples = 100;
constexpr std::size_t kLargeElements = 131'072;  // a MiB of doubles, there and back

// What is allowed to come on top: two more blocks of shared memory for large messages, which a side
// makes when the other has once been late to release one, and keeps. A byte lost with each call
// would be four times that.
constexpr long kMaxKib = 2 * 1024 + 512;
constexpr long kMaxMappings = 2;

struct Process {
    long kib = 0;
    long descriptors = 0;
    long mappings = 0;
    long threads = 0;

    static Process of(std::uint32_t pid) {
        return {test::resident(pid), test::descriptors(pid), test::mappings(pid),
                test::threads(pid)};
    }
};

struct Sample {
    long calls = 0;
    double seconds = 0;
    Process client;
    Process host;
};

/// The median of the `count` samples from `first` on: one that was taken at a bad moment does not
/// matter.
long median(const std::vector<Sample>& samples, Process Sample::*process, long Process::*what,
            std::size_t first, std::size_t count) {
    std::vector<long> values;
    for (std::size_t i = first; i < first + count; ++i)
        values.push_back(samples[i].*process.*what);
    std::nth_element(values.begin(), values.begin() + static_cast<long>(count / 2), values.end());
    return values[count / 2];
}

bool flat(const std::vector<Sample>& samples, Process Sample::*process, const char* name) {
    struct Limit {
        long Process::*what;
        const char* name;
        long most;
    };
    constexpr Limit kLimits[]{{&Process::kib, "KiB of resident memory", kMaxKib},
                              {&Process::descriptors, "descriptors", 0},
                              {&Process::mappings, "mappings", kMaxMappings},
                              {&Process::threads, "threads", 0}};
    const std::size_t count = std::max<std::size_t>(samples.size() / 10, 1);
    bool all = true;
    for (const auto& limit : kLimits) {
        const long before = median(samples, process, limit.what, samples.size() / 5, count);
        const long after = median(samples, process, limit.what, samples.size() - count, count);
        const bool kept = after - before <= limit.most;
        std::printf("%s: %ld %s after the first fifth, %ld at the end%s\n", name, before,
                    limit.name, after, kept ? "" : ": that grows");
        all = all && kept;
    }
    return all;
}

void call(const bridge32::Client& c, long small, long large) {
    static const std::vector<double> kArray(kLargeElements, 1.5);
    for (long i = 0; i < small; ++i) {
        const int a = static_cast<int>(i % 1000);
        if (c.call<int>("add", a, 1) != a + 1) throw std::runtime_error("a wrong sum");
    }
    for (long i = 0; i < large; ++i) {
        if (c.call<std::vector<double>>("echo_f64s", kArray) != kArray)
            throw std::runtime_error("a wrong array");
    }
}

bridge32::ClientOptions options() {
    bridge32::ClientOptions result;
    result.plugin_path = BRIDGE32_TEST_PLUGINS;
    return result;
}

int soak(long small, long large, const char* csv) {
    const bridge32::Client c("echo", options());
    const auto client_pid = static_cast<std::uint32_t>(::getpid());
    const std::uint32_t host_pid = c.host_info().pid;
    std::ofstream out(csv);
    out << "calls,seconds,client_kib,client_descriptors,client_mappings,client_threads,"
           "host_kib,host_descriptors,host_mappings,host_threads\n";
    const auto start = std::chrono::steady_clock::now();
    std::vector<Sample> samples;
    for (long i = 1; i <= kSamples; ++i) {
        call(c, small * i / kSamples - small * (i - 1) / kSamples,
             large * i / kSamples - large * (i - 1) / kSamples);
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        samples.push_back({(small + large) * i / kSamples, time.count(), Process::of(client_pid),
                           Process::of(host_pid)});
        const auto& last = samples.back();
        out << last.calls << ',' << last.seconds;
        for (const auto& process : {last.client, last.host}) {
            out << ',' << process.kib << ',' << process.descriptors << ',' << process.mappings
                << ',' << process.threads;
        }
        out << '\n' << std::flush;
    }
    std::printf("%ld small and %ld large calls in %.1f s\n", small, large, samples.back().seconds);
    const bool client = flat(samples, &Sample::client, "client");
    const bool host = flat(samples, &Sample::host, "host");
    return client && host && out ? 0 : 1;
}

/// A client of the shared host of this run, which the first one starts.
bridge32::Client connect() {
    auto started = options();
    started.start_host = true;
    started.host_idle_timeout = std::chrono::seconds(1);
    return bridge32::Client::connect("soak-" + std::to_string(::getpid()), "echo", started);
}

/// Once what has just ended is gone, as it was after the first round; after five seconds at most.
Sample settled(const std::vector<Sample>& before, std::uint32_t host) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    for (;;) {
        Sample now;
        now.client = Process::of(static_cast<std::uint32_t>(::getpid()));
        now.host = Process::of(host);
        const auto gone = [&](Process Sample::*process, long Process::*what) {
            return now.*process.*what <= before.front().*process.*what;
        };
        if (before.empty() || std::chrono::steady_clock::now() > deadline ||
            (gone(&Sample::client, &Process::descriptors) &&
             gone(&Sample::client, &Process::threads) &&
             gone(&Sample::client, &Process::mappings) &&
             gone(&Sample::host, &Process::descriptors) &&
             gone(&Sample::host, &Process::mappings))) {
            return now;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

int in_rounds(long rounds, const std::function<void()>& round) {
    const auto stays = connect();
    const std::uint32_t host = stays.host_info().pid;
    std::vector<Sample> samples;
    for (long i = 0; i < rounds; ++i) {
        round();
        samples.push_back(settled(samples, host));
    }
    const bool client = flat(samples, &Sample::client, "client");
    const bool shared = flat(samples, &Sample::host, "shared host");
    return client && shared ? 0 : 1;
}

void use(const bridge32::Client& c) {
    static const std::vector<double> kArray(10'000, 1.5);  // through an arena
    if (c.call<std::vector<double>>("echo_f64s", kArray) != kArray)
        throw std::runtime_error("a wrong array");
}

int restarts(long rounds, long threads, long times) {
    bridge32::Client c("echo", options());
    std::atomic<long> calls{0};
    const int code = in_rounds(rounds, [&] {
        std::atomic<bool> stop{false};
        std::vector<std::thread> callers;
        for (long t = 0; t < threads; ++t) {
            callers.emplace_back([&] {
                while (!stop) {
                    try {
                        call(c, 1, 0);
                        ++calls;
                    } catch (const bridge32::ConnectionClosed&) {
                        // In the moment of a restart.
                    }
                }
            });
        }
        for (long i = 0; i < times; ++i) {
            const long before = calls;
            c.restart();
            while (calls < before + threads)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        stop = true;
        for (auto& caller : callers)
            caller.join();
    });
    std::printf("%ld calls of %ld threads, %ld restarts\n", calls.load(), threads, rounds * times);
    return code;
}

int openings(long rounds, long times) {
    return in_rounds(rounds, [&] {
        for (long i = 0; i < times; ++i) {
            use(bridge32::Client("echo", options()));
            use(connect());
        }
    });
}

int clients(long rounds, long count) {
    return in_rounds(rounds, [&] {
        std::vector<bridge32::Client> all;
        for (long i = 0; i < count; ++i) {
            all.emplace_back("echo", options());
            all.push_back(connect());
        }
        for (const auto& c : all)
            use(c);
    });
}

int run(const std::vector<std::string>& words) {
    const auto number = [&](std::size_t i) { return std::stol(words.at(i)); };
    const std::string what = words.empty() ? "" : words[0];
    if (what == "calls" && words.size() == 4) return soak(number(1), number(2), words[3].c_str());
    if (what == "restarts" && words.size() == 4) return restarts(number(1), number(2), number(3));
    if (what == "openings" && words.size() == 3) return openings(number(1), number(2));
    if (what == "clients" && words.size() == 3) return clients(number(1), number(2));
    std::fprintf(stderr,
                 "usage: soak calls SMALL LARGE CSV | restarts ROUNDS THREADS TIMES |\n"
                 "            openings ROUNDS TIMES | clients ROUNDS COUNT\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& e) {
        std::fprintf(stderr, "soak: %s\n", e.what());
        return 1;
    }
}
