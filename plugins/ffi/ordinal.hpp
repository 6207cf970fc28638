// Functions that a library exports by number.
#pragma once

#include <cstdint>
#include <filesystem>

namespace bridge32::ffi {

/// The function that the loaded library `file` exports as `ordinal`; null if there is none. On
/// Linux, where nothing has a number, always null.
const void* exported_by_number(const std::filesystem::path& file, std::uint16_t ordinal);

}  // namespace bridge32::ffi
