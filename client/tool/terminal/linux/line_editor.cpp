// libedit, which has readline's functions under a licence like ours. It is loaded when it is
// needed: where it is not installed, lines are read without it.
#include "tool/terminal/line_editor.hpp"

#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "os/environment.hpp"
#include "tool/terminal/terminal.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;

using Generator = char*(const char* text, int state);
using Completion = char**(const char* text, int begin, int end);

// Its functions take no data of ours along.
Completer* current = nullptr;
std::vector<std::string> candidates;
char** (*complete_with)(const char*, Generator*) = nullptr;
int* completion_over = nullptr;
int* completion_end = nullptr;  // the character behind what was completed
constexpr int kSpace = 0x20;
char** line_buffer = nullptr;

/// Throws std::system_error where it is not installed. Never unloaded: it keeps memory of its own
/// to the end of the program.
boost::dll::shared_library& libedit() {
    static auto& file = *new boost::dll::shared_library(
        "libedit.so.2", boost::dll::load_mode::search_system_folders);
    return file;
}

char* next_candidate(const char* /*text*/, int state) {
    static std::size_t next = 0;
    if (state == 0) next = 0;
    if (next >= candidates.size()) return nullptr;
    return strdup(candidates[next++].c_str());  // libedit frees it
}

char** complete(const char* text, int begin, int /*end*/) {
    if (completion_over != nullptr) *completion_over = 1;  // no file names
    const std::string line = std::string(*line_buffer).substr(0, static_cast<std::size_t>(begin));
    candidates = (*current)(line + text, static_cast<std::size_t>(begin));
    const bool value_follows = !candidates.empty() && candidates.front().ends_with('=');
    if (completion_end != nullptr) *completion_end = value_follows ? 0 : kSpace;
    return candidates.empty() ? nullptr : complete_with(text, next_candidate);
}

}  // namespace

struct LineEditor::Library {
    char* (*readline)(const char*) = nullptr;
    int (*add_history)(const char*) = nullptr;
    int (*read_history)(const char*) = nullptr;
    int (*write_history)(const char*) = nullptr;
    Completer completer;
    std::string last;
};

LineEditor::LineEditor(Completer completer, fs::path history) : history_(std::move(history)) {
    if (!is_terminal(Device::in) || !is_terminal(Device::out)) return;
    auto library = std::make_unique<Library>();
    try {
        boost::dll::shared_library& file = libedit();
        library->readline = file.get<char*(const char*)>("readline");
        library->add_history = file.get<int(const char*)>("add_history");
        library->read_history = file.get<int(const char*)>("read_history");
        library->write_history = file.get<int(const char*)>("write_history");
        complete_with = file.get<char**(const char*, Generator*)>("rl_completion_matches");
        line_buffer = &file.get<char*>("rl_line_buffer");
        file.get<Completion*>("rl_attempted_completion_function") = complete;
        if (file.has("rl_attempted_completion_over")) {
            completion_over = &file.get<int>("rl_attempted_completion_over");
        }
        if (file.has("rl_completion_append_character")) {
            completion_end = &file.get<int>("rl_completion_append_character");
        }
    } catch (const std::system_error&) {
        return;
    }
    library->completer = std::move(completer);
    library_ = std::move(library);
    current = &library_->completer;
    if (!history_.empty()) library_->read_history(history_.c_str());
}

LineEditor::~LineEditor() {
    if (library_ == nullptr) return;
    current = nullptr;
    std::error_code ignored;
    if (history_.empty()) return;
    fs::create_directories(history_.parent_path(), ignored);
    library_->write_history(history_.c_str());
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    if (library_ == nullptr) return read_plain_line(is_terminal(Device::in) ? prompt : "");
    char* const typed = library_->readline(prompt.c_str());
    if (typed == nullptr) return std::nullopt;
    std::string line = typed;
    std::free(typed);
    if (!line.empty() && line != library_->last) library_->add_history(line.c_str());
    library_->last = line;
    return line;
}

fs::path history_file() {
    const auto state = os::environment_variable("XDG_STATE_HOME");
    if (state && !state->empty()) return fs::path(*state) / "bridge32" / "history";
    const auto home = os::environment_variable("HOME");
    return home && !home->empty() ? fs::path(*home) / ".local" / "state" / "bridge32" / "history"
                                  : fs::path();
}

}  // namespace bridge32::tool
