// The operating system's message about a failed load, put into words for the user.
#pragma once

#include <filesystem>
#include <string>

namespace bridge32::loading {

/// What `message` means for the library `path`, and what to do; the message itself where
/// nothing is known about it.
std::string explain_system_message(const std::filesystem::path& path, const std::string& message);

}  // namespace bridge32::loading
