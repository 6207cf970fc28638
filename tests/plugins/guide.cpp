// The examples of sdk/README.md, around the libraries libplain and libconventions.
#include <bridge32/plugin.hpp>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

// [struct]
struct Reading {
    double value = 0;
    std::string unit;
    std::vector<std::int32_t> flags;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Reading, value, unit, flags)
// [struct end]

class Guide : public bridge32::Plugin {
public:
    explicit Guide(const bridge32::Json& kwargs)
        : lib_("libplain"), conventions_("libconventions") {
        // [methods]
        method("add", lib_.function<std::int32_t(std::int32_t, std::int32_t)>("add"), {"a", "b"});
        method("scale", &Guide::scale, {"x", {"factor", 2.0}}, "Multiply x by factor.");
        method("length", [](double x, double y) { return std::hypot(x, y); }, {"x", "y"});
        // [methods end]

        // [properties]
        property("version", lib_.function<std::int32_t()>("version"));
        property(
            "scale_count", [this] { return scale_count_; }, "How often scale was called.");
        property("gain", kwargs.value("gain", 1.0));
        // [properties end]

        // [conventions]
        method("subtract",
               conventions_.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t)>(
                   "subtract_stdcall"),
               {"a", "b"});
        // [conventions end]

        // [variable]
        std::int32_t& counter = lib_.variable<std::int32_t>("counter");
        property("counter", [&counter] { return counter; });
        if (lib_.has("reset")) {
            method("reset", lib_.function<void()>("reset"));
        }
        // [variable end]

        // [idempotent]
        method("halves", [](std::vector<double> x) {
            for (double& value : x)
                value /= 2;
            return x;
        }).idempotent();
        // [idempotent end]

        // [optional]
        method("range",
               [](double from, double to, std::optional<double> step) {
                   std::vector<double> values;
                   for (double x = from; x < to; x += step.value_or(1.0))
                       values.push_back(x);
                   return values;
               },
               {"from", "to", "step"});
        // [optional end]

        // [struct_method]
        method("rounded", [](const Reading& reading) {
            return Reading{std::round(reading.value), reading.unit, reading.flags};
        });
        // [struct_method end]

        // [errors]
        method("root",
               [](double x) {
                   if (x < 0) throw bridge32::InvalidArgument("x must not be negative");
                   return std::sqrt(x);
               },
               {"x"});
        // [errors end]
    }

    // [scale]
    std::vector<double> scale(std::span<const double> x, double factor) {
        ++scale_count_;
        std::vector<double> y(x.begin(), x.end());
        for (double& value : y)
            value *= factor;
        return y;
    }
    // [scale end]

private:
    bridge32::Library lib_;
    bridge32::Library conventions_;
    int scale_count_ = 0;
};

BRIDGE32_PLUGIN(Guide)
