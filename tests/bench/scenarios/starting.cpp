// From nothing to the first reply, and what the host takes of memory.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "contestants/shared_page.hpp"
#include "own_client.hpp"
#include "scenarios.hpp"
#include "server.hpp"

namespace bench {

namespace {

/// One start a time; `start` returns its nanoseconds.
template <class Start>
Timing time_starts(const Effort& effort, const Start& start) {
    std::vector<double> times;
    start();
    const auto end = Clock::now() + effort.budget(0.3).time;
    do {
        times.push_back(start());
    } while (Clock::now() < end);
    return timing_of(std::move(times));
}

double nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

/// A bare program, until its answer is there. With `library` it loads that before.
double spawn(const char* kind, std::string library = {}) {
    const std::string program = std::string(BENCH_PROGRAMS "/bench_spawned_") + kind;
    const auto start = Clock::now();
    std::string name = unique_name();
    const SharedMapping memory(name, SharedMapping::How::make, 0);
    SharedPage& page = memory.page();
    page.a = 1;
    page.b = 2;
    page.requests.store(1);
    pid_t pid = -1;
    std::string path = program;
    char* const arguments[]{path.data(), name.data(), library.empty() ? nullptr : library.data(),
                            nullptr};
    const int error = ::posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environ);
    if (error != 0) throw std::system_error(error, std::generic_category(), program);
    while (page.replies.load(std::memory_order_acquire) != 1)
        __builtin_ia32_pause();
    const double time = nanoseconds_since(start);
    ::waitpid(pid, nullptr, 0);
    check_sum(page.sum);
    return time;
}

double start_client(const bridge32::ClientOptions& options) {
    const auto start = Clock::now();
    const bridge32::Client client = own_client(options);
    check_sum(client.call<int>("add", 1, 2));
    return nanoseconds_since(start);
}

double resident_mb(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
}

}  // namespace

void starting(const Effort& effort, Report& report) {
    report.scenario("start", "from constructing a client to its first reply");
    const std::string bare = "a bare 32-bit program";
    const std::string bare_static = "the same, C++ runtime linked in";
    const std::string loading = "and that loads the plugin's file";
    const Outcomes outcomes = run_rounds(
        effort, {{bare, [&] { return time_starts(effort, [] { return spawn("shared"); }); }},
                 {bare_static, [&] { return time_starts(effort, [] { return spawn("static"); }); }},
                 {loading,
                  [&] {
                      return time_starts(
                          effort, [] { return spawn("static", BENCH_PLUGINS "/bench.b32.so"); });
                  }},
                 {"bridge32", [&] { return time_starts(effort, [] { return start_client({}); }); }},
                 {"bridge32, plugin in the same process", [&] {
                      return time_starts(effort, [] {
                          return start_client({.mode = bridge32::Mode::in_process});
                      });
                  }}});
    std::vector<std::vector<std::string>> rows{{"", "p50", "p99", "to a bare program"}};
    for (const auto& outcome : outcomes) {
        rows.push_back({outcome.name, in_time(outcome.p50()), in_time(outcome.p99()),
                        in_digits(outcomes.ratio(outcome.name, bare))});
    }
    report.table(rows);
    report.keep(outcomes);
    // What the dynamic loader takes for the plugin's file is not the host's affair.
    std::vector<double> ratios;
    for (std::size_t round = 0; round < outcomes.of(bare).rounds.size(); ++round) {
        const auto p50 = [&](const std::string& name) {
            return outcomes.of(name).rounds[round].p50;
        };
        ratios.push_back((p50("bridge32") - p50(loading) + p50(bare_static)) / p50(bare));
    }
    report.at_most("start, without the loading of the plugin, to a bare 32-bit program",
                   median(ratios), 2);

    // A shared host has no plugin before a client comes.
    const bridge32::Client client = own_client();
    report.keep("resident with a plugin, MB", resident_mb(host_of(client)));
    const Server host(BENCH_BIN "/host32", {"--serve", unique_name()}, "bridge32: serving");
    const double resident = resident_mb(host.pid());
    report.keep("resident, MB", resident);
    report.at_most("the host's resident memory without a plugin, MB", resident, 6);
}

}  // namespace bench
