// soak SMALL LARGE CSV: so many small and large calls of one client, and what both processes have
// of memory, descriptors, mappings and threads meanwhile. Fails when any of it grows after the
// first fifth.
#include <unistd.h>

#include <algorithm>
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/process_facts.hpp"

namespace {

constexpr long kSamples = 100;
constexpr long kWarmUp = kSamples / 5;
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
    long calls;
    double seconds;
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
    constexpr std::size_t kCount = kSamples / 10;
    bool all = true;
    for (const auto& limit : kLimits) {
        const long before = median(samples, process, limit.what, kWarmUp, kCount);
        const long after = median(samples, process, limit.what, samples.size() - kCount, kCount);
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

int soak(long small, long large, const char* csv) {
    bridge32::ClientOptions options;
    options.plugin_path = BRIDGE32_TEST_PLUGINS;
    const bridge32::Client c("echo", options);
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

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: soak SMALL LARGE CSV\n");
        return 2;
    }
    try {
        return soak(std::atol(argv[1]), std::atol(argv[2]), argv[3]);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "soak: %s\n", e.what());
        return 1;
    }
}
