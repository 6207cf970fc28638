// bridge32 repl: calls a plugin interactively.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "bridge32/crash.hpp"
#include "tool/command/tool.hpp"
#include "tool/report/call_result.hpp"
#include "tool/support/arguments.hpp"
#include "tool/support/description.hpp"
#include "tool/support/open_plugin.hpp"
#include "tool/support/untyped_call.hpp"
#include "tool/terminal/line_editor.hpp"
#include "tool/terminal/progress.hpp"
#include "tool/terminal/terminal.hpp"

namespace bridge32::tool {

namespace repl_command {
namespace {

constexpr const char* kHelp =
    "METHOD ARGUMENTS…   call a method: add 1 2, add b=2 a=1, scale 2 [0.5,1], load @data.npy\n"
    "PROPERTY            read a property\n"
    ".methods            list methods and properties\n"
    ".describe NAME      show parameters and documentation\n"
    ".time               switch the display of call times on or off\n"
    ".restart            restart the host\n"
    ".quit, Ctrl-D       exit";

class Session {
public:
    Session(Tool& tool, const PluginOptions& options)
        : tool_(tool),
          client_(open_plugin(options)),
          about_(describe(client_)),
          progress_(is_terminal(Device::kErr)) {
        client_.on_event([this](std::string_view name, const Json& value) {
            if (name == "progress") return progress_.update(value);
            const std::string text = json_text(value);
            std::fprintf(stderr, "event %.*s %s\n", static_cast<int>(name.size()), name.data(),
                         text.c_str());
        });
    }

    /// False if the user wants to quit.
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
            restart("The host was restarted; the plugin's state is lost.");
        } catch (const TimeoutError& e) {
            complain(e);
            client_.terminate();
            restart("The host was stopped and restarted.");
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
            if (words.empty())
                throw WrongUsage("give the name of a method or property: .describe NAME");
            explain(words[0]);
        } else if (name == ".time") {
            timed_ = !timed_;
        } else if (name == ".restart") {
            restart("");
        } else if (name.starts_with('.')) {
            throw WrongUsage("unknown command " + name + "; .help lists the commands");
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
        if (method.is_null())
            throw WrongUsage("the plugin has no method or property " + name +
                             "; .methods lists them");
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

int run(Tool& tool, const PluginOptions& options) {
    Session session(tool, options);
    LineEditor editor(
        [&](const std::string& line, std::size_t word) { return session.complete(line, word); },
        history_file());
    const bool person = is_terminal(Device::kIn);
    const std::string plugin = session.about().value("plugin", plugin_base_name(options.name));
    if (person) tool.out().line(plugin + ": .methods lists the methods, .help shows the commands.");
    for (;;) {
        const auto line = editor.read(plugin + "> ");
        if (!line && person) tool.out().line();  // the shell's prompt begins on a new line
        if (!line || !session.run(*line)) break;
    }
    // Failures matter to a script; a person has seen them.
    return session.failed() && !person ? kExitMethodFailed : kExitOk;
}

}  // namespace
}  // namespace repl_command

void add_repl(Tool& tool) {
    using namespace repl_command;
    auto options = std::make_shared<PluginOptions>();
    auto& command = tool.command("repl", "Call a plugin's methods interactively",
                                 [&tool, options] { return run(tool, *options); });
    add_plugin_options(command, *options);
    command.footer(
        std::string(kHelp) +
        "\n\nTab completes methods and parameters, and the arrow keys recall earlier lines "
        "(on Linux,\nif libedit is installed). Lines can also come from a file: bridge32 "
        "repl my_lib < lines.txt");
}

}  // namespace bridge32::tool
