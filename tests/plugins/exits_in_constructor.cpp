// Leaves, as libraries do that know no better; kwargs: `code`.
#include <bridge32/plugin.hpp>
#include <cstdlib>

class ExitsInConstructor : public bridge32::Plugin {
public:
    explicit ExitsInConstructor(const bridge32::Json& kwargs) {
        std::exit(kwargs.value("code", 3));
    }
};

BRIDGE32_PLUGIN(ExitsInConstructor)
