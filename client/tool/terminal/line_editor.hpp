// Reads lines that a person types, with history and completion where there is a library for it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bridge32::tool {

/// What may stand at the end of `line`, whose last word begins at `word`.
using Completer =
    std::function<std::vector<std::string>(const std::string& line, std::size_t word)>;

/// One at a time. One thread.
class LineEditor {
public:
    /// `history`: the file that lines are kept in from one time to the next; empty: none.
    LineEditor(Completer completer, std::filesystem::path history);
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;
    /// Writes the history.
    ~LineEditor();

    /// The next line; nothing at the end of the input.
    std::optional<std::string> read(const std::string& prompt);

    struct Library;

private:
    std::unique_ptr<Library> library_;
    std::filesystem::path history_;
};

/// Lines from stdin, after the prompt.
std::optional<std::string> read_plain_line(const std::string& prompt);

/// Where this user's history is kept; empty when there is no such place.
std::filesystem::path history_file();

}  // namespace bridge32::tool
