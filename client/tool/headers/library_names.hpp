// What a library exports, held against what its header declares.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "binary/decorated_name.hpp"
#include "binary/exports.hpp"
#include "interface/interface.hpp"

namespace bridge32::tool {

/// The names of a library, with and without decorations.
class LibraryNames {
public:
    explicit LibraryNames(const std::vector<binary::Export>& exports);

    /// `name` itself, or decorated: `_f@8`. Null if there is none.
    const binary::ExportName* find(std::string_view name) const;
    /// Numbers of exports that have no name.
    const std::vector<std::uint32_t>& numbers() const noexcept { return numbers_; }
    /// Functions and variables, without decorations.
    const std::set<std::string, std::less<>>& names() const noexcept { return names_; }

private:
    std::map<std::string, binary::ExportName, std::less<>> by_name_;
    std::set<std::string, std::less<>> names_;
    std::vector<std::uint32_t> numbers_;
};

struct LibraryDifferences {
    std::vector<std::string> not_exported{};  ///< the header declares them
    std::vector<std::string> not_declared{};  ///< the library exports them
    /// Sentences about functions whose decorated name contradicts their declaration.
    std::vector<std::string> contradictions{};
};

/// How a [[missing]] of hold_against begins.
inline constexpr std::string_view kOfLibrary = "the library exports ";

/// Compares, and removes from the interface what the library does not export. A function whose
/// decorated name contradicts the header, or which the library may have under a number only, is
/// [[missing]] that.
LibraryDifferences hold_against(interfaces::Interface& declared, const LibraryNames& library);

/// The name of a library as an interface file has it: "vendor" of vendor.dll and libvendor.so, or
/// the name of the file.
std::string library_name(const std::filesystem::path& file);

}  // namespace bridge32::tool
