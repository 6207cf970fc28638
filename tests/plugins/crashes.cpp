// Each method ends the host, in its own way: see faults.hpp.
#include <bridge32/plugin.hpp>
#include <string>

#include "faults.hpp"

class Crashes : public bridge32::Plugin {
public:
    Crashes() {
        for (const std::string how : faults::kNames)
            method(how, [how] { faults::cause(how); });
        method(
            "add", [](int a, int b) { return a + b; }, {"a", "b"}, "Does no harm.");
    }
};

BRIDGE32_PLUGIN(Crashes)
