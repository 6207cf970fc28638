// PE files (Windows), 32-bit and 64-bit: what they are, what they need, export and import, and
// their functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

/// The file's version, product and copyright, as Windows keeps them.
struct VersionResource {
    std::string bytes;
    std::uint16_t language = 0;
};
/// Nothing if there is none, or if it is damaged.
std::optional<VersionResource> pe_version_resource(ImageReader& reader);

}  // namespace bridge32::binary
