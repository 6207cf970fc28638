#include <bridge32/plugin.hpp>

class MyLib : public bridge32::Plugin {
public:
    explicit MyLib(const bridge32::Json& kwargs) : lib_("my_lib") {
        method("add", lib_.function<std::int32_t(std::int32_t, std::int32_t)>("add"), {"a", "b"});
        method("scale", &MyLib::scale, {"factor", "x"}, "Multiply every element of x by factor.");
        property("version", lib_.function<std::int32_t()>("version"));
        property("gain", kwargs.value("gain", 1.0));
    }

    std::vector<double> scale(double factor, std::span<const double> x) const {
        std::vector<double> y(x.begin(), x.end());
        lib_.function<void(double, double*, std::int32_t)>("scale")(
            factor, y.data(), static_cast<std::int32_t>(y.size()));
        return y;
    }

private:
    bridge32::Library lib_;  // my_lib.so, found in the plugin's folder
};

BRIDGE32_PLUGIN(MyLib)
