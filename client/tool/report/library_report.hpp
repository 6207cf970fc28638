// What a library file is, what it needs and what to do with it: what `bridge32 inspect` shows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "binary/decorated_name.hpp"
#include "binary/exports.hpp"
#include "binary/image.hpp"
#include "binary/library_search.hpp"
#include "tool/terminal/output.hpp"

namespace bridge32::tool {

/// A library that it needs, directly or not.
struct Need {
    enum class State {
        kFound,
        kOfSystem,  ///< comes with the operating system
        kMissing,
        kWrongBits,  ///< found only with the other bitness
        kBad,        ///< the file of that name is not a library
    };
    std::string name;
    std::string needed_by;  ///< the file name of the library that needs it
    bool direct = false;
    State state = State::kFound;
    std::filesystem::path path;  ///< the file found, if any
    binary::Image image;         ///< of the file found
    binary::Paths searched;
    std::string advice;  ///< what to do if it is not usable
};

struct LibraryFacts {
    std::filesystem::path file;
    binary::Image image;
    std::uintmax_t size = 0;
    std::string version;
    std::vector<binary::Export> exports;
    bool exports_known = true;              ///< false: the file's tables are missing
    std::vector<binary::ExportName> names;  ///< of `exports`, in the same order
    std::vector<Need> needs;
    bool is_com_server = false;
    bool is_fortran = false;
    bool is_cpp = false;
    bool is_plugin = false;  ///< a bridge32 plugin

    /// True if, as far as can be told, a host on its operating system could load it.
    bool complete() const;
};

/// Reads `file` and its dependencies. `library_path`: see ClientOptions.
LibraryFacts examine(const std::filesystem::path& file, const binary::Paths& library_path);

/// What to do next, most useful first; a sentence or two each.
std::vector<std::string> advice_for(const LibraryFacts& facts);

Report to_report(const LibraryFacts& facts);

/// "found", "missing", …
const char* text_of(Need::State state) noexcept;

}  // namespace bridge32::tool
