// libedit, which has readline's functions under a permissive licence. It is loaded at run time, so
// that the tool works without it.
#include "tool/terminal/line_editor.hpp"

#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "os/environment.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;

using Generator = char*(const char* text, int state);
using Completion = char**(const char* text, int begin, int end);

// libedit's callbacks carry no user data.
Completer* current = nullptr;
std::vector<std::string> candidates;
char** (*complete_with)(const char*, Generator*) = nullptr;
int* completion_over = nullptr;
int* completion_end = nullptr;  // the character appended to a completed word
constexpr int kSpace = 0x20;
char** line_buffer = nullptr;

/// Throws std::system_error if it is not installed. Never unloaded: it keeps memory of its own
/// until the program ends.
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

class Libedit final : public LineEditor::Library {
public:
    Libedit(Completer completer, fs::path history)
        : completer_(std::move(completer)), history_(std::move(history)) {
        auto& file = libedit();
        readline_ = file.get<char*(const char*)>("readline");
        add_history_ = file.get<int(const char*)>("add_history");
        write_history_ = file.get<int(const char*)>("write_history");
        const auto read_history = file.get<int(const char*)>("read_history");
        complete_with = file.get<char**(const char*, Generator*)>("rl_completion_matches");
        line_buffer = &file.get<char*>("rl_line_buffer");
        file.get<Completion*>("rl_attempted_completion_function") = complete;
        if (file.has("rl_attempted_completion_over")) {
            completion_over = &file.get<int>("rl_attempted_completion_over");
        }
        if (file.has("rl_completion_append_character")) {
            completion_end = &file.get<int>("rl_completion_append_character");
        }
        current = &completer_;
        if (!history_.empty()) read_history(history_.c_str());
    }
    Libedit(const Libedit&) = delete;
    Libedit& operator=(const Libedit&) = delete;
    ~Libedit() override {
        current = nullptr;
        if (history_.empty()) return;
        std::error_code ignored;
        fs::create_directories(history_.parent_path(), ignored);
        write_history_(history_.c_str());
    }

    std::optional<std::string> read(const std::string& prompt) override {
        char* const typed = readline_(prompt.c_str());
        if (typed == nullptr) return std::nullopt;
        std::string line = typed;
        std::free(typed);
        if (!line.empty() && line != last_) add_history_(line.c_str());
        last_ = line;
        return line;
    }

private:
    char* (*readline_)(const char*) = nullptr;
    int (*add_history_)(const char*) = nullptr;
    int (*write_history_)(const char*) = nullptr;
    Completer completer_;
    fs::path history_;
    std::string last_;
};

}  // namespace

std::unique_ptr<LineEditor::Library> load_line_library(Completer completer, fs::path history) {
    try {
        return std::make_unique<Libedit>(std::move(completer), std::move(history));
    } catch (const std::system_error&) {
        return nullptr;
    }
}

fs::path history_file() {
    const auto state = os::environment_variable("XDG_STATE_HOME");
    if (state && !state->empty()) return fs::path(*state) / "bridge32" / "history";
    const auto home = os::environment_variable("HOME");
    return home && !home->empty() ? fs::path(*home) / ".local" / "state" / "bridge32" / "history"
                                  : fs::path();
}

}  // namespace bridge32::tool
