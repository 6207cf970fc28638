#include "tool/terminal/line_editor.hpp"

#include <cstdio>
#include <iostream>

namespace bridge32::tool {

std::optional<std::string> read_plain_line(const std::string& prompt) {
    std::fputs(prompt.c_str(), stdout);
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace bridge32::tool
