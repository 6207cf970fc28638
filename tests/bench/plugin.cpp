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
        if (kwargs.contains("library")) wrap(kwargs["library"].get<std::string>());
        // For latency against the number of methods.
        const int more = kwargs.value("methods", 0);
        for (int i = 0; i < more; ++i) {
            method("add_" + std::to_string(i), [](std::int32_t a, std::int32_t b) { return a + b; },
                   {"a", "b"});
        }
    }

private:
    /// What the interface file of the library offers, too.
    void wrap(const std::string& name) {
        const bridge32::Library library(name);
        method("bench_add", library.function<int(int, int)>("bench_add"), {"a", "b"});
        method("bench_sum",
               [sum = library.function<double(const double*, int)>("bench_sum")](
                   std::span<const double> x) { return sum(x.data(), static_cast<int>(x.size())); },
               {"x"});
        method("bench_each",
               [each = library.function<int(int, int (*)(int, void*), void*)>("bench_each")](
                   int n, const bridge32::Callback<int(int)>& visit) {
                   const auto function = visit.function<int(int, void*)>();
                   return each(n, function, function.user_data());
               },
               {"n", "visit"});
    }

    static double twice(double x) { return 2 * x; }

    std::int32_t stored_ = 0;
};

BRIDGE32_PLUGIN(Bench)
