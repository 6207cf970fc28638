// Writes a 64-bit drop-in library for Linux, without a compiler or linker.
#pragma once

#include <string>

#include "tool/wrap/library_description.hpp"

namespace bridge32::tool {

/// The content of an ELF shared object for x86-64 whose functions jump into libbridge32wrap (see
/// wrap/drop_in.h). The same description gives the same bytes. Throws Error.
std::string elf_library(const LibraryDescription& library);

}  // namespace bridge32::tool
