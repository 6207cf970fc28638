#include "os/path.hpp"

namespace bridge32::os {

const PathRules kPathRules = PathRules::kPosix;
const char kPathListSeparator = ':';
const char* const kLibraryPathVariable = "LD_LIBRARY_PATH";

std::filesystem::path absolute_path(const std::filesystem::path& path) {
    std::error_code unknown;  // the working directory was removed: then the path stays as it is
    auto result = std::filesystem::absolute(path, unknown);
    return unknown ? path : result;
}

std::filesystem::path canonical_path(const std::filesystem::path& path, std::error_code& error) {
    return std::filesystem::canonical(path, error);
}

}  // namespace bridge32::os
