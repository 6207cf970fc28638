// Each method ends the host, in its own way.
#include <bridge32/plugin.hpp>
#include <cstdlib>

#include "faults.hpp"

class Crashes : public bridge32::Plugin {
public:
    Crashes() {
        method("segv", [] { faults::cause("segv"); });
        method("abort_", [] { faults::cause("abort"); });
        method("exit_", [](int code) { std::exit(code); }, {{"code", 3}});
        method("quick_exit_", [](int code) { std::quick_exit(code); }, {{"code", 4}});
        method("stack_overflow", [] { faults::cause("stack_overflow"); });
        method("fpe", [] { faults::cause("fpe"); });
        method("ill", [] { faults::cause("ill"); });
        method("kill_self", [] { faults::cause("kill_self"); });
        method("terminate_", [] { faults::cause("terminate"); });
        method("hang", [] { faults::cause("hang"); });
        method(
            "add", [](int a, int b) { return a + b; }, {"a", "b"}, "Does no harm.");
    }
};

BRIDGE32_PLUGIN(Crashes)
