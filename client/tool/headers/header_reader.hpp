// C headers as an interface file: what they declare, without the rules about pointers.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "interface/interface.hpp"
#include "tool/headers/clang.hpp"

namespace bridge32::tool {

struct HeaderOptions {
    std::vector<std::filesystem::path> headers{};
    interfaces::Target target{};
    std::vector<std::string> clang_options{};
    /// True if the library exports a function of that name: it is then read from whichever header
    /// declares it. Empty: the functions of the headers and of their own includes.
    std::function<bool(const std::string&)> is_exported{};
    /// The types of all headers, those of the system, too.
    bool all_types = false;
};

/// What is in the headers and cannot be in the interface.
struct LeftOut {
    std::string name;
    std::string reason;
};

struct HeaderContent {
    interfaces::Interface declared;
    std::vector<LeftOut> left_out{};
    std::vector<std::string> errors{};  ///< libclang's
    std::string read_first{};           ///< a header that had to be read before them: "windows.h"
};

/// Reads headers for the library's own target, which may be another system than this one. Throws
/// Error: a header is not there, one that it includes is not there.
///
/// The headers' own includes are those that clang does not find in a folder for system headers, and
/// those in the folder of a header and below. Of other includes only the types are taken that are
/// needed.
HeaderContent read_headers(const clang::Library& library, const HeaderOptions& options);

}  // namespace bridge32::tool
