// Arrays there and back, doubled on the way.
#include <unistd.h>

#include <algorithm>
#include <bridge32/client.hpp>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "apart.hpp"
#include "contestants/floor.hpp"
#include "contestants/http_pickle.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"

namespace bench {

namespace {

void check(double first, double last, std::size_t count) {
    if (first != 1 || last != 1 + static_cast<double>(count)) {
        throw std::runtime_error("the doubled array is wrong");
    }
}

/// 0.5 … 0.5 + count / 2.
void fill(double* x, std::size_t count) {
    std::fill_n(x, count, 0.5);
    x[count - 1] = (1 + static_cast<double>(count)) / 2;
}

/// What is timed, and the server that spins for it.
template <class Run>
struct Timed {
    Run run;
    pid_t server;
};
template <class Run>
Timed(Run, pid_t) -> Timed<Run>;

/// A case that makes its things anew each round, and times `call`.
template <class Make>
Case array_case(const char* name, const Effort& effort, const Make& make) {
    return {name, [&effort, make] {
                const auto call = make();
                const Apart apart(effort, call.server);
                Budget budget = effort.budget(0.4);
                budget.least = 3;
                return time_calls(budget, call.run);
            }};
}

/// `in_place`: the arguments are there already; else they are copied in, and the results out.
Case floor(const char* name, const Effort& effort, std::size_t count, bool in_place) {
    return array_case(name, effort, [count, in_place] {
        auto memory = std::make_shared<FloorArrays>(count);
        auto x = std::make_shared<std::vector<double>>(count);
        auto y = std::make_shared<std::vector<double>>(count);
        fill(x->data(), count);
        fill(memory->arguments(), count);
        const auto run = [=] {
            if (!in_place) std::memcpy(memory->arguments(), x->data(), count * sizeof(double));
            memory->double_in_place(count);
            if (!in_place) std::memcpy(y->data(), memory->results(), count * sizeof(double));
            const double* const results = in_place ? memory->results() : y->data();
            check(results[0], results[count - 1], count);
        };
        return Timed{run, memory->server()};
    });
}

Case copies(const Effort& effort, std::size_t count) {
    return array_case("memcpy", effort, [count] {
        auto x = std::make_shared<std::vector<double>>(count);
        auto y = std::make_shared<std::vector<double>>(count);
        auto z = std::make_shared<std::vector<double>>(count);
        const auto run = [=] {
            std::memcpy(y->data(), x->data(), count * sizeof(double));
            std::memcpy(z->data(), y->data(), count * sizeof(double));
            asm volatile("" : : "r"(z->data()) : "memory");
        };
        return Timed{run, 0};
    });
}

Case made_arrays(const Effort& effort, std::size_t count) {
    return array_case("bridge32, make_array", effort, [count] {
        auto client = std::make_shared<bridge32::Client>(own_client());
        auto x = std::make_shared<bridge32::NdArray<double>>(client->make_array<double>({count}));
        fill(x->data(), count);
        const auto run = [=] {
            const auto y = client->call<bridge32::NdArray<const double>>("doubled", *x);
            check(y(0), y(count - 1), count);
        };
        return Timed{run, host_of(*client)};
    });
}

/// Ordinary vectors in the client; in the plugin either make_array or vectors as well.
Case vectors(const char* name, const char* method, const Effort& effort, std::size_t count) {
    return array_case(name, effort, [count, method] {
        auto client = std::make_shared<bridge32::Client>(own_client());
        auto x = std::make_shared<std::vector<double>>(count);
        fill(x->data(), count);
        const auto run = [=] {
            const auto y = client->call<std::vector<double>>(method, *x);
            check(y.front(), y.back(), count);
        };
        return Timed{run, host_of(*client)};
    });
}

long mappings(std::uint32_t pid) {
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    return std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
}

/// From the tenth call on nothing new is mapped.
void flat(Report& report) {
    constexpr std::size_t kCount = 1'000'000;
    const bridge32::Client client = own_client();
    const auto own = static_cast<std::uint32_t>(::getpid());
    const auto x = client.make_array<double>({kCount});
    const auto call = [&] { client.call<bridge32::NdArray<const double>>("doubled", x); };
    for (int i = 0; i < 10; ++i)
        call();
    const long before = mappings(own) + mappings(client.host_info().pid);
    for (int i = 0; i < 100; ++i)
        call();
    const long after = mappings(own) + mappings(client.host_info().pid);
    report.at_most("new mappings from the tenth call to the 110th",
                   static_cast<double>(after - before), 0);
}

void million(const Effort& effort, Report& report) {
    constexpr std::size_t kCount = 1'000'000;
    std::vector<Case> cases{
        floor("bare memory, in place", effort, kCount, true),
        floor("bare memory, copied in and out", effort, kCount, false),
        made_arrays(effort, kCount),
        vectors("bridge32, vectors", "doubled", effort, kCount),
        vectors("bridge32, vectors on both sides", "doubled_vector", effort, kCount),
        copies(effort, kCount),
    };
    if (HttpPickle::available()) {
        cases.push_back({"HTTP and pickle files", [&effort] {
                             HttpPickle http;
                             return timing_of(http.double_list(kCount, effort.quick ? 1 : 3));
                         }});
    }
    const Outcomes outcomes = run_rounds(effort, cases);
    std::vector<std::vector<std::string>> rows{
        {"1,000,000 doubles there and back", "p50", "p99", "× bare, in place"}};
    for (const auto& outcome : outcomes) {
        rows.push_back({outcome.name, in_time(outcome.p50()), in_time(outcome.p99()),
                        in_digits(outcomes.ratio(outcome.name, "bare memory, in place"))});
    }
    report.table(rows, "large.txt");
    report.keep(outcomes);
    report.at_most("make_array, to bare memory in place",
                   outcomes.ratio("bridge32, make_array", "bare memory, in place"), 1.3);
    report.at_most("vectors, to bare memory copied in and out",
                   outcomes.ratio("bridge32, vectors", "bare memory, copied in and out"), 1.3);
    if (HttpPickle::available()) {
        report.at_least("times faster than HTTP and pickle files",
                        outcomes.ratio("HTTP and pickle files", "bridge32, make_array"), 100);
    }
}

void bandwidth(const Effort& effort, Report& report) {
    std::vector<std::vector<std::string>> chart{{"bytes", "memcpy", "bare memory, in place",
                                                 "bare memory, copied in and out",
                                                 "bridge32, make_array", "bridge32, vectors"}};
    auto table = chart;
    table[0][0] = "GB/s, both ways together";
    std::vector<std::size_t> sizes{1'000, 8'000, 64'000, 1'000'000, 8'000'000};
    if (!effort.quick) sizes.push_back(100'000'000);
    Effort shorter = effort;
    shorter.rounds = std::min(effort.rounds, 5);
    for (const std::size_t size : sizes) {
        const std::size_t count = size / sizeof(double);
        const Outcomes outcomes = run_rounds(
            shorter, {copies(shorter, count), floor("in place", shorter, count, true),
                      floor("copied", shorter, count, false), made_arrays(shorter, count),
                      vectors("vectors", "doubled", shorter, count)});
        std::vector<std::string> row{std::to_string(size)};
        for (const auto& outcome : outcomes)
            row.push_back(in_digits(2 * static_cast<double>(size) / outcome.p50()));
        chart.push_back(row);
        table.push_back(row);
        for (const auto& outcome : outcomes)
            report.keep(std::to_string(size) + " bytes, " + outcome.name + " p50_ns",
                        outcome.p50());
    }
    report.table(table);
    report.columns("bandwidth.dat", chart);
}

}  // namespace

void large_calls(const Effort& effort, Report& report) {
    report.scenario("large", "arrays of doubles there and back, times 2");
    million(effort, report);
    flat(report);
    bandwidth(effort, report);
}

}  // namespace bench
