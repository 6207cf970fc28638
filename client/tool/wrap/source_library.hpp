// The source of a drop-in library for Linux, for who must read, change or sign it.
#pragma once

#include <string>
#include <vector>

#include "tool/wrap/library_description.hpp"

namespace bridge32::tool {

struct SourceFile {
    std::string name;
    std::string content;
};

/// A CMake project that gives the library that elf_library writes: the same exports, versions,
/// SONAME and stubs. It lies in a folder beside the folder bridge32 with the runtime, and puts the
/// library beside that. The same description gives the same text. Throws Error, also for names that
/// an assembler does not take.
std::vector<SourceFile> source_library(const LibraryDescription& library);

}  // namespace bridge32::tool
