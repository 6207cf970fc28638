#include "tool/terminal/line_editor.hpp"

#include <cstdio>
#include <iostream>
#include <utility>

#include "tool/terminal/terminal.hpp"

namespace bridge32::tool {

LineEditor::LineEditor(Completer completer, std::filesystem::path history) {
    if (!is_terminal(Device::kIn) || !is_terminal(Device::kOut)) return;
    library_ = load_line_library(std::move(completer), std::move(history));
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    if (library_ != nullptr) return library_->read(prompt);
    if (is_terminal(Device::kIn)) std::fputs(prompt.c_str(), stdout);
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace bridge32::tool
