// bench: the plugin behind all figures of bridge32. With BENCH_CONCURRENT it is bench_concurrent,
// whose calls run on a pool of threads.
#include <algorithm>
#include <bridge32/plugin.hpp>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

class Bench : public bridge32::Plugin {
public:
#if defined(BENCH_CONCURRENT)
    static constexpr auto threading = bridge32::Threading::concurrent;
#endif

    explicit Bench(const bridge32::Json& kwargs) {
        method("add", [](std::int32_t a, std::int32_t b) { return a + b; }, {"a", "b"});
        method("store", [this](std::int32_t value) { stored_ = value; }, {"value"});
        property("stored", [this] { return stored_; });
        method("echo", [](const std::string& text) { return text; }, {"text"});
        method("doubled",
               [](const bridge32::NdArray<const double>& x) {
                   auto y = bridge32::context().make_array_for_overwrite<double>(x.shape());
                   std::transform(x.span().begin(), x.span().end(), y.data(), twice);
                   return y;
               },
               {"x"});
        method("doubled_vector",
               [](std::span<const double> x) {
                   std::vector<double> y(x.size());
                   std::transform(x.begin(), x.end(), y.begin(), twice);
                   return y;
               },
               {"x"});
        method("apply",
               [](const bridge32::Callback<std::int32_t(std::int32_t)>& function, std::int32_t x) {
                   return function(x);
               },
               {"function", "x"});
        method("tell", [](std::int32_t value) { bridge32::context().emit("told", value); },
               {"value"});
        method("fail", [](std::int32_t) -> std::int32_t { throw std::runtime_error("no"); }, {"x"});
        // For latency against the number of methods.
        const int more = kwargs.value("methods", 0);
        for (int i = 0; i < more; ++i) {
            method("add_" + std::to_string(i), [](std::int32_t a, std::int32_t b) { return a + b; },
                   {"a", "b"});
        }
    }

private:
    static double twice(double x) { return 2 * x; }

    std::int32_t stored_ = 0;
};

BRIDGE32_PLUGIN(Bench)
