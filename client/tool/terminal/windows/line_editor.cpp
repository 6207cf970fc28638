// The console edits lines and keeps those of this time by itself.
#include "tool/terminal/line_editor.hpp"

#include "tool/terminal/terminal.hpp"

namespace bridge32::tool {

struct LineEditor::Library {};

LineEditor::LineEditor(Completer /*completer*/, std::filesystem::path history)
    : history_(std::move(history)) {}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    return read_plain_line(is_terminal(Device::in) ? prompt : "");
}

std::filesystem::path history_file() { return {}; }

}  // namespace bridge32::tool
