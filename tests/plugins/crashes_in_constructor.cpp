// Ends the host before it is made; kwargs: `how`, one of the names in faults.hpp.
#include <bridge32/plugin.hpp>
#include <string>

#include "faults.hpp"

class CrashesInConstructor : public bridge32::Plugin {
public:
    explicit CrashesInConstructor(const bridge32::Json& kwargs) {
        faults::cause(kwargs.value("how", "segv"));
    }
};

BRIDGE32_PLUGIN(CrashesInConstructor)
