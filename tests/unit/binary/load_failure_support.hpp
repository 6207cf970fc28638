// Libraries that do not load, and what a user reads about them.
#pragma once

#include <filesystem>
#include <string>

#include "binary/load_failure.hpp"
#include "bridge32/library.hpp"
#include "test_files.hpp"

namespace load_failure_test {

inline const std::string kOwn = test_files::kOwnBits;
inline const std::string kOther = test_files::kOtherBits;

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// What a user reads who wraps the library `path`: refused before it is tried, or tried in
/// earnest and explained.
inline std::string explain(std::filesystem::path path, const std::filesystem::path& folder = {},
                           const bridge32::binary::Paths& library_path = {}) {
    using bridge32::binary::explain_load_failure;
    if (std::string before = explain_load_failure(path, folder, library_path, "");
        !before.empty()) {
        return before;
    }
    const std::filesystem::path asked = path;
    try {
        bridge32::detail::ForeignState state;
        bridge32::detail::load_library(path, {}, state);
    } catch (const bridge32::PluginError& error) {
        const std::string text = error.what();  // without a host: ends in the system's words
        return explain_load_failure(asked, folder, library_path, text.substr(text.find("`: ") + 3));
    }
    return "it was loaded";
}

}  // namespace load_failure_test
