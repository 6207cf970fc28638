// The operating system's message about a failed load, put into words for the user.
#pragma once

#include <filesystem>
#include <string>

namespace bridge32::binary {

/// What `message` means for the library `path`, and what to do; the message itself where
/// nothing is known about it.
std::string explain_system_message(const std::filesystem::path& path, const std::string& message);

/// Where the library `name`, which another one needs and which is missing, is usually to be had;
/// empty where nothing is known.
std::string dependency_source(const std::string& name);

}  // namespace bridge32::binary
