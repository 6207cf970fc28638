// Its constructor fails. kwargs: `how`, one of "throw", "throw_int" and the names in faults.hpp.
#include <bridge32/plugin.hpp>
#include <stdexcept>
#include <string>

#include "faults.hpp"

class BadConstructor : public bridge32::Plugin {
public:
    explicit BadConstructor(const bridge32::Json& kwargs) {
        const std::string how = kwargs.at("how");
        if (how == "throw") throw std::runtime_error("no instrument is connected");
        if (how == "throw_int") throw 42;
        faults::cause(how);
    }
};

BRIDGE32_PLUGIN(BadConstructor)
