// Calls its client back, in every way that there is.
#include <atomic>
#include <bridge32/plugin.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace {

using bridge32::Callback;
using bridge32::NdArray;

// What legacy libraries look like that take callbacks.
extern "C" {
using WithData = int (*)(int, double, void*);
using Plain = int (*)(int, double);
int lib_scan_with_data(int n, WithData point, void* user) {
    int done = 0;
    while (done < n && point(done, 0.5 * done, user) != 0)
        ++done;
    return done;
}
int lib_scan_plain(int n, Plain point) {
    int done = 0;
    while (done < n && point(done, 0.5 * done) != 0)
        ++done;
    return done;
}
int BRIDGE32_STDCALL lib_scan_stdcall(int n, int BRIDGE32_STDCALL (*point)(int, double)) {
    int done = 0;
    while (done < n && point(done, 0.5 * done) != 0)
        ++done;
    return done;
}
}

using Point = Callback<bool(int, double)>;

class CallsBack : public bridge32::Plugin {
public:
    CallsBack() {
        offer_calls();
        offer_c_functions();
        offer_threads();
        offer_events();
        offer_memory();
        offer_time();
    }
    ~CallsBack() override { stop(); }

private:
    void offer_calls() {
        method("scan",
               [](int n, const Point& point) {
                   int done = 0;
                   while (done < n && point(done, 0.5 * done))
                       ++done;
                   return done;
               },
               {"n", "point"});
        method("apply", [](const Callback<bridge32::Json(bridge32::Json)>& f,
                           const bridge32::Json& value) { return f(value); });
        method("apply_array", [](const Callback<std::vector<double>(std::vector<double>)>& f,
                                 const std::vector<double>& value) { return f(value); });
        method("swallow", [](const Callback<void()>& f) {
            try {
                f();
                return std::string("nothing thrown");
            } catch (const bridge32::CallbackError& e) {
                return e.type() + ": " + e.message();
            }
        });
        method("replace", [](const Callback<void()>& f) {
            try {
                f();
            } catch (const bridge32::CallbackError&) {
                throw std::runtime_error("something else");
            }
        });
        method("maybe", [](const std::optional<Callback<int()>>& f, const Callback<int()>& g) {
            return (f ? (*f)() : -1) + (g ? g() : -10);
        });
        method("add", [](int a, int b) { return a + b; });
        method("slow_add", [](int a, int b) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return a + b;
        }).idempotent();
        method("thread", [] { return std::hash<std::thread::id>()(std::this_thread::get_id()); });
        method("keep", [this](const Callback<int()>& f) { kept_ = f; });
        method("call_kept", [this] { return kept_(); });
    }

    void offer_c_functions() {
        method("scan_with_data", [](int n, const Point& point) {
            const auto f = point.function<int(int, double, void*)>();
            return lib_scan_with_data(n, f, f.user_data());
        });
        method("scan_plain", [](int n, const Point& point) {
            return lib_scan_plain(n, point.function<int(int, double)>());
        });
        method("scan_stdcall", [](int n, const Point& point) {
            return lib_scan_stdcall(n, point.function<int BRIDGE32_STDCALL(int, double)>());
        });
        method("take_all_functions", [](const Point& point) {
            using Function = decltype(point.function<int(int, double)>());
            std::vector<Function> all;
            try {
                for (;;)
                    all.push_back(point.function<int(int, double)>());
            } catch (const bridge32::Error& e) {
                int sum = 0;
                for (const auto& f : all)
                    sum += f(1, 1.0);
                return std::to_string(sum) + ": " + e.what();
            }
        });
    }

    void offer_threads() {
        method("from_threads", [](int threads, int calls, const Callback<int(int)>& f) {
            std::atomic<int> sum{0};
            std::vector<std::thread> all;
            for (int t = 0; t < threads; ++t) {
                all.emplace_back([&, t] {
                    for (int i = 0; i < calls; ++i)
                        sum += f(t * calls + i);
                });
            }
            for (auto& thread : all)
                thread.join();
            return sum.load();
        });
        method("subscribe", [this](const Callback<void(int)>& f, int every_ms) {
            stop();
            stopping_ = false;
            thread_ = std::thread([this, f, every_ms] { tick(f, every_ms); });
        });
        method("ended", [this] {
            const std::lock_guard lock(mutex_);
            return ended_;
        });
        method("stop", [this] { return stop(); });
    }

    void offer_events() {
        method("progress", [](int n) {
            for (int i = 1; i <= n; ++i)
                context().emit("progress", static_cast<double>(i) / n, i);
            return n;
        });
        method("emit_array", [](int n) {
            return context().emit("array", std::vector<double>(static_cast<std::size_t>(n), 1.5));
        });
        method("emit_later", [this](int n) {
            stop();
            thread_ = std::thread([n, out = context().emitter()] {
                for (int i = 0; i < n; ++i)
                    out.emit("later", i);
                out.emit("later_done");
            });
        });
        method("flood", [this](int n) {
            // More than anybody keeps for a client that does not read.
            stop();
            const auto out = context().emitter();
            int sent = 0;
            for (int i = 0; i < n; ++i)
                sent += out.emit("flood", std::string(1000, 'x')) ? 1 : 0;
            return sent;
        });
    }

    void offer_memory() {
        method("sum", [](std::span<const double> x) {
            double sum = 0;
            for (const double value : x)
                sum += value;
            return sum;
        });
        method("sum_nd", [](const NdArray<const double>& x) {
            double sum = 0;
            for (const double value : x.span())
                sum += value;
            return sum;
        });
        method("address", [](std::span<const double> x) {
            return reinterpret_cast<std::uintptr_t>(x.data());
        });
        method("twice", [](const NdArray<const double>& x) {
            auto result = context().make_array<double>(x.shape(), x.order());
            for (std::size_t i = 0; i < x.size(); ++i)
                result.data()[i] = 2 * x.data()[i];
            return result;
        });
        method("twice_copied", [](const std::vector<double>& x) {
            std::vector<double> result(x);
            for (double& value : result)
                value *= 2;
            return result;
        });
        method("by_c_text", [](const Callback<int(const std::string&)>& measure) {
            const auto function = measure.function<int(const char*)>();
            int (*const plain)(const char*) = function;
            return plain("a C string longer than what a std::string holds in itself");
        });
        method("text_bytes", [](const std::string& text) {
            auto bytes = context().make_bytes(text.size());
            std::copy(text.begin(), text.end(), bytes.data());
            return bytes;
        });
        method("retain", [this](const NdArray<const double>& x) { buffer_ = context().retain(x); });
        method("retain_span", [this](std::span<const double> x) { buffer_ = context().retain(x); });
        method("fill", [this](double value) {
            for (double& element : buffer_.span())
                element = value;
        });
        method("fill_later", [this](double value, int after_ms) {
            stop();
            thread_ = std::thread([this, value, after_ms, out = context().emitter()] {
                std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
                for (double& element : buffer_.span())
                    element = value;
                out.emit("filled");
            });
        });
        method("release", [this] { buffer_ = {}; });
    }

    void offer_time() {
        // Until nobody waits for it any more; the limit is for a test that fails.
        method("until_cancelled", [this](int limit_ms) {
            const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
            while (std::chrono::steady_clock::now() < end) {
                if (context().cancelled()) {
                    ++cancelled_;
                    return true;
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return false;
        });
        method("sleep_ms",
               [](int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); });
        method("count", [this] { return ++count_; });
        property("cancelled", [this] { return cancelled_.load(); });
        property("counted", [this] { return count_.load(); });
    }

    void tick(const Callback<void(int)>& f, int every_ms) {
        std::unique_lock lock(mutex_);
        for (int i = 0; !stopping_; ++i) {
            lock.unlock();
            try {
                f(i);
            } catch (const bridge32::Error& e) {
                lock.lock();
                ended_ = e.what();
                return;
            }
            lock.lock();
            wake_.wait_for(lock, std::chrono::milliseconds(every_ms), [this] { return stopping_; });
        }
    }

    /// What ended the last thread.
    std::string stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
        return std::exchange(ended_, {});
    }

    Callback<int()> kept_;
    NdArray<double> buffer_;
    std::atomic<int> cancelled_{0};
    std::atomic<int> count_{0};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::string ended_;
    std::thread thread_;
};

}  // namespace

BRIDGE32_PLUGIN(CallsBack)
