// bridge32 completion: what a shell needs to complete our command lines.
#include <memory>

#include "bridge32/error.hpp"
#include "tool/support/completions.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

namespace {

/// The options of a subcommand, and those that all have.
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

// Plugins and methods are asked for while one types.
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
        --host | --bits | --timeout | --color | --out | --lang | --class | --folder | --library)
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
    --out | --library) kind=-f ;;
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
        inspect:*) kind=-f ;;
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

}  // namespace

void add_completion(Tool& tool) {
    auto what = std::make_shared<CompletionOptions>();
    auto& command = tool.command("completion", "What a shell needs to complete our command lines",
                                 [&tool, what] {
                                     if (what->what == "bash") {
                                         tool.out().line(script(tool.app()));
                                     } else {
                                         for (const auto& name : completions(*what))
                                             tool.out().line(name);
                                     }
                                     return kExitOk;
                                 });
    command.add_option("SHELL", what->what, "bash")->required()->check([](const std::string& word) {
        const bool known =
            word == "bash" || word == "plugins" || word == "methods" || word == "hosts";
        return known ? std::string() : "there is a script for bash only, not for " + word;
    });
    command.add_option("PLUGIN", what->connection.plugin)->group("");
    command.add_option("--plugin-path", what->connection.plugin_path)
        ->allow_extra_args(false)
        ->group("");
    command.add_option("--library-path", what->connection.library_path)
        ->allow_extra_args(false)
        ->group("");
    command.add_option("--kwargs", what->connection.kwargs)->allow_extra_args(false)->group("");
    command.footer("In ~/.bashrc:  source <(bridge32 completion bash)");
}

}  // namespace bridge32::tool
