// bridge32_bench [--quick|--smoke] [--pin] [--rounds N] [--results FOLDER] [SCENARIO…]: see
// scripts/bench.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "scenarios.hpp"

namespace {

struct Scenario {
    const char* name;
    void (*run)(const bench::Effort& effort, bench::Report& report);
};

constexpr Scenario kScenarios[]{
    {"small", bench::small_calls}, {"waiting", bench::waiting},
    {"large", bench::large_calls}, {"throughput", bench::throughput},
    {"start", bench::starting},    {"scaling", bench::scaling},
    {"kinds", bench::kinds},       {"ffi", bench::interface_files},
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Measures bridge32 and its rivals side by side.");
    bool quick = false;
    bool smoke = false;
    bool pin = false;
    int rounds = 0;
    std::string results = "bench-results";
    std::vector<std::string> wanted;
    std::vector<std::string> names;
    for (const auto& scenario : kScenarios)
        names.emplace_back(scenario.name);
    app.add_flag("--quick", quick, "fewer rounds and shorter ones: a minute");
    app.add_flag("--smoke", smoke, "runs everything once and measures nothing of worth");
    app.add_flag("--pin", pin, "who spins gets a processor of its own: for a busy machine");
    app.add_option("--rounds", rounds, "how many rounds")->check(CLI::PositiveNumber);
    app.add_option("--results", results, "the folder for results.json and gnuplot's columns");
    double typed_call = 0;
    app.add_option("--typed-call", typed_call, "only prints the median of typed calls, in ns");
    app.add_option("SCENARIO", wanted, "which; all when none is named")
        ->check(CLI::IsMember(names));
    CLI11_PARSE(app, argc, argv);
    if (typed_call > 0) {
        std::printf("%f\n", bench::typed_call(typed_call));
        return 0;
    }

    bench::Effort effort;
    if (quick) effort = {3, 0.2, true, false};
    if (smoke) effort = {1, 0.01, true, false};
    effort.pin = pin;
    if (rounds > 0) effort.rounds = rounds;
    try {
        bench::Report report(results, std::to_string(effort.rounds) + " rounds" +
                                          (pin ? ", who spins on a processor of its own" : ""));
        for (const auto& scenario : kScenarios) {
            if (wanted.empty() ||
                std::find(wanted.begin(), wanted.end(), scenario.name) != wanted.end()) {
                scenario.run(effort, report);
            }
        }
        report.finish();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bridge32_bench: %s\n", e.what());
        return 1;
    }
}
