// How the two sides wait for each other: modes, one processor, too few of them, and idle.
#include <sched.h>
#include <sys/types.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <latch>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "apart.hpp"
#include "contestants.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"

namespace bench {

namespace {

/// This thread, and what it starts, on one processor, until the destructor.
class OnOneProcessor {
public:
    OnOneProcessor() {
        ::sched_getaffinity(0, sizeof before_, &before_);
        cpu_set_t one;
        CPU_ZERO(&one);
        for (int cpu = 0; CPU_COUNT(&one) == 0; ++cpu) {
            if (CPU_ISSET(cpu, &before_)) CPU_SET(cpu, &one);
        }
        if (::sched_setaffinity(0, sizeof one, &one) != 0) {
            throw std::system_error(errno, std::generic_category(), "sched_setaffinity");
        }
    }
    OnOneProcessor(const OnOneProcessor&) = delete;
    OnOneProcessor& operator=(const OnOneProcessor&) = delete;
    ~OnOneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }

private:
    cpu_set_t before_{};
};

int processors() {
    cpu_set_t set;
    ::sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
}

double processor_seconds(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Case on_one_processor(const Contestant& contestant, const Effort& effort) {
    return {contestant.name, [&effort, contestant] {
                const OnOneProcessor here;
                return contestant.start()->measure(effort.budget(0.3));
            }};
}

/// So many pairs at once; the timing is that of a call of them all together.
Timing all_at_once(const Contestant& contestant, const Effort& effort, int pairs) {
    std::vector<std::unique_ptr<Pair>> all;
    for (int i = 0; i < pairs; ++i)
        all.push_back(contestant.start());
    std::latch begin(pairs);
    std::vector<std::future<Timing>> running;
    for (auto& pair : all) {
        running.push_back(std::async(std::launch::async, [&] {
            begin.arrive_and_wait();
            return pair->measure(effort.budget(0.5));
        }));
    }
    double rate = 0;  // calls a nanosecond
    for (auto& one : running)
        rate += 1 / one.get().mean;
    return {1 / rate, 1 / rate, 1 / rate, 0};
}

void modes(const Effort& effort, Report& report) {
    std::vector<Case> cases;
    std::vector<std::vector<std::string>> rows{{"add(1, 2)", "p50", "p99"}};
    for (const auto& one : {bridge32_adaptive(), bridge32_spin(), bridge32_block(), futex()}) {
        cases.push_back({one.name, [&effort, one] {
                             const auto pair = one.start();
                             const Apart apart(effort, pair->spinning_server());
                             return pair->measure(effort.budget(0.3));
                         }});
    }
    const Outcomes outcomes = run_rounds(effort, cases);
    for (const auto& outcome : outcomes)
        rows.push_back({outcome.name, in_time(outcome.p50()), in_time(outcome.p99())});
    report.table(rows);
    report.keep(outcomes);
}

void one_processor(const Effort& effort, Report& report) {
    std::vector<std::vector<std::string>> rows{{"on one processor", "p50", "p99"}};
    std::vector<Case> cases;
    for (const auto& one : {bridge32_adaptive(), bridge32_block(), futex()})
        cases.push_back(on_one_processor(one, effort));
    const Outcomes outcomes = run_rounds(effort, cases);
    for (const auto& outcome : outcomes)
        rows.push_back({outcome.name, in_time(outcome.p50()), in_time(outcome.p99())});
    report.table(rows);
    report.keep("one processor, bridge32 p50_ns", outcomes.of("bridge32").p50());
    report.keep("one processor, futex p50_ns", outcomes.of("futex").p50());
    report.at_most("on one processor, p50 to the plain futex", outcomes.ratio("bridge32", "futex"),
                   1.3);
}

void too_many(const Effort& effort, Report& report) {
    const int pairs = 2 * processors();
    std::vector<Case> cases;
    for (const auto& one : {bridge32_adaptive(), bridge32_block(), futex()}) {
        cases.push_back(
            {one.name, [&effort, one, pairs] { return all_at_once(one, effort, pairs); }});
    }
    const Outcomes outcomes = run_rounds(effort, cases);
    std::vector<std::vector<std::string>> rows{
        {std::to_string(pairs) + " busy pairs on " + std::to_string(pairs / 2) + " processors",
         "calls a second"}};
    for (const auto& outcome : outcomes) {
        rows.push_back({outcome.name, in_digits(1e9 / outcome.mean())});
        report.keep("busy pairs, " + outcome.name + " calls/s", 1e9 / outcome.mean());
    }
    report.table(rows);
    report.at_least("busy pairs, twice as many as processors: calls a second to futex alone",
                    outcomes.ratio("futex", "bridge32", &Timing::mean), 1);
}

void idle(const Effort& effort, Report& report) {
    const bridge32::Client client = own_client();
    check_sum(client.call<int>("add", 1, 2));
    clockid_t host{};
    if (::clock_getcpuclockid(host_of(client), &host) != 0) return;
    std::this_thread::sleep_for(Seconds(std::min(1.0, 5 * effort.scale)));
    const double before[]{processor_seconds(CLOCK_PROCESS_CPUTIME_ID), processor_seconds(host)};
    const auto start = Clock::now();
    std::this_thread::sleep_for(Seconds(std::min(5.0, 10 * effort.scale)));
    const double passed = Seconds(Clock::now() - start).count();
    const double own = (processor_seconds(CLOCK_PROCESS_CPUTIME_ID) - before[0]) / passed;
    const double its = (processor_seconds(host) - before[1]) / passed;
    report.keep("idle", {{"client", own}, {"host", its}});
    report.at_most("an idle client, percent of a core", 100 * own, 0.1);
    report.at_most("an idle host, percent of a core", 100 * its, 0.1);
}

}  // namespace

void waiting(const Effort& effort, Report& report) {
    report.scenario("waiting", "how the two sides wait for each other");
    modes(effort, report);
    one_processor(effort, report);
    too_many(effort, report);
    idle(effort, report);
}

}  // namespace bench
