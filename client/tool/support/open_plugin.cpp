#include "tool/support/open_plugin.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/names.hpp"
#include "binary/image.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "client/hosts/find_host.hpp"
#include "hosting/plugin_search.hpp"
#include "os/path.hpp"
#include "os/process.hpp"
#include "tool/support/arguments.hpp"
#include "tool/support/declared_function.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::path_from_utf8;
using detail::utf8_of;

/// Paths are made absolute, as Client requires; names are left as they are. Throws WrongUsage for a
/// library that is no plugin.
std::string plugin_argument(const std::string& plugin) {
    const fs::path path = path_from_utf8(plugin);
    std::error_code ignored;
    const bool is_file = !os::is_bare_name(path) || fs::is_regular_file(path, ignored);
    if (!is_file) return plugin;
    const bool is_plugin = plugin.ends_with(kInterfaceSuffix) ||
                           plugin.find(".b32.") != plugin.npos ||
                           plugin.find(".b64.") != plugin.npos;
    if (!is_plugin && binary::read_image(path).is_library) {
        throw WrongUsage(plugin +
                         " is a library, not a plugin. Call a function of it by its declaration: "
                         "bridge32 call " +
                         plugin +
                         " 'RESULT NAME(PARAMETERS)' ARGUMENTS; or make an interface file from its "
                         "header: bridge32 interface HEADER --library " +
                         plugin);
    }
    return utf8_of(os::absolute_path(path));
}

/// The bitness in a plugin's file name, else the one asked for.
int bits_of(const PluginOptions& options) {
    if (options.name.find(".b64.") != std::string::npos) return 64;
    return options.bits;
}

}  // namespace

void add_plugin_path_option(CLI::App& command, std::vector<std::string>& plugin_path) {
    command
        .add_option(
            "--plugin-path", plugin_path,
            "Search this folder for plugins first, then BRIDGE32_PLUGIN_PATH, then plugins/ "
            "beside host32; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FOLDER");
}

void add_plugin_options(CLI::App& command, PluginOptions& options) {
    command
        .add_option("PLUGIN", options.name,
                    "The plugin: a name from `bridge32 list`, or the path of its file")
        ->required();
    command
        .add_option(
            "--kwargs", options.kwargs,
            "Arguments of the plugin's constructor: NAME=VALUE or a JSON object; may be repeated")
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
    command
        .add_option("--header", options.header,
                    "PLUGIN is a 32-bit library, and this is its C header: no plugin is needed")
        ->type_name("FILE");
    add_plugin_path_option(command, options.plugin_path);
    command
        .add_option("--library-path", options.library_path,
                    "Search this folder for libraries first; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FOLDER");
    command
        .add_option("--host", options.host,
                    "Use this shared host (see `bridge32 ps`) instead of starting a host")
        ->type_name("NAME");
    command.add_option("--bits", options.bits, "Use the 32-bit or the 64-bit build of the plugin")
        ->check(CLI::IsMember({32, 64}))
        ->capture_default_str();
    command.add_option("--timeout", options.timeout, "Give up on a call after this many seconds")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 1e9));
    command.add_flag("--allow-unsafe-plugins", options.allow_unsafe,
                     "Load plugins even if other users can write to the file or its folder");
    command.add_flag("--quiet", options.quiet, "Hide the plugin's output");
}

std::vector<fs::path> paths_of(const std::vector<std::string>& texts) {
    std::vector<fs::path> paths;
    for (const auto& text : texts)
        paths.push_back(path_from_utf8(text));
    return paths;
}

std::vector<fs::path> plugin_folders(const std::vector<std::string>& plugin_path) {
    return hosting::plugin_search_path(
        paths_of(plugin_path), find_host_executable(32, /*allow_unsafe=*/true).parent_path());
}

fs::path find_host_executable(int bits, bool allow_unsafe) {
    const fs::path host = client::find_host({}, allow_unsafe);
    if (bits == 32) return host;
    fs::path other = host.parent_path() / os::executable_file("host64");
    std::error_code ignored;
    return fs::exists(other, ignored) ? client::find_host(other, allow_unsafe) : other;
}

Client open_plugin(const PluginOptions& options) {
    ClientOptions client;
    client.kwargs = parse_kwargs(options.kwargs);
    const std::string interface_text =
        options.header.empty() ? options.interface_text : text_by_header(options);
    if (!interface_text.empty()) client.kwargs["interface"] = interface_text;
    client.plugin_path = paths_of(options.plugin_path);
    client.library_path = paths_of(options.library_path);
    client.allow_unsafe_plugins = options.allow_unsafe;
    client.host_executable = find_host_executable(bits_of(options), options.allow_unsafe);
    if (options.timeout) {
        client.call_timeout = std::chrono::milliseconds(std::llround(1000 * *options.timeout));
    }
    if (!options.quiet) {
        client.on_output = [](bridge32::Stream, std::string_view text) {
            // Its stdout, too: ours is for the result.
            std::fwrite(text.data(), 1, text.size(), stderr);
        };
    }
    const std::string plugin = interface_text.empty() ? plugin_argument(options.name) : "ffi";
    return options.host.empty() ? Client(plugin, client)
                                : Client::connect(options.host, plugin, client);
}

std::string plugin_base_name(const std::string& plugin) {
    std::string name = utf8_of(path_from_utf8(plugin).filename());
    for (const char* suffix : {".b32.so", ".b64.so", ".b32.dll", ".b64.dll"}) {
        if (name.ends_with(suffix)) {
            name.resize(name.size() - std::char_traits<char>::length(suffix));
        }
    }
    return name;
}

}  // namespace bridge32::tool
