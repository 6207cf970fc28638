// The Windows console edits lines and remembers those of the session.
#include "tool/terminal/line_editor.hpp"

namespace bridge32::tool {

std::unique_ptr<LineEditor::Library> load_line_library(Completer /*completer*/,
                                                       std::filesystem::path /*history*/) {
    return nullptr;
}

std::filesystem::path history_file() { return {}; }

}  // namespace bridge32::tool
