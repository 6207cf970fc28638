// What a library file is, as `bridge32 inspect` tells it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "binary/exports.hpp"
#include "binary/image.hpp"
#include "binary/library_search.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

/// One library that it needs, directly or not.
struct Need {
    enum class State {
        found,
        of_system,  ///< comes with the operating system
        missing,
        wrong_bits,  ///< only one of the other bitness was found
        bad,         ///< a file of that name that is no library
    };
    std::string name;
    std::string needed_by;  ///< the file name of the one that needs it
    bool direct = false;
    State state = State::found;
    std::filesystem::path path;  ///< the file that was found, if any
    binary::Image image;         ///< what that is
    binary::Paths searched;
    std::string advice;  ///< what to do when it is not usable
};

struct LibraryFacts {
    std::filesystem::path file;
    binary::Image image;
    std::uintmax_t size = 0;
    std::string version;
    std::vector<binary::Export> exports;
    bool exports_known = true;              ///< false: the file lacks what they are read from
    std::vector<binary::ExportName> names;  ///< of `exports`, in the same order
    std::vector<Need> needs;
    bool is_com_server = false;
    bool is_fortran = false;
    bool is_cpp = false;
    bool is_plugin = false;  ///< a bridge32 plugin

    /// Could a host on a system of its kind load it, as far as can be told?
    bool complete() const;
};

/// Reads `file` and what it needs. `library_path`: see ClientOptions.
LibraryFacts examine(const std::filesystem::path& file, const binary::Paths& library_path);

/// What to do next, most useful first, each a sentence or two.
std::vector<std::string> advice_for(const LibraryFacts& facts);

Report to_report(const LibraryFacts& facts);

/// "found", "missing", …
const char* text_of(Need::State state) noexcept;

}  // namespace bridge32::tool
