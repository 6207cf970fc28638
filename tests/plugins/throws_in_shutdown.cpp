// Has trouble letting go.
#include <bridge32/plugin.hpp>
#include <stdexcept>

class ThrowsInShutdown : public bridge32::Plugin {
public:
    ThrowsInShutdown() { property("ready", true); }

    void on_shutdown() override { throw std::runtime_error("the instrument does not answer"); }
};

BRIDGE32_PLUGIN(ThrowsInShutdown)
