// Wraps a library that is nowhere.
#include <bridge32/plugin.hpp>

class MissingLibrary : public bridge32::Plugin {
public:
    MissingLibrary() : lib_("no_such_library") {}

private:
    bridge32::Library lib_;
};

BRIDGE32_PLUGIN(MissingLibrary)
