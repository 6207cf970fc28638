#include "binary/library_search.hpp"

#include <system_error>

#include "os/path.hpp"

namespace bridge32::binary {

namespace {

/// True if that name exists, even as a dangling symbolic link.
bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::symlink_status(path, ignored).type() !=
               std::filesystem::file_type::not_found &&
           !ignored;
}

bool is_usable(const std::filesystem::path& file) {
    const Image image = read_image(file);
    return image.format != Format::kUnreadable && (image.bits == 0 || image.bits == kOwnBits);
}

}  // namespace

FoundLibrary find_library(const std::filesystem::path& name, const std::filesystem::path& folder,
                          const Paths& library_path) {
    const std::vector<std::string> file_names = library_file_names(os::utf8_of(name));
    FoundLibrary result;
    if (os::is_absolute(name)) {
        for (const std::string& file_name : file_names) {
            result.path = os::path_from_utf8(file_name);
            if (is_there(result.path)) {
                result.found = true;
                return result;
            }
        }
        result.path = is_there(name) ? name : os::path_from_utf8(file_names.front());
        result.found = is_there(name);
        return result;
    }
    if (!folder.empty()) result.searched.push_back(folder);
    result.searched.insert(result.searched.end(), library_path.begin(), library_path.end());
    for (const std::filesystem::path& place : result.searched) {
        for (const std::string& file_name : file_names) {
            const std::filesystem::path file = place / os::path_from_utf8(file_name);
            if (!is_there(file)) continue;
            const bool usable = is_usable(file);
            if (usable || !result.found) {
                result.path = file;
                result.found = true;
            }
            if (usable) return result;
        }
    }
    if (!result.found) result.path = os::path_from_utf8(file_names.front());
    if (!os::is_bare_name(name)) return result;
    for (const std::string& file_name : file_names) {
        if (!find_in_system(file_name).path.empty()) {
            return {os::path_from_utf8(file_name), false, result.searched};
        }
    }
    return result;
}

}  // namespace bridge32::binary
