// What a 32-bit DLL exports, as a description of the 64-bit one that takes its place.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tool/wrap/library_description.hpp"

namespace bridge32::tool {

struct DllDescription {
    LibraryDescription library;         ///< with an interface file `NAME.b32i`
    std::vector<std::string> left_out;  ///< names of data, which is not described
};

/// The same names and ordinals, and the version resource. Functions with the decorations of 32-bit
/// Windows (`_f@8`) are exported without them too, as 64-bit programs know them. Forwarders are
/// functions: their stub calls the 32-bit function. Throws Error if `file` has no exports that can
/// be read.
DllDescription describe_dll(const std::filesystem::path& file);

}  // namespace bridge32::tool
