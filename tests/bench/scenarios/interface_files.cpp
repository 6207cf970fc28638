// A library by its interface file, to the same library by a compiled plugin.
#include <bridge32/client.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "apart.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"

namespace bench {

namespace {

using bridge32::Client;

constexpr std::size_t kDoubles = 1'000'000;
constexpr int kCallbacks = 1000;
constexpr double kMost = 1.3;  // times the compiled plugin

/// Makes the call that is timed.
using Make = std::function<void()> (*)(const std::shared_ptr<const Client>& client);

std::function<void()> library_add(const std::shared_ptr<const Client>& client) {
    return [client] { check_sum(client->call<int>("bench_add", 1, 2)); };
}

std::function<void()> library_sum(const std::shared_ptr<const Client>& client) {
    auto x = std::make_shared<bridge32::NdArray<double>>(client->make_array<double>({kDoubles}));
    for (std::size_t i = 0; i < kDoubles; ++i)
        x->data()[i] = 0.5;
    return [client, x] {
        if (client->call<double>("bench_sum", *x) != kDoubles / 2) {
            throw std::runtime_error("the sum is wrong");
        }
    };
}

std::function<void()> library_callbacks(const std::shared_ptr<const Client>& client) {
    return [client] {
        const auto visit = [](int i) { return i & 1; };
        if (client->call<int>("bench_each", kCallbacks, visit) != kCallbacks / 2) {
            throw std::runtime_error("the callbacks' sum is wrong");
        }
    };
}

Case timed(const Effort& effort, const std::string& name, const std::string& plugin, Make make) {
    return {name, [&effort, plugin, make] {
                bridge32::ClientOptions options;
                options.plugin_path = {BENCH_PLUGINS};
                if (plugin == "bench") options.kwargs = {{"library", "bench_library"}};
                const auto client = std::make_shared<const Client>(plugin, options);
                const Apart apart(effort, host_of(*client));
                const auto call = make(client);
                Budget budget = effort.budget(0.3);
                budget.least = 3;
                return time_calls(budget, call);
            }};
}

}  // namespace

void interface_files(const Effort& effort, Report& report) {
    report.scenario("ffi", "a library by its interface file, and by a compiled plugin");
    const std::pair<std::string, Make> kinds[] = {{"add(1, 2)", library_add},
                                                  {"1,000,000 doubles in place", library_sum},
                                                  {"1,000 callbacks", library_callbacks}};
    std::vector<Case> cases;
    for (const auto& [name, make] : kinds) {
        cases.push_back(timed(effort, name + ", plugin", "bench", make));
        cases.push_back(timed(effort, name + ", interface file", "bench_interface", make));
    }
    const Outcomes outcomes = run_rounds(effort, cases);
    std::vector<std::vector<std::string>> rows{
        {"", "plugin", "interface file", "× plugin", "noise"}};
    for (const auto& [name, make] : kinds) {
        const auto& plugin = outcomes.of(name + ", plugin");
        const auto& file = outcomes.of(name + ", interface file");
        const double ratio = outcomes.ratio(file.name, plugin.name);
        rows.push_back({name, in_time(plugin.p50()), in_time(file.p50()), in_digits(ratio),
                        "±" + in_digits(100 * file.noise()) + " %"});
        report.at_most(name + " by an interface file, to a plugin", ratio, kMost);
    }
    report.table(rows, "ffi.txt");
    report.keep(outcomes);
}

}  // namespace bench
