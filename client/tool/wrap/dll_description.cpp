#include "tool/wrap/dll_description.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "binary/decorated_name.hpp"
#include "binary/exports.hpp"
#include "binary/image_reader.hpp"
#include "binary/pe.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::tool {

namespace {

/// The name without 32-bit decorations; nothing if it has none.
std::optional<std::string> undecorated(const std::string& name) {
    const auto its = binary::read_export_name(name);
    if (its.form != binary::NameForm::kPlain || its.base == name || its.base.empty() ||
        its.convention == binary::Convention::kUnknown)
        return std::nullopt;
    return its.base;
}

}  // namespace

DllDescription describe_dll(const std::filesystem::path& file) {
    const auto exports = binary::exports_of(file);
    if (exports.empty())
        throw Error(detail::utf8_of(file) +
                    " exports nothing that can be read: it is damaged or not a library");
    std::set<std::string> names;
    std::map<std::string, std::size_t> candidates;  // undecorated, and how many would have it
    for (const auto& one : exports) {
        names.insert(one.name);
        if (const auto plain = undecorated(one.name)) ++candidates[*plain];
    }
    DllDescription described;
    LibraryDescription& library = described.library;
    library.file_name = detail::utf8_of(file.filename());
    library.interface_file = library.file_name + ".b32i";
    for (const auto& one : exports) {
        if (one.is_variable) {
            described.left_out.push_back(one.name.empty() ? "#" + std::to_string(one.ordinal)
                                                          : one.name);
            continue;
        }
        // First, so that the runtime gets the name that the interface has.
        const auto plain = undecorated(one.name);
        if (plain && names.count(*plain) == 0 && candidates.at(*plain) == 1)
            library.functions.push_back({*plain, "", true, one.ordinal});
        library.functions.push_back({one.name, "", true, one.ordinal});
    }
    binary::ImageReader reader(file);
    if (auto version = binary::pe_version_resource(reader)) {
        library.version_resource = std::move(version->bytes);
        library.version_language = version->language;
    }
    return described;
}

}  // namespace bridge32::tool
