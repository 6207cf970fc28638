// Where Windows' libraries come from: known by name, on any platform.
#pragma once

#include <string>

namespace bridge32::binary {

/// Where the Windows library `name`, which another one of `bits` needs and which is missing, is
/// usually to be had, and what to do; empty where nothing is known.
std::string windows_library_source(const std::string& name, int bits);

/// Is it one that every Windows has: kernel32.dll, user32.dll, …, or one of its sets of functions
/// (`api-ms-…`), which are no files?
bool comes_with_windows(const std::string& name);

}  // namespace bridge32::binary
