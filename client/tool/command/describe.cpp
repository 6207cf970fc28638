// bridge32 describe: a plugin's methods and properties.
#include <memory>

#include "tool/command/tool.hpp"
#include "tool/support/description.hpp"
#include "tool/support/open_plugin.hpp"

namespace bridge32::tool {

namespace describe_command {
namespace {

struct Options {
    PluginOptions plugin;
    bool markdown = false;
};

std::string parameter_text(const Json& parameter) {
    std::string text = parameter.value("name", "?") + ": " + parameter.value("type", "any");
    if (parameter.contains("default")) text += " = " + parameter["default"].dump();
    return text;
}

std::string signature(const Json& method, const std::string& shown_name) {
    std::string text = shown_name + "(";
    bool first = true;
    for (const auto& parameter : method.value("parameters", Json::array())) {
        text += (first ? "" : ", ") + parameter_text(parameter);
        first = false;
    }
    const std::string result = method.value("result", "void");
    return text + ")" + (result == "void" ? "" : " -> " + result);
}

/// Structs with their members, enumerations with their values.
void show_types(Output& out, const Json& types) {
    if (types.empty()) return;
    out.line();
    out.line(out.bold("Types"));
    for (const auto& [name, type] : types.items()) {
        std::string text;
        for (const auto& member : type.value("members", Json::array()))
            text += (text.empty() ? "" : ", ") + parameter_text(member);
        const Json values = type.value("values", Json::object());
        for (const auto& [enumerator, value] : values.items())
            text += (text.empty() ? "" : ", ") + enumerator + " = " + value.dump();
        out.paragraph(out.bold(name) + ": " + type.value("kind", "") + " {" + text + "}", 6, "  ");
    }
}

void show(Output& out, const Json& about) {
    out.line(out.bold(about.value("plugin", "")) + "  " +
             out.styled(Style::kDim,
                        about.value("sdk", "") + ", " +
                            (about.value("threading", "") == "concurrent" ? "calls run in parallel"
                                                                          : "one call at a time")));
    const auto methods = about.value("methods", Json::array());
    out.line();
    out.line(out.bold("Methods"));
    for (const auto& method : methods) {
        out.paragraph(signature(method, out.bold(method.value("name", ""))), 6, "  ");
        const std::string doc = method.value("doc", "");
        if (!doc.empty()) out.paragraph(doc, 6);
        if (method.value("idempotent", false))
            out.line("      Idempotent: may be repeated after a crash.");
    }
    if (methods.empty()) out.line("  none");
    const auto properties = about.value("properties", Json::array());
    if (!properties.empty()) {
        out.line();
        out.line(out.bold("Properties"));
        for (const auto& property : properties) {
            out.line("  " + out.bold(property.value("name", "")) + ": " +
                     property.value("type", "any"));
            const std::string doc = property.value("doc", "");
            if (!doc.empty()) out.paragraph(doc, 6);
        }
    }
    show_types(out, about.value("types", Json::object()));
    const auto libraries = about.value("libraries", Json::array());
    if (!libraries.empty()) {
        out.line();
        out.line(out.bold("Libraries"));
        for (const auto& library : libraries) {
            const std::string version = library.value("version", "");
            out.line("  " + library.value("path", "") +
                     (library.contains("bits")
                          ? "  " + std::to_string(library["bits"].get<int>()) + "-bit"
                          : "") +
                     (version.empty() ? "" : ", version " + version));
        }
    }
}

/// Text in a cell of a Markdown table.
std::string escaped(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != std::string::npos; at += 2)
        text.replace(at, 1, text[at] == '|' ? "\\|" : "  ");
    return text;
}

void show_markdown(Output& out, const Json& about) {
    out.line("# " + about.value("plugin", ""));
    out.line();
    out.line("A bridge32 plugin. Built with " + about.value("sdk", "bridge32") + ".");
    out.line();
    out.line("## Methods");
    for (const auto& method : about.value("methods", Json::array())) {
        out.line();
        out.line("### `" + signature(method, method.value("name", "")) + "`");
        const std::string doc = method.value("doc", "");
        if (!doc.empty()) {
            out.line();
            out.line(doc);
        }
        const auto parameters = method.value("parameters", Json::array());
        if (parameters.empty()) continue;
        out.line();
        out.line("| parameter | type | default |");
        out.line("| --- | --- | --- |");
        for (const auto& parameter : parameters) {
            out.line("| `" + parameter.value("name", "") + "` | " +
                     escaped(parameter.value("type", "any")) + " | " +
                     (parameter.contains("default")
                          ? "`" + escaped(parameter["default"].dump()) + "`"
                          : "") +
                     " |");
        }
    }
    const auto properties = about.value("properties", Json::array());
    if (properties.empty()) return;
    out.line();
    out.line("## Properties");
    out.line();
    out.line("| property | type | |");
    out.line("| --- | --- | --- |");
    for (const auto& property : properties) {
        out.line("| `" + property.value("name", "") + "` | " +
                 escaped(property.value("type", "any")) + " | " +
                 escaped(property.value("doc", "")) + " |");
    }
}

}  // namespace
}  // namespace describe_command

void add_describe(Tool& tool) {
    using namespace describe_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command(
        "describe", "Show a plugin's methods, parameters, types and properties", [&tool, options] {
            Client client = open_plugin(options->plugin);
            const Json about = describe(client);
            client.shutdown();
            if (options->markdown) {
                show_markdown(tool.out(), about);
            } else {
                tool.print(Report(about), [&] { show(tool.out(), about); });
            }
            return kExitOk;
        });
    add_plugin_options(command, options->plugin);
    command.add_flag("--markdown", options->markdown, "Print a page of Markdown");
    command.footer(
        "This loads the plugin and constructs an instance; pass --kwargs if its constructor needs "
        "arguments.");
}

}  // namespace bridge32::tool
