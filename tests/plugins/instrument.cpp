// The examples of sdk/README.md that need more than numbers and text: a measuring instrument.
// client/README.md shows its clients.
#include "instrument.hpp"

#include <algorithm>
#include <array>
#include <bridge32/plugin.hpp>
#include <bridge32/text.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace {

// A typical driver library.
extern "C" {
void driver_rotation(double angle, double* matrix) {  // Fortran: column by column
    const std::array<double, 4> columns{std::cos(angle), std::sin(angle), -std::sin(angle),
                                        std::cos(angle)};
    std::copy(columns.begin(), columns.end(), matrix);
}
double driver_read(int i) { return 0.5 * i; }
void driver_adjust(int) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
using Step = int (*)(int i, double value, void* user);
int driver_sweep(int n, Step step, void* user) {
    int done = 0;
    while (done < n && step(done, driver_read(done), user) != 0)
        ++done;
    return done;
}
using OldStep = int BRIDGE32_STDCALL(int i, double value);
int driver_old_sweep(int n, OldStep* step) {
    int done = 0;
    while (done < n && step(done, driver_read(done)) != 0)
        ++done;
    return done;
}
const char* driver_unit() { return "\xb0\x43"; }
const char16_t* driver_name() { return u"M\u00fcller 5"; }
int driver_serial(char* buffer, std::size_t size) {
    std::strncpy(buffer, "A-17", size);
    return 0;
}
char* driver_message() { return ::strdup("\x80 5"); }
void driver_free(void* memory) { std::free(memory); }

// Uses a thread of its own from start to stop.
std::thread driver_thread;
void driver_stop() {
    if (driver_thread.joinable()) driver_thread.join();
}
void driver_start(std::int16_t* memory, std::size_t size, void (*full)(void*), void* user) {
    driver_stop();
    driver_thread = std::thread([=] {
        for (std::size_t i = 0; i < size; ++i)
            memory[i] = static_cast<std::int16_t>(i % 1000);
        full(user);
    });
}
void driver_listen(int n, void (*reading)(double, void*), void* user) {
    driver_stop();
    driver_thread = std::thread([=] {
        for (int i = 0; i < n; ++i)
            reading(driver_read(i), user);
    });
}
}

using bridge32::CodePage;
using bridge32::NdArray;

class Instrument : public bridge32::Plugin {
public:
    Instrument() {
        offer_arrays();
        offer_text();
        offer_callbacks();
        offer_work();
    }
    ~Instrument() override { driver_stop(); }

    // [retain]
    void start(const NdArray<const std::int16_t>& buffer) {
        stop();
        buffer_ = context().retain(buffer);  // the client's own memory, writable
        events_ = context().emitter();
        driver_start(buffer_.data(), buffer_.size(), full, this);
    }
    void stop() {
        driver_stop();  // the driver must stop using the memory first
        buffer_ = {};
    }
    static void full(void* user) {  // on the driver's thread
        static_cast<Instrument*>(user)->events_->emit("full");
    }
    // [retain end]

    // [long_lived]
    void on_reading(const bridge32::Callback<void(double)>& reading, int n) {
        driver_stop();
        reading_.emplace(reading.function<void(double, void*)>());
        driver_listen(n, *reading_, reading_->user_data());
    }
    // [long_lived end]

    void on_shutdown() override { driver_stop(); }

private:
    // [long_lived_member]
    using Reading = bridge32::Callback<void(double)>;
    std::optional<bridge32::CFunction<void(double, void*), Reading>> reading_;
    // [long_lived_member end]

    void offer_arrays() {
        // [views]
        method("mean",
               [](std::span<const double> x) {
                   return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
               },
               {"x"});
        method("doubled",
               [](const NdArray<const double>& x) {
                   auto y = context().make_array_for_overwrite<double>(x.shape(), x.order());
                   std::transform(x.span().begin(), x.span().end(), y.data(),
                                  [](double value) { return 2 * value; });
                   return y;
               },
               {"x"});
        // [views end]

        method(
            "unwritten",
            [](std::uint64_t size) { return context().make_array_for_overwrite<double>({size}); },
            {"size"});

        // [fortran]
        method("rotation",
               [](double angle) {
                   auto matrix = context().make_array<double>({2, 2}, bridge32::Order::fortran);
                   driver_rotation(angle, matrix.data());  // fills it column by column
                   return matrix;
               },
               {"angle"});
        // [fortran end]

        method("start", &Instrument::start, {"buffer"});
        method("stop", &Instrument::stop);

        // [struct_methods]
        method("highest",
               [](std::span<const Peak> peaks) {
                   return *std::max_element(
                       peaks.begin(), peaks.end(),
                       [](const Peak& a, const Peak& b) { return a.height < b.height; });
               },
               {"peaks"});
        method("header", [] { return Header{2, 48'000.0}; });
        // [struct_methods end]
    }

    void offer_text() {
        // [text]
        method("unit", [] { return bridge32::to_utf8(driver_unit(), CodePage::latin1); });
        method("name", [] { return bridge32::Wide(driver_name()); });
        method("serial", [] {
            return bridge32::filled_text(
                32, [](char* buffer, std::size_t size) { return driver_serial(buffer, size); });
        });
        method("message", [] {
            return bridge32::to_utf8(bridge32::take_text(driver_message(), driver_free),
                                     CodePage::windows_1252);
        });
        // [text end]
    }

    void offer_callbacks() {
        // [callback]
        using Point = bridge32::Callback<bool(int, double)>;
        method("scan",
               [](int n, const Point& point) {
                   int done = 0;
                   while (done < n && point(done, driver_read(done)))
                       ++done;
                   return done;
               },
               {"n", "point"});
        // [callback end]

        // [c_functions]
        method("sweep",
               [](int n, const Point& point) {
                   const auto step = point.function<int(int, double, void*)>();
                   return driver_sweep(n, step, step.user_data());
               },
               {"n", "point"});
        method("old_sweep",  // takes a stdcall function without user data
               [](int n, const Point& point) {
                   const auto step = point.function<int BRIDGE32_STDCALL(int, double)>();
                   return driver_old_sweep(n, step);
               },
               {"n", "point"});
        // [c_functions end]

        method("on_reading", &Instrument::on_reading, {"reading", "n"});
    }

    void offer_work() {
        // [work]
        method("adjust",
               [](int steps) {
                   for (int i = 1; i <= steps; ++i) {
                       if (context().cancelled()) return false;  // the result is no longer wanted
                       driver_adjust(i);
                       context().emit("progress", static_cast<double>(i) / steps);
                   }
                   return true;
               },
               {"steps"});
        // [work end]
    }

    NdArray<std::int16_t> buffer_;
    std::optional<bridge32::Emitter> events_;
};

}  // namespace

BRIDGE32_PLUGIN(Instrument)
