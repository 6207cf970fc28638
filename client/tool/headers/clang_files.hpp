// Where libclang is on this system.
#pragma once

#include <filesystem>
#include <vector>

namespace bridge32::tool::clang {

/// What to try to load, newest first. Those without a folder are searched for by the system.
std::vector<std::filesystem::path> library_files();

/// A sentence for who has none.
extern const char* const kHowToInstall;

}  // namespace bridge32::tool::clang
