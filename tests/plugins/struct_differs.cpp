// A struct with a `long` in it, which is not the same on both sides.
#include <bridge32/plugin.hpp>

namespace {

struct Differs {
    int a;
    std::intptr_t n;
};
BRIDGE32_STRUCT(Differs, a, n)

class StructDiffers : public bridge32::Plugin {
public:
    StructDiffers() {
        method("n", [](const Differs& d) { return d.n; });
    }
};

}  // namespace

BRIDGE32_PLUGIN(StructDiffers)
