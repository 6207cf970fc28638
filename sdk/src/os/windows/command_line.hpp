// What CreateProcess takes as text.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace bridge32::os {

/// One command line from which CommandLineToArgvW, and the C runtime of the child, get back
/// exactly these arguments (UTF-8), whatever spaces, quotes and backslashes are in them.
std::wstring command_line(const std::wstring& executable,
                          const std::vector<std::string>& arguments);

/// Our environment with these variables (UTF-8) added, or in the place of those of the same name
/// in any case: NAME=VALUE, each with a zero behind it, sorted by name, and a last zero.
std::wstring environment_block(const std::map<std::string, std::string>& added);

}  // namespace bridge32::os
