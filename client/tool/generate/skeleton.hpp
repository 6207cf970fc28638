// The files of a new plugin project.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tool/report/library_report.hpp"

namespace bridge32::tool {

struct NewProject {
    std::string name;                       ///< an identifier
    std::string language;                   ///< "c", "fortran", "dotnet"
    const LibraryFacts* library = nullptr;  ///< to wrap; null: one is made along
    std::filesystem::path prefix;           ///< where bridge32 is installed; empty: not known
};

/// Each file's content, by its name.
std::map<std::string, std::string> make_skeleton(const NewProject& project);

/// The lines of the plugin's constructor for a library's exports: a method each, whose types
/// are to be filled in.
std::string methods_for(const LibraryFacts& facts, bool fortran);

}  // namespace bridge32::tool
