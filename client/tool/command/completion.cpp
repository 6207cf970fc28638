// bridge32 completion: completes command lines in a shell.
#include <memory>

#include "tool/command/tool.hpp"
#include "tool/report/plugin_list.hpp"
#include "tool/report/shared_hosts.hpp"
#include "tool/support/description.hpp"
#include "tool/support/open_plugin.hpp"

namespace bridge32::tool {

namespace completion_command {
namespace {

struct Options {
    std::string what;  ///< a shell, or what its script asks for: "plugins", "methods", "hosts"
    PluginOptions plugin;
};

std::vector<std::string> plugin_names(const PluginOptions& options) {
    std::vector<std::string> names;
    for (const auto& plugin : find_plugins(plugin_folders(options.plugin_path))) {
        if (plugin.bits == 32 && !plugin.hidden) names.push_back(plugin.name);
    }
    return names;
}

std::vector<std::string> method_names(PluginOptions options) {
    options.quiet = true;
    Client client = open_plugin(options);
    const Json about = describe(client);
    client.shutdown();
    std::vector<std::string> names;
    for (const char* kind : {"methods", "properties"}) {
        for (const auto& member : about.value(kind, Json::array()))
            names.push_back(member.value("name", ""));
    }
    return names;
}

std::vector<std::string> host_names() {
    std::vector<std::string> names;
    for (const auto& host : list_hosts())
        names.push_back(host.name);
    return names;
}

/// The options of a subcommand, and the common ones.
std::string options_of(const CLI::App& command) {
    std::string text;
    for (const auto* app : {&command, command.get_parent()}) {
        if (app == nullptr) continue;
        for (const auto* option : app->get_options()) {
            for (const auto& name : option->get_lnames())
                text += (text.empty() ? "--" : " --") + name;
        }
    }
    return text;
}

// The script asks for plugins, methods and hosts when they are needed.
constexpr const char* kScript =
    R"BASH(# Completion of bridge32's command lines in bash. Made by `bridge32 completion bash`.
_bridge32() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local i command= plugin= given=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        --plugin-path | --library-path | --kwargs)
            given+=("${COMP_WORDS[i]}" "${COMP_WORDS[i + 1]-}")
            ((++i))
            ;;
        --host | --bits | --timeout | --color | --out | --lang | --class | --folder | --library | \
            --libclang | --platform | --check | -o)
            ((++i))
            ;;
        -*) ;;
        *)
            if [[ -z $command ]]; then
                command=${COMP_WORDS[i]}
            elif [[ -z $plugin ]]; then
                plugin=${COMP_WORDS[i]}
            else
                plugin+=" more"
            fi
            ;;
        esac
    done
    local words= kind=-W
    case $previous in
    --plugin-path | --library-path | --folder) kind=-d ;;
    --out | -o | --library | --libclang) kind=-f ;;
    --platform) words="linux windows" ;;
    --color) words="auto always never" ;;
    --bits) words="32 64" ;;
    --host) words=$(bridge32 completion hosts 2>/dev/null) ;;
    *)
        if [[ $word == @* ]]; then
            COMPREPLY=($(compgen -f -P @ -- "${word#@}"))
            return
        fi
        case $command:$word in
        :-*) words="--help --version --json --color" ;;
@CASES@        :*) words="@COMMANDS@" ;;
        inspect:* | interface:* | wrap:*) kind=-f ;;
        stop:*) words=$(bridge32 completion hosts 2>/dev/null) ;;
        completion:*) words=bash ;;
        describe:* | stub:* | repl:* | call:*)
            if [[ -z $plugin ]]; then
                words=$(bridge32 completion plugins "${given[@]}" 2>/dev/null)
            elif [[ $command == call && $plugin != *" more" ]]; then
                words=$(bridge32 completion methods "$plugin" "${given[@]}" 2>/dev/null)
            fi
            ;;
        esac
        ;;
    esac
    if [[ $kind == -W ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    else
        COMPREPLY=($(compgen "$kind" -- "$word"))
    fi
}
complete -F _bridge32 bridge32
)BASH";

std::string script(const CLI::App& app) {
    std::string commands;
    std::string cases;
    for (const auto* command : app.get_subcommands({})) {
        commands += (commands.empty() ? "" : " ") + command->get_name();
        cases +=
            "        " + command->get_name() + ":-*) words=\"" + options_of(*command) + "\" ;;\n";
    }
    std::string text = kScript;
    const auto put = [&](const std::string& place, const std::string& value) {
        text.replace(text.find(place), place.size(), value);
    };
    put("@CASES@", cases);
    put("@COMMANDS@", commands);
    return text;
}

int run(Tool& tool, const Options& options) {
    if (options.what == "bash") {
        tool.out().line(script(tool.app()));
        return kExitOk;
    }
    const auto names = options.what == "plugins"   ? plugin_names(options.plugin)
                       : options.what == "methods" ? method_names(options.plugin)
                                                   : host_names();
    for (const auto& name : names)
        tool.out().line(name);
    return kExitOk;
}

}  // namespace
}  // namespace completion_command

void add_completion(Tool& tool) {
    using namespace completion_command;
    auto what = std::make_shared<Options>();
    auto& command =
        tool.command("completion", "Print a shell script that completes bridge32's command lines",
                     [&tool, what] { return run(tool, *what); });
    command.add_option("SHELL", what->what, "bash")->required()->check([](const std::string& word) {
        const bool known =
            word == "bash" || word == "plugins" || word == "methods" || word == "hosts";
        return known ? std::string() : "only bash is supported, not " + word;
    });
    command.add_option("PLUGIN", what->plugin.name)->group("");
    command.add_option("--plugin-path", what->plugin.plugin_path)
        ->allow_extra_args(false)
        ->group("");
    command.add_option("--library-path", what->plugin.library_path)
        ->allow_extra_args(false)
        ->group("");
    command.add_option("--kwargs", what->plugin.kwargs)->allow_extra_args(false)->group("");
    command.footer("In ~/.bashrc:  source <(bridge32 completion bash)");
}

}  // namespace bridge32::tool
