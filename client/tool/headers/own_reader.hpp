// C headers as an interface file without libclang: by a small preprocessor and the parser of
// interface files.
#pragma once

#include "tool/headers/header_content.hpp"

namespace bridge32::tool {

/// As the reader by libclang, with these differences: the system's headers are not read, but the
/// types of the most used ones are known; what cannot be read is left out, with file, line and
/// reason, and so is all that needs it. Nothing is guessed. Of clang's options -I, -isystem, -D, -U
/// and -include are understood; those that change layouts are errors.
HeaderContent read_headers_without_clang(const HeaderOptions& options);

}  // namespace bridge32::tool
