// Wraps the library that the kwargs name: `library`, and `symbol`, a function int f(void) in it.
#include <bridge32/plugin.hpp>
#include <optional>
#include <string>

class Loads : public bridge32::Plugin {
public:
    explicit Loads(const bridge32::Json& kwargs) {
        if (kwargs.contains("library")) {
            const bridge32::Library library(kwargs.at("library"));
            property("path", library.path());
            if (kwargs.contains("symbol")) {
                method("call", library.function<int()>(kwargs.at("symbol")));
            }
            library_ = library;
        }
        method(
            "load",
            [](const std::string& name, const std::string& symbol) {
                return bridge32::Library(name).function<int()>(symbol)();
            },
            {"library", "symbol"}, "Loads another library, calls that function and unloads it.");
    }

private:
    std::optional<bridge32::Library> library_;
};

BRIDGE32_PLUGIN(Loads)
