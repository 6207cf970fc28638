// Why a symbol is not to be had from a library, and which name was probably meant.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::binary {

/// Why `symbol` is not to be had from the library `path`: the nearest names that it does
/// export, with decorations and C++ names explained.
std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol);

/// The same for a library that exports `names`.
std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol,
                                   const std::vector<std::string>& names);

}  // namespace bridge32::binary
