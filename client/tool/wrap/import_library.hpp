// Writes an import library, which programs are linked to.
#pragma once

#include <string>

#include "tool/wrap/library_description.hpp"

namespace bridge32::tool {

/// The content of a `.lib` of short imports for the DLL that pe_library writes, as the linkers of
/// Visual C++, MinGW and LLVM read it. Exports without a name are not in it. The same description
/// gives the same bytes. Throws Error.
std::string import_library(const LibraryDescription& library);

}  // namespace bridge32::tool
