// bridge32 repl: calls, line by line.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "bridge32/crash.hpp"
#include "tool/report/description.hpp"
#include "tool/report/show.hpp"
#include "tool/support/arguments.hpp"
#include "tool/support/connection.hpp"
#include "tool/support/invoke.hpp"
#include "tool/terminal/line_editor.hpp"
#include "tool/terminal/progress.hpp"
#include "tool/terminal/terminal.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

namespace {

constexpr const char* kHelp =
    "METHOD ARGUMENTS…   calls a method: add 1 2, add b=2 a=1, scale 2 [0.5,1], load @data.npy\n"
    "PROPERTY            reads a property\n"
    ".methods            what there is\n"
    ".describe NAME      its parameters and documentation\n"
    ".time               shows how long calls take, or no longer\n"
    ".restart            ends the host and starts another\n"
    ".quit, Ctrl-D       ends";

class Session {
public:
    Session(Tool& tool, const ConnectionOptions& options)
        : tool_(tool),
          client_(open_plugin(options)),
          about_(describe(client_)),
          progress_(is_terminal(Device::err)) {
        client_.on_event([this](std::string_view name, const Json& value) {
            if (name == "progress") return progress_.update(value);
            const std::string text = json_text(value);
            std::fprintf(stderr, "event %.*s %s\n", static_cast<int>(name.size()), name.data(),
                         text.c_str());
        });
    }

    /// False when the user wants to end.
    bool run(const std::string& line) {
        auto words = split_words(line);
        if (words.empty() || words[0].starts_with('#')) return true;
        const std::string name = words[0];
        words.erase(words.begin());
        if (name == ".quit" || name == ".exit" || name == "quit" || name == "exit") return false;
        try {
            if (!command(name, words)) call(name, words);
        } catch (const HostCrashed& e) {
            complain(e);
            restart("The host is started again: what the plugin held is lost.");
        } catch (const TimeoutError& e) {
            complain(e);
            client_.terminate();
            restart("The host is ended, and started again.");
        } catch (const std::exception& e) {
            complain(e);
        }
        return true;
    }

    bool failed() const noexcept { return failed_; }

    std::vector<std::string> complete(const std::string& line, std::size_t word) const {
        std::vector<std::string> names;
        const auto words = split_words(line.substr(0, word));
        const std::string begun = line.substr(word);
        const auto offer = [&](const std::string& name) {
            if (name.starts_with(begun)) names.push_back(name);
        };
        const bool about_method = !words.empty() && words[0] == ".describe";
        if (words.empty() || about_method) {
            for (const char* kind : {"methods", "properties"}) {
                for (const auto& member : about_.value(kind, Json::array()))
                    offer(member.value("name", ""));
            }
            for (const char* dotted : {".methods", ".describe", ".time", ".restart", ".quit"}) {
                if (!about_method) offer(dotted);
            }
            return names;
        }
        const Json method = find_method(about_, words[0]);
        if (method.is_null()) return names;
        for (const auto& parameter : method.value("parameters", Json::array()))
            offer(parameter.value("name", "") + "=");
        return names;
    }

    const Json& about() const noexcept { return about_; }

private:
    bool command(const std::string& name, const std::vector<std::string>& words) {
        Output& out = tool_.out();
        if (name == ".help" || name == "help" || name == "?") {
            out.line(kHelp);
        } else if (name == ".methods") {
            list();
        } else if (name == ".describe") {
            if (words.empty()) throw WrongUsage("say which method or property: .describe NAME");
            explain(words[0]);
        } else if (name == ".time") {
            timed_ = !timed_;
        } else if (name == ".restart") {
            restart("");
        } else if (name.starts_with('.')) {
            throw WrongUsage("there is no " + name + "; .help tells what there is");
        } else {
            return false;
        }
        return true;
    }

    void call(const std::string& name, const std::vector<std::string>& words) {
        const auto begin = std::chrono::steady_clock::now();
        const AnyValue result = invoke(client_, about_, name, words);
        const std::chrono::duration<double, std::micro> time =
            std::chrono::steady_clock::now() - begin;
        progress_.clear();
        tool_.print(to_json(result), [&] { show(tool_.out(), result, false); });
        if (timed_) {
            std::fprintf(stderr, "%.1f microseconds\n", time.count());
        }
    }

    void list() {
        std::vector<std::vector<std::string>> rows;
        for (const auto& method : about_.value("methods", Json::array())) {
            std::string parameters;
            for (const auto& parameter : method.value("parameters", Json::array()))
                parameters += (parameters.empty() ? "" : ", ") + parameter.value("name", "");
            rows.push_back({tool_.out().bold(method.value("name", "")) + "(" + parameters + ")",
                            method.value("doc", "")});
        }
        for (const auto& property : about_.value("properties", Json::array())) {
            rows.push_back(
                {tool_.out().bold(property.value("name", "")), property.value("doc", "")});
        }
        tool_.out().table(rows, false);
    }

    void explain(const std::string& name) {
        const Json method = find_method(about_, name);
        if (const Json property = find_property(about_, name); !property.is_null()) {
            const std::string doc = property.value("doc", "");
            if (!doc.empty()) tool_.out().paragraph(doc);
            return tool_.out().line("  " + property.value("type", "any"));
        }
        if (method.is_null()) throw WrongUsage("there is no method or property " + name);
        std::vector<std::vector<std::string>> rows;
        for (const auto& parameter : method.value("parameters", Json::array())) {
            rows.push_back(
                {parameter.value("name", ""), parameter.value("type", "any"),
                 parameter.contains("default") ? "= " + parameter["default"].dump() : ""});
        }
        const std::string doc = method.value("doc", "");
        if (!doc.empty()) tool_.out().paragraph(doc);
        tool_.out().table(rows, false, 2);
        tool_.out().line("  returns " + method.value("result", "void"));
    }

    void restart(const std::string& why) {
        if (!why.empty()) std::fprintf(stderr, "%s\n", why.c_str());
        client_.restart();
    }

    void complain(const std::exception& error) {
        progress_.clear();
        failed_ = true;
        tool_.complain(error);
    }

    Tool& tool_;
    Client client_;
    Json about_;
    Progress progress_;
    bool timed_ = false;
    bool failed_ = false;
};

int run(Tool& tool, const ConnectionOptions& options) {
    Session session(tool, options);
    LineEditor editor(
        [&](const std::string& line, std::size_t word) { return session.complete(line, word); },
        history_file());
    const bool person = is_terminal(Device::in);
    const std::string plugin = session.about().value("plugin", plugin_base_name(options.plugin));
    if (person) tool.out().line(plugin + ": .methods lists what there is, .help helps.");
    for (;;) {
        const auto line = editor.read(plugin + "> ");
        if (!line && person) tool.out().line();  // what comes next begins on a line of its own
        if (!line || !session.run(*line)) break;
    }
    // In a script, what failed counts; a person has seen it.
    return session.failed() && !person ? kExitMethodFailed : kExitOk;
}

}  // namespace

void add_repl(Tool& tool) {
    auto options = std::make_shared<ConnectionOptions>();
    auto& command = tool.command("repl", "Call a plugin's methods interactively, line by line",
                                 [&tool, options] { return run(tool, *options); });
    add_connection_options(command, *options);
    command.footer(std::string(kHelp) +
                   "\n\nThe tab key completes methods and parameters, the arrow keys bring earlier "
                   "lines back (on Linux\nwhere libedit is installed). Lines can come from a file, "
                   "too: bridge32 repl my_lib < lines.txt");
}

}  // namespace bridge32::tool
