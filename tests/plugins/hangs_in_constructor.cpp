// Is never done with its constructor.
#include <bridge32/plugin.hpp>

#include "faults.hpp"

class HangsInConstructor : public bridge32::Plugin {
public:
    HangsInConstructor() { faults::hang(); }
};

BRIDGE32_PLUGIN(HangsInConstructor)
