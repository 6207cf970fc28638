// The same as crashes, on a thread of the host's pool.
#include <bridge32/plugin.hpp>
#include <string>

#include "faults.hpp"

class CrashesConcurrent : public bridge32::Plugin {
public:
    static constexpr auto threading = bridge32::Threading::concurrent;

    CrashesConcurrent() {
        for (const std::string how : faults::kNames)
            method(how, [how] { faults::cause(how); });
        method("add", [](int a, int b) { return a + b; }, {"a", "b"});
    }
};

BRIDGE32_PLUGIN(CrashesConcurrent)
