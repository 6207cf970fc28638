// The tree of libraries that a library needs, as the system's loader goes through it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "binary/library_search.hpp"

namespace bridge32::binary {

/// One library that another one needs.
struct Dependency {
    const LoadedFile& needed_by;
    const std::string& name;
    const FoundDependency& found;
    Image image;  ///< what `found.path` is; not read when nothing was found
};

/// What finds a library that another one needs.
using Finder = std::function<FoundDependency(const std::string& name, const LoadedFile& needed_by)>;

/// Calls `visit` for each dependency of `path`, direct or not, once, in the loader's order, until
/// it returns false. What lies behind the system's own libraries is left out. They are found as
/// this process would, or by `find`.
void walk_dependencies(const std::filesystem::path& path, const Image& image,
                       const std::function<bool(const Dependency&)>& visit,
                       const Finder& find = {});

}  // namespace bridge32::binary
