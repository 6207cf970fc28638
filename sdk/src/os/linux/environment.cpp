#include "os/environment.hpp"

#include <sys/auxv.h>

#include <cstdlib>

namespace bridge32::os {

std::optional<std::string> environment_variable(const char* name) {
    const char* value = ::secure_getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
}

bool environment_is_foreign() noexcept { return ::getauxval(AT_SECURE) != 0; }

std::vector<std::string> program_arguments(int argc, const char* const* argv) {
    return {argv, argv + argc};
}

}  // namespace bridge32::os
