// Many calls at once.
#include <array>
#include <atomic>
#include <bridge32/client.hpp>
#include <cstddef>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "apart.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"

namespace bench {

namespace {

constexpr std::size_t kBatch = 1000;

/// The host has run them all when the last one is timed: nothing piles up uncounted.
Timing notified(const Effort& effort) {
    const bridge32::Client client = own_client();
    const Apart apart(effort, static_cast<pid_t>(client.host_info().pid));
    return time_batches(effort.budget(0.3), 100 * kBatch, [&] {
        for (std::size_t i = 0; i < 100 * kBatch; ++i)
            client.notify("store", static_cast<int>(i));
        client.get<int>("stored");
    });
}

Timing plain(const Effort& effort) {
    const bridge32::Client client = own_client();
    const Apart apart(effort, static_cast<pid_t>(client.host_info().pid));
    return time_batches(effort.budget(0.3), kBatch, [&] {
        for (std::size_t i = 0; i < kBatch; ++i)
            check_sum(client.call<int>("add", 1, 2));
    });
}

Timing in_flight(const Effort& effort) {
    const bridge32::Client client = own_client();
    const Apart apart(effort, static_cast<pid_t>(client.host_info().pid));
    std::array<std::optional<bridge32::Future<int>>, 64> futures;
    std::size_t next = 0;
    return time_batches(effort.budget(0.3), kBatch, [&] {
        for (std::size_t i = 0; i < kBatch; ++i) {
            auto& future = futures[next++ % futures.size()];
            if (future) check_sum(future->get());
            future.emplace(client.async<int>("add", 1, 2));
        }
    });
}

Timing threads(const Effort& effort, int count) {
    const bridge32::Client client = own_client();
    std::atomic<bool> stop{false};
    std::atomic<std::size_t> calls{0};
    std::latch begin(count + 1);
    std::vector<std::jthread> all;
    for (int i = 0; i < count; ++i) {
        all.emplace_back([&] {
            begin.arrive_and_wait();
            std::size_t own = 0;
            for (; !stop.load(std::memory_order_relaxed); ++own)
                check_sum(client.call<int>("add", 1, 2));
            calls += own;
        });
    }
    begin.arrive_and_wait();
    const auto start = Clock::now();
    std::this_thread::sleep_for(effort.budget(0.4).time);
    stop.store(true);
    all.clear();
    const double mean = std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
                        static_cast<double>(calls.load());
    return {mean, mean, mean, calls.load()};
}

}  // namespace

void throughput(const Effort& effort, Report& report) {
    report.scenario("throughput", "how many small calls a second");
    const Outcomes outcomes =
        run_rounds(effort, {{"one after the other", [&] { return plain(effort); }},
                            {"notify, without a reply", [&] { return notified(effort); }},
                            {"async, 64 in flight", [&] { return in_flight(effort); }},
                            {"1 thread", [&] { return threads(effort, 1); }},
                            {"8 threads on one client", [&] { return threads(effort, 8); }}});
    std::vector<std::vector<std::string>> rows{{"", "calls a second", "to one after the other"}};
    for (const auto& outcome : outcomes) {
        rows.push_back(
            {outcome.name, in_digits(1e3 / outcome.mean()) + " million",
             in_digits(outcomes.ratio("one after the other", outcome.name, &Timing::mean))});
    }
    report.table(rows);
    report.keep(outcomes);
    report.at_least("notify, million a second", 1e3 / outcomes.of("notify, without a reply").mean(),
                    4);
    report.at_least("async, 64 in flight, to one after the other",
                    outcomes.ratio("one after the other", "async, 64 in flight", &Timing::mean),
                    1.5);
    report.at_least("8 threads on one client, to one",
                    outcomes.ratio("1 thread", "8 threads on one client", &Timing::mean), 1);
}

}  // namespace bench
