// Each method throws something else.
#include <bridge32/plugin.hpp>
#include <stdexcept>
#include <string>

namespace instrument {

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Custom {};

}  // namespace instrument

class Throws : public bridge32::Plugin {
public:
    Throws() {
        method("std_exception",
               [](const std::string& message) { throw std::runtime_error(message); },
               {{"message", "no light"}});
        method("derived", [] { throw instrument::Error("the lamp is broken"); });
        method("int_", [] { throw 42; });
        method("custom", [] { throw instrument::Custom(); });
        method("not_utf8", [] { throw std::runtime_error("caf\xe9"); });
        method("remote_error", [] { throw bridge32::RemoteError("Lamp", "broken", ""); });
        method("invalid_argument", [] { throw bridge32::InvalidArgument("x must be even"); });
        method("method_not_found", [] { throw bridge32::MethodNotFound("no channel 7"); });
        method("plugin_error", [] { throw bridge32::PluginError("the library has gone"); });
        method("add", [](int a, int b) { return a + b; }, {"a", "b"});
        property("broken", []() -> int { throw std::runtime_error("cannot be read"); });
    }
};

BRIDGE32_PLUGIN(Throws)
