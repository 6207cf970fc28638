// Where Windows libraries come from, by name, on any platform.
#pragma once

#include <string>

namespace bridge32::binary {

/// Where the Windows library `name`, missing for a library of `bits`, usually comes from, and what
/// to do; empty if unknown.
std::string windows_library_source(const std::string& name, int bits);

/// True if every Windows has it: kernel32.dll, user32.dll, …, or an API set (`api-ms-…`), which is
/// not a file.
bool comes_with_windows(const std::string& name);

}  // namespace bridge32::binary
