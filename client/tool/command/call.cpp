// bridge32 call: calls a method of a plugin.
#include <memory>

#include "tool/report/description.hpp"
#include "tool/report/show.hpp"
#include "tool/support/connection.hpp"
#include "tool/support/invoke.hpp"
#include "tool/terminal/progress.hpp"
#include "tool/terminal/terminal.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

namespace {

struct Options {
    ConnectionOptions connection;
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

int run(Tool& tool, const Options& options) {
    Client client = open_plugin(options.connection);
    const bool bar =
        options.progress == "always" || (options.progress == "auto" && is_terminal(Device::err));
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
        client.terminate();  // the call still runs, and nobody waits for it
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

void add_call(Tool& tool) {
    auto options = std::make_shared<Options>();
    auto& command = tool.command("call", "Call a method of a plugin, or read a property",
                                 [&tool, options] { return run(tool, *options); });
    add_connection_options(command, options->connection);
    command.add_option("METHOD", options->method, "The method or property: see bridge32 describe")
        ->required();
    command.add_option("ARGUMENTS", options->arguments,
                       "What the method takes, in order, or NAME=VALUE");
    command
        .add_option("--out", options->out,
                    "Write the result to this file: bytes as they are, an array to NAME.npy; \"-\" "
                    "is stdout")
        ->type_name("FILE");
    command.add_flag("--all", options->all, "Show long results whole");
    command
        .add_option("--progress", options->progress,
                    "Show the plugin's progress events as a bar: auto (on a terminal), always, "
                    "never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command.add_flag("--events", options->events, "Print each event to stderr, as a line of JSON");
    command.footer(
        "An argument is a plain word, or JSON: 5, 2.5, true, hello, '[1,2,3]', '{\"x\":1}'.\n"
        "Where the method takes a string, a word is that string. @FILE is the file's bytes,\n"
        "@FILE.npy a NumPy array, @- stdin.\n"
        "\n"
        "  bridge32 call my_lib add 1 2\n"
        "  bridge32 call my_lib add b=2 a=1\n"
        "  bridge32 call my_lib scale 2 '[0.5,1]'\n"
        "  bridge32 call my_lib scale 2 @x.npy --out y.npy\n"
        "  bridge32 call zlib compress @report.txt --out report.z\n"
        "\n"
        "Arguments that begin with - and are no numbers come after --.");
}

}  // namespace bridge32::tool
