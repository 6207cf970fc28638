// Refuses to be made; kwargs: `message`.
#include <bridge32/plugin.hpp>
#include <stdexcept>
#include <string>

class ThrowsInConstructor : public bridge32::Plugin {
public:
    explicit ThrowsInConstructor(const bridge32::Json& kwargs) {
        throw std::runtime_error(kwargs.value("message", "no instrument is connected"));
    }
};

BRIDGE32_PLUGIN(ThrowsInConstructor)
