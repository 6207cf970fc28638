#include <bridge32/plugin.hpp>
#include <cstdint>
#include <span>
#include <vector>

class MyLib : public bridge32::Plugin {
public:
    explicit MyLib(const bridge32::Json& kwargs) : lib_("my_lib") {
        method("add", lib_.function<std::int32_t(std::int32_t, std::int32_t)>("add"), {"a", "b"});
        method("scale", &MyLib::scale, {"factor", "x"}, "Multiply every element of x by factor.");
        property("version", &MyLib::version);
        property("gain", kwargs.value("gain", 1.0));
    }

    std::vector<double> scale(double factor, std::span<const double> x) const {
        std::vector<double> y(x.begin(), x.end());
        auto multiply = lib_.function<void(double, double*, std::int32_t)>("scale");
        multiply(factor, y.data(), static_cast<std::int32_t>(y.size()));
        return y;
    }

    std::int32_t version() const { return lib_.function<std::int32_t()>("version")(); }

private:
    bridge32::Library lib_;
};

BRIDGE32_PLUGIN(MyLib)
