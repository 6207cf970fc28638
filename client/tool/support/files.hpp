// Reads and writes whole files; "-" means stdin or stdout.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace bridge32::tool {

/// The path of an existing regular file. Throws Error.
std::filesystem::path existing_file(const std::string& name);

/// The content of a file, or of stdin for "-". Throws Error with the file's name and the reason.
std::string read_file(const std::string& name);

/// Writes a file, or to stdout for "-". Throws Error with the file's name and the reason, and then
/// leaves no partial file.
void write_file(const std::string& name, std::string_view content);

}  // namespace bridge32::tool
