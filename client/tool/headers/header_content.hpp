// What is read from C headers, whoever reads them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "interface/interface.hpp"

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
    std::vector<std::string> errors{};  ///< in the headers, as the reader words them
    std::string read_first{};           ///< a header that had to be read before them: "windows.h"
};

/// What both readers do at the end: variables that cannot be read are left out, the most frequent
/// convention is the library's.
void settle(HeaderContent& content);

/// A folder in which the headers of many libraries lie: "/usr/include".
bool is_shared_folder(const std::filesystem::path& folder);

}  // namespace bridge32::tool
