// bench_breakdown [--pin] HOST: where the time of one small call goes. Medians over 65,536 calls.
#include <algorithm>
#include <array>
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "apart.hpp"
#include "breakdown/marks.hpp"
#include "breakdown/wraps.hpp"

namespace {

bench::ClientMarks call_marks{};

/// Time stamps a nanosecond.
double stamps_a_nanosecond() {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto first = bench::now();
    while (Clock::now() - start < std::chrono::milliseconds(50)) {
    }
    const auto last = bench::now();
    return static_cast<double>(last - first) /
           std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

class Memory {
public:
    Memory() : name_("/bridge32-bench-marks-" + std::to_string(::getpid())) {
        marks_ = &bench::map_marks(name_, true);
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() { ::shm_unlink(name_.c_str()); }
    const std::string& name() const { return name_; }
    bench::Marks& marks() const { return *marks_; }

private:
    std::string name_;
    bench::Marks* marks_;
};

struct Step {
    const char* what;
    std::uint64_t (*stamps)(const bench::ClientMarks& client, const bench::HostMarks& host,
                            const bench::PluginMarks& plugin);
};

#define BENCH_STEP(what, from, to)                                                         \
    Step {                                                                                 \
        what, [](const bench::ClientMarks& client, const bench::HostMarks& host,           \
                 const bench::PluginMarks& plugin) {                                       \
            static_cast<void>(client), static_cast<void>(host), static_cast<void>(plugin); \
            return (to) - (from);                                                          \
        }                                                                                  \
    }

constexpr std::array kSteps{
    BENCH_STEP("client: encode the request", client.begin, client.send_begin),
    BENCH_STEP("client: publish it", client.send_begin, client.send_end),
    BENCH_STEP("from the client to the host", client.send_end, host.receive_begin),
    BENCH_STEP("host: take and check it", host.receive_begin, host.receive_end),
    BENCH_STEP("host: dispatch", host.receive_end, host.call_begin),
    BENCH_STEP("plugin: find the method, decode", host.call_begin, plugin.begin),
    BENCH_STEP("plugin: the method itself", plugin.begin, plugin.end),
    BENCH_STEP("plugin: encode the reply", plugin.end, host.send_begin),
    BENCH_STEP("host: publish it", host.send_begin, host.send_end),
    BENCH_STEP("from the host to the client", host.send_end, client.receive_begin),
    BENCH_STEP("client: take and check it", client.receive_begin, client.receive_end),
    BENCH_STEP("client: decode the reply", client.receive_end, client.end),
    BENCH_STEP("all", client.begin, client.end),
};

void run(const char* host, bool pin) {
    const Memory memory;
    bench::Marks& marks = memory.marks();
    const bridge32::Client client("bench_marked",
                                  {.plugin_path = BENCH_PLUGINS,
                                   .environment = {{bench::kMarksVariable, memory.name()}},
                                   .host_executable = host});
    bench::Effort effort;
    effort.pin = pin;
    const bench::Apart apart(effort, static_cast<pid_t>(client.host_info().pid));
    for (auto& kept : marks.client) {
        call_marks.begin = bench::now();
        const int sum = client.call<int>("add", 1, 2);
        call_marks.end = bench::now();
        if (sum != 3) throw std::runtime_error("1 + 2 came back as " + std::to_string(sum));
        kept = call_marks;
    }

    const double scale = stamps_a_nanosecond();
    for (const auto& step : kSteps) {
        std::vector<double> times;
        // The first ones meet cold caches.
        for (std::size_t i = bench::kMarkedCalls / 8; i < bench::kMarkedCalls; ++i) {
            const auto stamps = step.stamps(marks.client[i], marks.host[i], marks.plugin[i]);
            times.push_back(static_cast<double>(static_cast<std::int64_t>(stamps)) / scale);
        }
        const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
        std::nth_element(times.begin(), middle, times.end());
        std::printf("%-32s %6.0f ns\n", step.what, *middle);
    }
    if (marks.host[0].send_end == 0 || marks.client[0].receive_end == 0) {
        throw std::runtime_error("functions that are to be noted have other names now: wraps.hpp");
    }
}

}  // namespace

bool wrapped_receive(bridge32::wire::Channel* channel, bridge32::wire::Message& message) {
    return noted_receive(call_marks, channel, message);
}

bool wrapped_try_send(bridge32::wire::Channel* channel, const bridge32::wire::Envelope& envelope,
                      std::string_view json, Attachments attachments) {
    return noted_try_send(call_marks, channel, envelope, json, attachments);
}

int main(int argc, char** argv) {
    try {
        const bool pin = argc == 3 && argv[1] == std::string("--pin");
        if (argc != (pin ? 3 : 2)) throw std::runtime_error("usage: bench_breakdown [--pin] HOST");
        run(argv[argc - 1], pin);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_breakdown: %s\n", e.what());
        return 1;
    }
}
