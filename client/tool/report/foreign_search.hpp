// Finds the dependencies of a library for the other operating system, as far as possible here.
#pragma once

#include "binary/dependencies.hpp"
#include "binary/library_search.hpp"

namespace bridge32::tool {

/// A finder for libraries of this format and bitness. For this system's format it searches as the
/// loader does in a process of that bitness. For the other format it searches the library's folder
/// and `library_path`, and takes what comes with that system as present.
binary::Finder finder_for(binary::Format format, int bits, const binary::Paths& library_path);

}  // namespace bridge32::tool
