// Refuses to be made, with something that is no std::exception.
#include <bridge32/plugin.hpp>

class ThrowsNonExceptionInConstructor : public bridge32::Plugin {
public:
    ThrowsNonExceptionInConstructor() { throw 42; }
};

BRIDGE32_PLUGIN(ThrowsNonExceptionInConstructor)
