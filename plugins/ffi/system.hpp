// What the system knows of a loaded library: functions that are exported by number, and why one has
// failed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "bridge32/internal/support/native_state.hpp"

namespace bridge32::ffi {

/// The function that the loaded library `file` exports as `ordinal`; null if there is none. On
/// Linux, where nothing has a number, always null.
const void* exported_by_number(const std::filesystem::path& file, std::uint16_t ordinal);

/// What `[[ordinal(…)]]` of a function that is not there is answered by.
std::string no_such_number(std::uint16_t ordinal);

/// What GetLastError says, or on Linux errno.
std::string last_error_text(const detail::ErrorNumbers& numbers);

}  // namespace bridge32::ffi
