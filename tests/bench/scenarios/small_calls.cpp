// add(1, 2), by everybody.
#include <algorithm>
#include <string>
#include <vector>

#include "apart.hpp"
#include "contestants.hpp"
#include "scenarios.hpp"

namespace bench {

namespace {

/// What reading the clock costs, which is in every figure once.
double clock_cost() {
    Budget budget;
    budget.time = Seconds(0.02);
    return time_calls(budget, [] {}).p50;
}

std::string percent(double part) { return "±" + in_digits(100 * part) + " %"; }

}  // namespace

void small_calls(const Effort& effort, Report& report) {
    report.scenario("small", "add(1, 2), a 64-bit client and a 32-bit server unless said");
    const auto all = contestants();
    std::vector<Case> cases;
    for (const auto& one : all) {
        cases.push_back({one.name, [&effort, &one] {
                             const auto pair = one.start();
                             const Apart apart(effort, pair->spinning_server());
                             return pair->measure(effort.budget(0.3));
                         }});
    }
    const Outcomes outcomes = run_rounds(effort, cases);

    std::vector<std::vector<std::string>> rows{
        {"", "bits", "p50", "p99", "noise", "× bare", "× bridge32"}};
    std::vector<std::vector<std::string>> chart;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& outcome = outcomes[i];
        const double to_floor = outcomes.ratio(all[i].name, "ping_pong");
        const double to_us = outcomes.ratio(all[i].name, "bridge32");
        rows.push_back({all[i].what, "64-" + std::to_string(all[i].server_bits),
                        in_time(outcome.p50()), in_time(outcome.p99()), percent(outcome.noise()),
                        in_digits(to_floor), in_digits(to_us)});
        chart.push_back({all[i].what, std::to_string(outcome.p50() / 1e3)});
    }
    report.table(rows, "small.txt");
    std::stable_sort(chart.begin(), chart.end(), [](const auto& a, const auto& b) {
        return std::stod(a[1]) < std::stod(b[1]);
    });
    report.columns("latency.dat", chart);
    report.keep(outcomes);
    report.note("the clock: " + in_time(clock_cost()) + " of each figure");

    report.at_most("p50, µs (on a machine where bare memory takes 0.15 to 0.2)",
                   outcomes.of("bridge32").p50() / 1e3, 0.6);
    report.at_most("p50, to bare memory", outcomes.ratio("bridge32", "ping_pong"), 4);
    std::vector<double> tails;
    for (const auto& round : outcomes.of("bridge32").rounds)
        tails.push_back(round.p99 / round.p50);
    report.at_most("p99 to p50", median(tails), 3);
    report.at_least("times faster than a Unix socket with JSON",
                    outcomes.ratio("unix_socket", "bridge32"), 100);
    for (const auto& one : all) {
        if (one.name == "http_pickle") {
            report.at_least("times faster than HTTP and pickle files",
                            outcomes.ratio(one.name, "bridge32"), 2000);
        }
    }
}

}  // namespace bench
