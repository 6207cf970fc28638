// bridge32 call: calls a method of a plugin.
#include <memory>

#include "tool/command/tool.hpp"
#include "tool/report/call_result.hpp"
#include "tool/support/declared_function.hpp"
#include "tool/support/description.hpp"
#include "tool/support/open_plugin.hpp"
#include "tool/support/untyped_call.hpp"
#include "tool/terminal/progress.hpp"
#include "tool/terminal/terminal.hpp"

namespace bridge32::tool {

namespace call_command {
namespace {

struct Options {
    PluginOptions plugin;
    std::string method;
    std::vector<std::string> arguments;
    std::string out;
    std::string progress = "auto";
    bool events = false;
    bool all = false;
};

Json describe_or_null(const Client& client) {
    try {
        return describe(client);
    } catch (const NoDescription&) {
        return {};
    }
}

int run(Tool& tool, Options& options) {
    if (is_declaration(options.method)) options.method = declare(options.plugin, options.method);
    Client client = open_plugin(options.plugin);
    const bool bar =
        options.progress == "always" || (options.progress == "auto" && is_terminal(Device::kErr));
    Progress progress(bar && !options.events);
    client.on_event([&](std::string_view name, const Json& value) {
        if (options.events) {
            const Json event = {{"event", name}, {"value", value}};
            std::fprintf(stderr, "%s\n", json_text(event).c_str());
        } else if (name == "progress") {
            progress.update(value);
        }
    });
    const Json description = describe_or_null(client);
    AnyValue result;
    try {
        result = invoke(client, description, options.method, Tool::words(options.arguments));
    } catch (const TimeoutError&) {
        client.terminate();  // the call still runs, but its result is not wanted
        throw;
    }
    progress.clear();
    if (!options.out.empty()) {
        save(result, options.out);
    } else {
        tool.print(to_json(result), [&] { show(tool.out(), result, options.all); });
    }
    client.shutdown();
    return kExitOk;
}

}  // namespace
}  // namespace call_command

void add_call(Tool& tool) {
    using namespace call_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command("call", "Call a method of a plugin, or read a property",
                                 [&tool, options] { return run(tool, *options); });
    add_plugin_options(command, options->plugin);
    command
        .add_option("METHOD", options->method,
                    "The method or property; see bridge32 describe. Or the C declaration of a "
                    "function; PLUGIN is then a 32-bit library")
        ->required();
    command.add_option("ARGUMENTS", options->arguments, "The arguments, in order or as NAME=VALUE");
    command
        .add_option(
            "--out", options->out,
            "Write the result to this file: bytes unchanged, an array as .npy if the name ends "
            "so, else JSON; \"-\" is stdout")
        ->type_name("FILE");
    command.add_flag("--all", options->all, "Show long results completely");
    command
        .add_option("--progress", options->progress,
                    "Show progress events as a bar: auto (on a terminal), always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command.add_flag("--events", options->events, "Print each event on stderr as a line of JSON");
    command.footer(
        "An argument is a plain word or JSON: 5, 2.5, true, hello, '[1,2,3]', '{\"x\":1}'.\n"
        "For a string parameter, a word is taken as it is. @FILE passes the bytes of a file,\n"
        "@FILE.npy a NumPy array, @- stdin.\n"
        "\n"
        "  bridge32 call my_lib add 1 2\n"
        "  bridge32 call my_lib add b=2 a=1\n"
        "  bridge32 call my_lib scale 2 '[0.5,1]'\n"
        "  bridge32 call my_lib scale 2 @x.npy --out y.npy\n"
        "  bridge32 call zlib compress @report.txt --out report.z\n"
        "  bridge32 call ./legacy.so 'double scale(double factor, int n)' 2.5 3\n"
        "\n"
        "Put arguments that begin with - and are not numbers after --.");
}

}  // namespace bridge32::tool
