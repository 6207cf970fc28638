#include "os/environment.hpp"

#include <cstdlib>

namespace bridge32::os {

std::optional<std::string> environment_variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
}

std::vector<std::string> program_arguments(int argc, const char* const* argv) {
    return {argv, argv + argc};
}

}  // namespace bridge32::os
