// Whole files, and "-" for the streams of ours.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace bridge32::tool {

/// A regular file, of which there is one. Throws Error.
std::filesystem::path existing_file(const std::string& name);

/// The content of a file, or of stdin for "-". Throws Error that names the file and the reason.
std::string read_file(const std::string& name);

/// Writes a file, or to stdout for "-". Throws Error that names the file and the reason; of a file
/// that could not be written whole nothing is left.
void write_file(const std::string& name, std::string_view content);

}  // namespace bridge32::tool
