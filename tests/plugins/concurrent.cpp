// Lets its calls run in parallel, and tells how many did.
#include <algorithm>
#include <atomic>
#include <bridge32/plugin.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace {

class Concurrent : public bridge32::Plugin {
public:
    static constexpr auto threading = bridge32::Threading::concurrent;

    Concurrent() {
        method("add", [](int a, int b) { return a + b; });
        // Returns true when `n` calls of it were inside at once.
        method("meet", [this](int n, int limit_ms) { return meet(n, limit_ms); });
        method("scan", [](int n, const bridge32::Callback<int(int)>& f) {
            int sum = 0;
            for (int i = 0; i < n; ++i)
                sum += f(i);
            return sum;
        });
        method("progress", [](int n) {
            for (int i = 0; i < n; ++i)
                context().emit("progress", i);
        });
        method("sum", [](std::span<const double> x) {
            double sum = 0;
            for (const double value : x)
                sum += value;
            return sum;
        });
        method("twice", [](const bridge32::NdArray<const double>& x) {
            auto result = context().make_array<double>(x.shape());
            for (std::size_t i = 0; i < x.size(); ++i)
                result.data()[i] = 2 * x.data()[i];
            return result;
        });
        method("until_cancelled", [](int limit_ms) {
            const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
            while (std::chrono::steady_clock::now() < end) {
                if (context().cancelled()) return true;
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return false;
        });
        method("sleep_ms",
               [](int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); });
    }

private:
    bool meet(int n, int limit_ms) {
        std::unique_lock lock(mutex_);
        ++inside_;
        most_ = std::max(most_, inside_);
        changed_.notify_all();
        const bool met = changed_.wait_for(lock, std::chrono::milliseconds(limit_ms),
                                           [&] { return most_ >= n; });
        --inside_;
        return met;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int inside_ = 0;
    int most_ = 0;
};

}  // namespace

BRIDGE32_PLUGIN(Concurrent)
