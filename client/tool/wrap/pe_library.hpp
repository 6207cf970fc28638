// Writes a 64-bit drop-in library for Windows, without a compiler or linker.
#pragma once

#include <string>

#include "tool/wrap/library_description.hpp"

namespace bridge32::tool {

/// The content of a DLL for x86-64 whose functions jump into bridge32wrap.dll (see wrap/drop_in.h).
/// That is loaded with the first call, by its full path. The same description gives the same bytes.
/// Throws Error.
std::string pe_library(const LibraryDescription& library);

}  // namespace bridge32::tool
