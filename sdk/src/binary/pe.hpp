// PE files (Windows), 32-bit and 64-bit: what they are, what they need, export and import, and
// their functions.
#pragma once

#include <vector>

#include "binary/exports.hpp"
#include "binary/image.hpp"
#include "binary/image_reader.hpp"
#include "binary/symbols.hpp"

namespace bridge32::binary {

// For files whose content begins with "MZ".

Image parse_pe(ImageReader& reader);
std::vector<Imports> pe_imports(ImageReader& reader);
/// For those that are not damaged.
std::vector<Export> pe_exports(ImageReader& reader);
std::vector<Symbol> pe_symbols(ImageReader& reader);

}  // namespace bridge32::binary
