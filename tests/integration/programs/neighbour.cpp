// A client of a shared host that does harm: neighbour HOST WHAT. Says "ready" when it has begun.
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace {

void ready() {
    std::puts("ready");
    std::fflush(stdout);
}

[[noreturn]] void hang() {
    for (;;)
        std::this_thread::sleep_for(std::chrono::hours(1));
}

[[noreturn]] void work(const std::string& host, const std::string& what) {
    const auto c = bridge32::Client::connect(host, "calls_back");
    if (what == "hangs_in_callback") {
        c.call<int>("scan", 1'000'000, [](int, double) {
            ready();
            hang();
            return true;
        });
    }
    if (what == "does_not_read") {
        const auto events = c.async("progress", 100'000);
        ready();
        hang();
    }
    if (what == "floods") {
        ready();
        for (;;)
            c.notify("sleep_ms", 2);
    }
    if (what == "works") {
        ready();
        for (int i = 0;; ++i) {
            if (c.call<int>("add", i % 1000, 1) != i % 1000 + 1) std::abort();
        }
    }
    ready();
    hang();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    try {
        work(argv[1], argv[2]);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "neighbour: %s\n", e.what());
        return 1;
    }
}
