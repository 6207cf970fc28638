// C headers as an interface file, by libclang: what they declare, without the rules about pointers.
#pragma once

#include "tool/headers/clang.hpp"
#include "tool/headers/header_content.hpp"

namespace bridge32::tool {

/// Reads headers for the library's own target, which may be another system than this one. Throws
/// Error: a header is not there, one that it includes is not there.
///
/// The headers' own includes are those that clang does not find in a folder for system headers, and
/// those in the folder of a header and below. Of other includes only the types are taken that are
/// needed.
HeaderContent read_headers(const clang::Library& library, const HeaderOptions& options);

}  // namespace bridge32::tool
