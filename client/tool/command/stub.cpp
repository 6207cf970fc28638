// bridge32 stub: a typed client for a plugin.
#include <memory>

#include "tool/generate/identifier.hpp"
#include "tool/generate/stub_cpp.hpp"
#include "tool/report/description.hpp"
#include "tool/support/connection.hpp"
#include "tool/support/files.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

namespace {

struct Options {
    ConnectionOptions connection;
    std::string language = "cpp";
    std::string class_name;
    std::string out = "-";
};

}  // namespace

void add_stub(Tool& tool) {
    auto options = std::make_shared<Options>();
    auto& command = tool.command(
        "stub", "A class in C++ with a function for each method of a plugin", [options] {
            const std::string& wanted = options->class_name;
            if (!wanted.empty() && identifier(wanted) != wanted) {
                throw WrongUsage("\"" + wanted + "\" cannot be the name of a class in C++");
            }
            Client client = open_plugin(options->connection);
            const Json about = describe(client);
            client.shutdown();
            const std::string plugin = plugin_base_name(options->connection.plugin);
            const std::string text =
                cpp_stub(about, plugin, wanted.empty() ? class_name(plugin) : wanted);
            write_file(options->out, text);
            return kExitOk;
        });
    add_connection_options(command, options->connection);
    command.add_option("--lang", options->language, "The language: cpp")
        ->check(CLI::IsMember({"cpp"}))
        ->capture_default_str();
    command.add_option("--class", options->class_name, "The name of the class; else the plugin's")
        ->type_name("NAME");
    command.add_option("--out", options->out, "The header to write; \"-\" is stdout")
        ->capture_default_str()
        ->type_name("FILE");
    command.footer(
        "So that the compiler checks calls, and an editor completes them:\n"
        "\n"
        "  bridge32 stub my_lib --out my_lib_client.hpp\n"
        "\n"
        "  #include \"my_lib_client.hpp\"\n"
        "  MyLib lib;\n"
        "  int three = lib.add(1, 2);");
}

}  // namespace bridge32::tool
