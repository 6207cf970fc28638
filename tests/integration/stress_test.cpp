// Everything at once: eight threads on one client, checked by content.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "integration/support.hpp"

namespace stress_test {

namespace {

using bridge32::Client;
using bridge32::NdArray;
using namespace std::chrono_literals;

constexpr int kThreads = 8;
// Long enough for many thousands of calls, also under a sanitizer.
constexpr auto kDuration = 4s;

/// One thread's share: what it did, and what was wrong.
class Worker {
public:
    Worker(Client& client, unsigned seed, bool concurrent)
        : client_(client), random_(seed), concurrent_(concurrent) {}

    void run_until(std::chrono::steady_clock::time_point end) {
        while (std::chrono::steady_clock::now() < end) {
            try {
                step(static_cast<int>(random_() % 9));
                ++done_;
            } catch (const std::exception& e) {
                error_ = e.what();
                return;
            }
        }
    }

    const std::string& error() const noexcept { return error_; }
    int done() const noexcept { return done_; }

private:
    void expect(bool condition, const char* what) {
        if (!condition) throw std::runtime_error(std::string("wrong: ") + what);
    }

    void step(int kind) {
        const int a = number();
        const int b = number();
        switch (kind) {
            case 0:
                return expect(client_.call<int>("add", a, b) == a + b, "add");
            case 1:
                return callbacks(a);
            case 2:
                return array_in_place();
            case 3:
                return array_copied();
            case 4:
                return timeout();
            case 5:
                return futures(a);
            case 6:
                return batch(a, b);
            case 7:
                return events();
            default:
                return exceptions(a);
        }
    }

    int number() { return static_cast<int>(random_() % 100'000); }

    void callbacks(int a) {
        const int n = 1 + a % 5;
        int sum = 0;
        for (int i = 0; i < n; ++i)
            sum += i + a;
        const auto own = std::this_thread::get_id();
        if (concurrent_) {
            const int got = client_.call<int>("scan", n, [&](int i) {
                expect(std::this_thread::get_id() == own, "the callback's thread");
                return client_.call<int>("add", i, a);
            });
            return expect(got == sum, "scan");
        }
        int got = 0;
        const int done = client_.call<int>("scan", n, [&](int i, double) {
            expect(std::this_thread::get_id() == own, "the callback's thread");
            got += client_.call<int>("add", i, a);
            return true;
        });
        expect(done == n && got == sum, "scan");
    }

    void array_in_place() {
        auto x = client_.make_array<double>({1000 + random_() % 20'000});
        std::iota(x.data(), x.data() + x.size(), static_cast<double>(number()));
        const auto y = client_.call<NdArray<const double>>("twice", x);
        expect(y.shape() == x.shape(), "the shape of twice");
        for (std::size_t i = 0; i < x.size(); ++i)
            expect(y.data()[i] == 2 * x.data()[i], "twice");
        held_ = y;  // lives on beside the next ones
    }

    void array_copied() {
        std::vector<double> x(random_() % 10'000);
        std::iota(x.begin(), x.end(), 1.0);
        const double n = static_cast<double>(x.size());
        expect(client_.call<double>("sum", x) == n * (n + 1) / 2, "sum");
        if (held_.size() != 0) {
            expect(held_.data()[held_.size() - 1] - held_.data()[0] ==
                       2 * static_cast<double>(held_.size() - 1),
                   "a result that was held");
        }
    }

    void timeout() {
        try {
            client_.with_timeout(2ms).call<void>("sleep_ms", 4);
        } catch (const bridge32::TimeoutError&) {
            // The usual end; on a busy machine it may also come in time.
        }
    }

    void futures(int a) {
        std::vector<bridge32::Future<int>> all;
        for (int i = 0; i < 8; ++i)
            all.push_back(client_.async<int>("add", a, i));
        all[3].cancel();
        for (int i = 7; i >= 0; --i) {
            if (i != 3) expect(all[static_cast<std::size_t>(i)].get() == a + i, "a future");
        }
    }

    void batch(int a, int b) {
        const auto results =
            client_.batch().call("add", a, b).call("nothing").call("add", b, b).send();
        expect(results[0].get<int>() == a + b && results[2].get<int>() == 2 * b, "a batch");
        expect(results[1].failed(), "a batch's error");
    }

    void events() { client_.call("progress", 5); }

    void exceptions(int a) {
        try {
            if (concurrent_) {
                client_.call("scan", 3,
                             [&](int) -> int { throw std::out_of_range(std::to_string(a)); });
            } else {
                client_.call("scan", 3, [&](int, double) -> bool {
                    throw std::out_of_range(std::to_string(a));
                });
            }
        } catch (const std::out_of_range& e) {
            return expect(e.what() == std::to_string(a), "an exception's text");
        }
        expect(false, "an exception that did not come back");
    }

    Client& client_;
    std::mt19937 random_;
    bool concurrent_;
    NdArray<const double> held_;
    int done_ = 0;
    std::string error_;
};

void stress(const std::string& plugin) {
    const auto before = test::segments();
    {
        Client c = test::client(plugin);
        std::atomic<int> events{0};
        c.on_event([&](const std::string&, const bridge32::Json&) { ++events; });
        const auto end = std::chrono::steady_clock::now() + kDuration;
        std::vector<Worker> workers;
        workers.reserve(kThreads);
        for (unsigned i = 0; i < kThreads; ++i)
            workers.emplace_back(c, i, plugin == "concurrent");
        std::vector<std::thread> threads;
        for (auto& worker : workers)
            threads.emplace_back([&worker, end] { worker.run_until(end); });
        for (auto& thread : threads)
            thread.join();

        int done = 0;
        for (const auto& worker : workers) {
            CHECK(worker.error() == "");
            CHECK(worker.done() > 10);
            done += worker.done();
        }
        CHECK(events > 0);
        MESSAGE(plugin << ": " << done << " steps, " << events.load() << " events");
        CHECK(c.call<int>("add", 1, 2) == 3);
    }
    CHECK(test::no_segments_but(before));
}

}  // namespace

TEST_CASE("stress: eight threads, callbacks, events, timeouts and arrays, on the main thread") {
    stress("calls_back");
}

TEST_CASE("stress: eight threads, callbacks, events, timeouts and arrays, on the pool") {
    stress("concurrent");
}

}  // namespace stress_test
