#include "system.hpp"

#include <system_error>

namespace bridge32::ffi {

const void* exported_by_number(const std::filesystem::path& /*file*/, std::uint16_t /*ordinal*/) {
    return nullptr;
}

std::string no_such_number(std::uint16_t ordinal) {
    return "a library of Linux exports functions by name, not by number: remove `ordinal(" +
           std::to_string(ordinal) + ")`";
}

std::string last_error_text(const detail::ErrorNumbers& numbers) {
    return std::generic_category().message(numbers.c);
}

}  // namespace bridge32::ffi
