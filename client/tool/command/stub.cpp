// bridge32 stub: a typed client class for a plugin.
#include <memory>

#include "tool/command/tool.hpp"
#include "tool/generate/stub_cpp.hpp"
#include "tool/support/description.hpp"
#include "tool/support/files.hpp"
#include "tool/support/identifier.hpp"
#include "tool/support/open_plugin.hpp"

namespace bridge32::tool {

namespace stub_command {
namespace {

struct Options {
    PluginOptions plugin;
    std::string language = "cpp";
    std::string class_name;
    std::string out = "-";
};

}  // namespace
}  // namespace stub_command

void add_stub(Tool& tool) {
    using namespace stub_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command(
        "stub", "Generate a C++ class with a function for each method of a plugin", [options] {
            const std::string& wanted = options->class_name;
            if (!wanted.empty() && identifier(wanted) != wanted) {
                throw WrongUsage("\"" + wanted + "\" is not a valid name for a C++ class");
            }
            Client client = open_plugin(options->plugin);
            const Json about = describe(client);
            client.shutdown();
            const std::string plugin = plugin_base_name(options->plugin.name);
            const std::string text =
                cpp_stub(about, plugin, wanted.empty() ? class_name(plugin) : wanted);
            write_file(options->out, text);
            return kExitOk;
        });
    add_plugin_options(command, options->plugin);
    command.add_option("--lang", options->language, "The language: cpp")
        ->check(CLI::IsMember({"cpp"}))
        ->capture_default_str();
    command
        .add_option("--class", options->class_name,
                    "The name of the class; made from the plugin's by default")
        ->type_name("NAME");
    command.add_option("--out", options->out, "The header to write; \"-\" is stdout")
        ->capture_default_str()
        ->type_name("FILE");
    command.footer(
        "The compiler then checks calls, and an editor completes them:\n"
        "\n"
        "  bridge32 stub my_lib --out my_lib_client.hpp\n"
        "\n"
        "  #include \"my_lib_client.hpp\"\n"
        "  MyLib lib;\n"
        "  int three = lib.add(1, 2);");
}

}  // namespace bridge32::tool
