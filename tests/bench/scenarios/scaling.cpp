// Costs against the number of methods, of clients, and of bytes.
#include <bridge32/client.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "apart.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"
#include "server.hpp"

namespace bench {

namespace {

Outcomes over(const Effort& effort, const std::vector<int>& sizes,
              const std::function<Timing(int)>& run) {
    std::vector<Case> cases;
    for (const int size : sizes)
        cases.push_back({std::to_string(size), [=] { return run(size); }});
    return run_rounds(effort, cases);
}

void show(Report& report, const std::string& what, const Outcomes& outcomes) {
    std::vector<std::vector<std::string>> rows{{what, "p50", "to the first"}};
    for (const auto& outcome : outcomes) {
        rows.push_back({outcome.name, in_time(outcome.p50()),
                        in_digits(outcomes.ratio(outcome.name, outcomes.front().name))});
        report.keep(what + ": " + outcome.name + ", p50_ns", outcome.p50());
    }
    report.table(rows);
}

Timing with_methods(const Effort& effort, int count) {
    const bridge32::Client client = own_client({.kwargs = {{"methods", count}}});
    const Apart apart(effort, host_of(client));
    const std::string method = "add_" + std::to_string(count / 2);
    return time_calls(effort.budget(0.2), [&] { check_sum(client.call<int>(method, 1, 2)); });
}

Timing with_clients(const Effort& effort, const std::string& host, int count) {
    std::vector<bridge32::Client> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(
            bridge32::Client::connect(host, "bench",
                                      {.plugin_path = BENCH_PLUGINS,
                                       .start_host = true,
                                       .host_idle_timeout = std::chrono::seconds(1)}));
    }
    const auto& client = clients[static_cast<std::size_t>(count / 2)];
    const Apart apart(effort, host_of(client));
    return time_calls(effort.budget(0.2), [&] { check_sum(client.call<int>("add", 1, 2)); });
}

Timing with_text(const Effort& effort, int size) {
    const bridge32::Client client = own_client();
    const Apart apart(effort, host_of(client));
    const std::string text(static_cast<std::size_t>(size), 'x');
    return time_calls(effort.budget(0.2), [&] { client.call<std::string>("echo", text); });
}

}  // namespace

void scaling(const Effort& effort, Report& report) {
    report.scenario("scaling", "what a small call costs as things grow");
    const auto methods = over(effort, {1, 10, 100, 1000, 10'000},
                              [&](int count) { return with_methods(effort, count); });
    show(report, "methods registered", methods);
    report.at_most("10,000 methods, to 1", methods.ratio("10000", "1"), 1.2);

    const std::string host = unique_name();
    const auto clients =
        over(effort, {1, 4, 16, 64}, [&](int count) { return with_clients(effort, host, count); });
    show(report, "clients of a shared host, one of them active", clients);
    report.at_most("64 clients, to 1", clients.ratio("64", "1"), 1.5);

    const auto texts = over(effort, {1, 64, 1024, 16'384, 65'536},
                            [&](int size) { return with_text(effort, size); });
    show(report, "bytes of text, there and back", texts);
    report.at_most("64 KiB of text to 16 KiB, where linear is 4", texts.ratio("65536", "16384"), 5);
}

}  // namespace bench
