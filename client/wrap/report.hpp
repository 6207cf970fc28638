// What a drop-in library tells people: on stderr, since its functions can throw nothing.
#pragma once

#include <string_view>

namespace bridge32::wrap {

void report(std::string_view text) noexcept;
/// Reports it, and aborts: a function that cannot say that it failed must not return.
[[noreturn]] void end_program(std::string_view text) noexcept;

}  // namespace bridge32::wrap
