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
    const LibraryFacts* library = nullptr;  ///< to wrap; null to generate one
    std::filesystem::path prefix;           ///< where bridge32 is installed; empty if unknown
};

/// The content of each file, by name.
std::map<std::string, std::string> make_skeleton(const NewProject& project);

}  // namespace bridge32::tool
