// Where a library finds what it needs on the other platform, as far as that can be told here.
#pragma once

#include "binary/dependency_walk.hpp"
#include "binary/library_search.hpp"

namespace bridge32::tool {

/// A finder for libraries of that format and bitness. Of the format that this system loads: as the
/// system's loader would look, for a process of that bitness. Of the other one: in the library's
/// folder and `library_path`; what comes with that other system is taken to be there.
binary::Finder finder_for(binary::Format format, int bits, const binary::Paths& library_path);

}  // namespace bridge32::tool
