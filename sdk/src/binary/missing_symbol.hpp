// Explains why a library does not have a symbol, and which name was probably meant.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::binary {

/// Explains that the library `path` does not export `symbol`, with similar names that it does
/// export; decorations and C++ names are explained.
std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol);

/// The same for a library that exports `names`.
std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol,
                                   const std::vector<std::string>& names);

}  // namespace bridge32::binary
