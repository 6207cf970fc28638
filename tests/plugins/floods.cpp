// Sends its client more than that can take; kwargs: `at_the_end`, milliseconds for which it goes on
// when it is shut down.
#include <atomic>
#include <bridge32/plugin.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace {

class Floods : public bridge32::Plugin {
public:
    explicit Floods(const bridge32::Json& kwargs) : at_the_end_(kwargs.value("at_the_end", 0)) {
        method("add", [](int a, int b) { return a + b; });
        // Between calls, until `stop`; returns at once.
        method("start", [this](int bytes) {
            stop();
            stopping_ = false;
            thread_ = std::thread([this, bytes, out = context().emitter()] {
                const std::string text(static_cast<std::size_t>(bytes), 'x');
                while (!stopping_) {
                    out.emit("flood", text);
                    ++emitted_;
                }
            });
        });
        method("stop", [this] { stop(); });
        // In the course of a call, until nobody waits for it any more.
        method("events", [this] {
            while (context().emit("flood", std::string("x")))
                ++emitted_;
        });
        method("callbacks", [this](const bridge32::Callback<void()>& f) {
            while (!context().cancelled()) {
                f();
                ++emitted_;
            }
        });
        // Beside the flood between calls.
        method("progress", [](int n) {
            for (int i = 0; i < n; ++i)
                context().emit("progress", i);
        });
        method("call_back", [](int n, const bridge32::Callback<int(int)>& f) {
            int sum = 0;
            for (int i = 0; i < n; ++i)
                sum += f(i);
            return sum;
        });
        property("emitted", [this] { return emitted_.load(); });
    }
    ~Floods() override { stop(); }

    void on_shutdown() override {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(at_the_end_);
        while (std::chrono::steady_clock::now() < end)
            context().emit("flood", std::string("x"));
    }

private:
    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }

    int at_the_end_;
    std::atomic<std::uint64_t> emitted_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace

BRIDGE32_PLUGIN(Floods)
