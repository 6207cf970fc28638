// Loading by LoadLibraryEx. Included by library/load_module.hpp.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <string>
#include <system_error>

namespace bridge32::detail {

inline constexpr bool kFindsSymbolsOfDependencies = false;

// Of <windows.h>, which is not for every plugin to include.
inline constexpr unsigned kAlteredSearchPath = 0x8;        // LOAD_WITH_ALTERED_SEARCH_PATH
inline constexpr unsigned kSearchOwnFolder = 0x100;        // LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR
inline constexpr unsigned kSearchDefaultFolders = 0x1000;  // LOAD_LIBRARY_SEARCH_DEFAULT_DIRS
inline constexpr int kModuleNotFound = 126;                // ERROR_MOD_NOT_FOUND

/// Windows binds all symbols at once and keeps them apart, so that `lazy` and `global` mean
/// nothing. First the folders that are meant: the library's own, those of AddDllDirectory, the
/// host's and the system's. Then, for libraries that rely on it, the search with PATH.
inline void load_module(boost::dll::shared_library& module, const std::filesystem::path& path,
                        bool /*lazy*/, bool /*global*/) {
    namespace mode = boost::dll::load_mode;
    std::filesystem::path file = path;
    file.make_preferred();  // a slash is not always taken
    const bool bare = !file.has_parent_path();
    const auto load = [&](unsigned flags) {
        module.load(file, static_cast<mode::type>(
                              flags | static_cast<unsigned>(bare ? mode::search_system_folders
                                                                 : mode::default_mode)));
    };
    try {
        load(kSearchDefaultFolders | (bare ? 0 : kSearchOwnFolder));
    } catch (const std::system_error& error) {
        if (error.code().value() != kModuleNotFound) {
            throw;
        }
        load(bare ? 0 : kAlteredSearchPath);
    }
}

/// "Windows error 126". The system's text for it is in the user's language and code page.
inline std::string load_error(const std::system_error& error) {
    return "Windows error " + std::to_string(error.code().value());
}

}  // namespace bridge32::detail
