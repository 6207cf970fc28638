// Loading by dlopen. Included by library/load_module.hpp.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace bridge32::detail {

inline constexpr bool kFindsSymbolsOfDependencies = true;

inline void load_module(boost::dll::shared_library& module, const std::filesystem::path& path,
                        bool lazy, bool global) {
    namespace mode = boost::dll::load_mode;
    mode::type flags = lazy ? mode::rtld_lazy : mode::rtld_now;
    flags |= global ? mode::rtld_global : mode::rtld_local;
    if (!path.has_parent_path()) {
        flags |= mode::search_system_folders;
    }
    module.load(path, flags);
}

/// The operating system's own words in what Boost.DLL throws, where they can be told apart.
inline std::string load_error(const std::system_error& error) {
    constexpr std::string_view kBefore = "(dlerror system message: ";
    std::string text = error.what();
    const std::size_t begin = text.find(kBefore);
    const std::size_t end = text.rfind("): ");
    if (begin == std::string::npos || end == std::string::npos) {
        return text;
    }
    return text.substr(begin + kBefore.size(), end - begin - kBefore.size());
}

}  // namespace bridge32::detail
