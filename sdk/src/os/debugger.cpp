#include "os/debugger.hpp"

#include "os/environment.hpp"

namespace bridge32::os {

bool debugger_wanted() noexcept {
    try {
        const auto wanted = environment_variable("BRIDGE32_WAIT_FOR_DEBUGGER");
        return wanted && !wanted->empty() && *wanted != "0";
    } catch (...) {
        return false;
    }
}

}  // namespace bridge32::os
