// Reads lines from stdin; with history and completion where an editing library is installed.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bridge32::tool {

/// The candidates that complete `line`, whose last word begins at index `word`.
using Completer =
    std::function<std::vector<std::string>(const std::string& line, std::size_t word)>;

/// One instance at a time, used by one thread.
class LineEditor {
public:
    /// `history`: the file that keeps lines between sessions; empty for none.
    LineEditor(Completer completer, std::filesystem::path history);
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;
    /// Saves the history.
    ~LineEditor();

    /// The next line; nothing at the end of the input.
    std::optional<std::string> read(const std::string& prompt);

    /// The editing library.
    class Library {
    public:
        virtual ~Library() = default;
        virtual std::optional<std::string> read(const std::string& prompt) = 0;
    };

private:
    std::unique_ptr<Library> library_;  // null: lines are read without editing
};

/// Null where no editing library is installed, or the console edits lines itself.
std::unique_ptr<LineEditor::Library> load_line_library(Completer completer,
                                                       std::filesystem::path history);

/// Where the user's history is kept; empty if there is no such place.
std::filesystem::path history_file();

}  // namespace bridge32::tool
