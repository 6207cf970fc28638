// Which version of a library a file is, as far as the platform has a place to say so.
#pragma once

#include <filesystem>
#include <string>

namespace bridge32::binary {

/// "1.2.13" for the file libz.so.1.2.13; on Windows what the file's version resource says, four
/// numbers. Empty where there is none.
std::string library_version(const std::filesystem::path& file);

}  // namespace bridge32::binary
