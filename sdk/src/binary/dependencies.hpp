// The tree of a library's dependencies, in the order of the system's loader.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "binary/library_search.hpp"

namespace bridge32::binary {

/// A library that another one needs.
struct Dependency {
    const LoadedFile& needed_by;
    const std::string& name;
    const FoundDependency& found;
    Image image;  ///< what `found.path` is; not read when nothing was found
};

/// Finds a library that another one needs.
using Finder = std::function<FoundDependency(const std::string& name, const LoadedFile& needed_by)>;

/// Calls `visit` once for each direct and indirect dependency of `path`, in the loader's order,
/// until it returns false. Dependencies of the system's own libraries are omitted. Libraries are
/// found as this process would find them, or by `find`.
void walk_dependencies(const std::filesystem::path& path, const Image& image,
                       const std::function<bool(const Dependency&)>& visit,
                       const Finder& find = {});

}  // namespace bridge32::binary
