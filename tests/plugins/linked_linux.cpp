// Is linked to the library plain, without a RUNPATH that says where that is.
#include <bridge32/plugin.hpp>
#include <cstdint>

extern "C" std::int32_t add(std::int32_t, std::int32_t);

class Linked : public bridge32::Plugin {
public:
    Linked() { method("add", add, {"a", "b"}); }
};

BRIDGE32_PLUGIN(Linked)
