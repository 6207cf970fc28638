// What each kind of call costs, to a typed call of the same plugin.
#include <bridge32/client.hpp>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "apart.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"
#include "server.hpp"

namespace bench {

namespace {

using bridge32::Client;
using bridge32::ClientOptions;

/// A case with a client of its own, whose calls are timed one by one.
template <class Call>
Case each(const Effort& effort, std::string name, const Call& call,
          const ClientOptions& options = {}) {
    return {std::move(name), [&effort, options, call] {
                const Client client = own_client(options);
                const bool has_host = options.mode == bridge32::Mode::process;
                const Apart apart(effort, has_host ? host_of(client) : 0);
                return time_calls(effort.budget(0.2), [&] { call(client); });
            }};
}

void add(const Client& client) { check_sum(client.call<int>("add", 1, 2)); }

/// The median that another program prints, in nanoseconds.
Timing printed_by(const std::string& command) {
    std::FILE* const output = ::popen(command.c_str(), "r");
    double p50 = 0;
    const bool read = output != nullptr && std::fscanf(output, "%lf", &p50) == 1;
    if ((output == nullptr ? -1 : ::pclose(output)) != 0 || !read) {
        throw std::runtime_error("it failed: " + command);
    }
    return {p50, p50, p50, 1};
}

bool is_installed(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

std::string seconds_of(const Effort& effort) {
    return std::to_string(effort.budget(0.2).time.count());
}

std::vector<Case> kinds(const Effort& effort) {
    std::vector<Case> cases{
        each(effort, "a typed call", add),
        each(effort, "arguments by name",
             [](const Client& c) {
                 check_sum(c.call<int>("add", bridge32::named({{"a", 1}, {"b", 2}})));
             }),
        each(effort, "untyped, with Json",
             [](const Client& c) { check_sum(c.call("add", 1, 2).get<int>()); }),
        each(effort, "a property", [](const Client& c) { c.get<int>("stored"); }),
        each(effort, "async and get",
             [](const Client& c) { check_sum(c.async<int>("add", 1, 2).get()); }),
        each(effort, "a call that calls a function of the client",
             [](const Client& c) {
                 check_sum(c.call<int>(
                     "apply", [](int x) { return x + 1; }, 2));
             }),
        each(effort, "a caught RemoteError",
             [](const Client& c) {
                 try {
                     c.call<int>("fail", 1);
                 } catch (const bridge32::RemoteError&) {
                     return;
                 }
                 throw std::runtime_error("it did not fail");
             }),
        {"a call with an event",
         [&effort] {
             Client client = own_client();
             client.on_event("told", [](int) {});
             const Apart apart(effort, host_of(client));
             return time_calls(effort.budget(0.2), [&] { client.call<void>("tell", 1); });
         }},
        {"a concurrent plugin",
         [&effort] {
             const Client client("bench_concurrent", {.plugin_path = BENCH_PLUGINS});
             const Apart apart(effort, host_of(client));
             return time_calls(effort.budget(0.2), [&] { add(client); });
         }},
        {"a shared host",
         [&effort] {
             const std::string name = unique_name();
             const Server host(BENCH_BIN "/host32",
                               {"--serve", name, "--plugin-path", BENCH_PLUGINS},
                               "bridge32: serving");
             const Client client = Client::connect(name, "bench");
             const Apart apart(effort, host_of(client));
             return time_calls(effort.budget(0.2), [&] { add(client); });
         }},
        each(effort, "a plugin in the same process", add, {.mode = bridge32::Mode::in_process}),
        each(effort, "wait = block", add, {.wait = bridge32::Wait::block}),
        {"BRIDGE32_LOG=debug",
         [&effort] {
             return printed_by("BRIDGE32_LOG=debug " BENCH_PROGRAMS
                               "/bridge32_bench --typed-call " +
                               seconds_of(effort) + " 2>/dev/null");
         }},
    };
    const std::string environment =
        "BRIDGE32_PLUGIN_PATH=" BENCH_PLUGINS " LD_LIBRARY_PATH=" BENCH_BIN
        " BRIDGE32_LIBRARY=" BENCH_BIN "/libbridge32.so ";
    if (is_installed("python3")) {
        cases.push_back({"Python", [&effort, environment] {
                             return printed_by(environment +
                                               "python3 -B " BENCH_SOURCES "/programs/kinds.py " +
                                               seconds_of(effort));
                         }});
    }
    if (is_installed("mcs") && is_installed("mono")) {
        cases.push_back({"C#, with Mono", [&effort, environment] {
                             const std::string program = BENCH_PROGRAMS "/kinds.exe";
                             return printed_by("mcs -platform:x64 -out:" + program +
                                               " " BENCH_SOURCES "/programs/kinds.cs " BENCH_SOURCES
                                               "/../../samples/csharp/Bridge32.cs && " +
                                               environment + "mono " + program + " " +
                                               seconds_of(effort));
                         }});
    }
    return cases;
}

}  // namespace

double typed_call(double seconds) {
    Budget budget;
    budget.time = Seconds(seconds);
    const Client client = own_client();
    return time_calls(budget, [&] { add(client); }).p50;
}

void kinds(const Effort& effort, Report& report) {
    report.scenario("kinds", "add(1, 2) in each way that there is, to a typed call");
    const Outcomes outcomes = run_rounds(effort, kinds(effort));
    std::vector<std::vector<std::string>> rows{{"", "p50", "× a typed call"}};
    for (const auto& outcome : outcomes) {
        rows.push_back({outcome.name, in_time(outcome.p50()),
                        in_digits(outcomes.ratio(outcome.name, "a typed call"))});
    }
    report.table(rows, "kinds.txt");
    report.keep(outcomes);
}

}  // namespace bench
