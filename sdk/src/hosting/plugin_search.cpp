#include "hosting/plugin_search.hpp"

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <set>

#include "base/names.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "os/environment.hpp"
#include "os/path.hpp"
#include "os/process.hpp"

namespace bridge32::hosting {

namespace fs = std::filesystem;

namespace {

using os::path_from_utf8;
using os::utf8_of;

using os::own_bits;
constexpr int other_bits() { return 96 - own_bits(); }
const std::string kSuffix(kInterfaceSuffix);

bool serves_interfaces() { return own_bits() == 32; }

/// A file that the user may have meant: one of the other bitness, or one without our suffix.
std::string near_miss(const std::string& name, const std::vector<fs::path>& folders) {
    const std::string plain = utf8_of(boost::dll::shared_library::suffix());
    for (const auto& folder : folders) {
        std::error_code ignored;
        const fs::path other = folder / path_from_utf8(name + plugin_suffix(other_bits()));
        if (fs::exists(other, ignored)) {
            return " There is " + utf8_of(other) + ", for " + std::to_string(other_bits()) +
                   "-bit hosts; this host loads " + std::to_string(own_bits()) +
                   "-bit plugins. Build it with bridge32_add_plugin(" + name + " … BITS " +
                   std::to_string(own_bits()) + ").";
        }
        const fs::path unsuffixed = folder / path_from_utf8(name + plain);
        if (fs::exists(unsuffixed, ignored)) {
            return " There is " + utf8_of(unsuffixed) + ", but plugin file names end in " +
                   plugin_suffix() + "; rename it if it is a plugin" +
                   (serves_interfaces()
                        ? ", or make an interface file for the library: bridge32 interface."
                        : ".");
        }
        const fs::path interface_file = folder / path_from_utf8(name + kSuffix);
        if (fs::exists(interface_file, ignored)) {
            return " There is " + utf8_of(interface_file) +
                   ", an interface file; only 32-bit hosts serve these.";
        }
    }
    return {};
}

std::string listing(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

bool is_interface(std::string_view name) {
    return serves_interfaces() && name.ends_with(kInterfaceSuffix);
}

/// `file` and what is loaded for it.
PluginFile with_module(fs::path file, const std::vector<fs::path>& folders) {
    if (!is_interface(utf8_of(file.filename()))) return {file, file};
    fs::path module = folders.back() / ("ffi" + plugin_suffix());
    std::error_code ignored;
    if (!fs::exists(module, ignored)) {
        throw PluginError("cannot serve the interface file " + utf8_of(file) +
                          ": the plugin that does it, " + utf8_of(module) +
                          ", was not found. It is installed with the host: install bridge32 again");
    }
    return {std::move(file), std::move(module)};
}

}  // namespace

std::vector<fs::path> plugin_search_path(const std::vector<fs::path>& first,
                                         const fs::path& host_folder) {
    std::vector<fs::path> folders;
    for (const auto& folder : first)
        folders.push_back(os::absolute_path(folder));
    if (const auto variable = os::environment_variable("BRIDGE32_PLUGIN_PATH")) {
        for (const auto& folder : os::split_path_list(*variable)) {
            // A relative entry would mean the working directory of whoever starts the host.
            if (os::is_absolute(folder)) folders.push_back(folder);
        }
    }
    folders.push_back(host_folder / "plugins");
    return folders;
}

std::vector<std::string> plugin_names(const std::vector<fs::path>& folders) {
    std::set<std::string> names;
    for (const auto& folder : folders) {
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            const std::string file = utf8_of(it->path().filename());
            const std::string suffix = is_interface(file) ? kSuffix : plugin_suffix();
            if (file.size() > suffix.size() && file.ends_with(suffix)) {
                names.insert(file.substr(0, file.size() - suffix.size()));
            }
        }
    }
    return {names.begin(), names.end()};
}

PluginFile find_plugin(std::string_view name, const std::vector<fs::path>& folders) {
    fs::path path = path_from_utf8(name);
    const std::string text(name);
    std::error_code ignored;
    // The system would end the path there, and what follows would be what we check.
    if (text.find('\0') != text.npos) {
        throw PluginError("the plugin's name has a zero byte");
    }
    if (os::is_absolute(path)) {
        if (!text.ends_with(plugin_suffix()) && !is_interface(text)) {
            throw PluginError(
                "cannot load " + text +
                " as a plugin: this host loads only files "
                "whose names end in " +
                plugin_suffix() +
                (serves_interfaces() ? ", and interface files, " + kSuffix : std::string()));
        }
        if (!fs::exists(path, ignored)) {
            throw PluginError("cannot load the plugin " + text + ": file not found");
        }
        return with_module(std::move(path), folders);
    }
    if (!os::is_bare_name(path)) {
        throw PluginError(
            "\"" + text +
            "\" is not the name of a plugin: give a name without a folder, or an absolute path");
    }
    for (const auto& folder : folders) {
        for (const std::string& suffix : {plugin_suffix(), kSuffix}) {
            fs::path file = folder / path_from_utf8(text + suffix);
            if ((suffix != kSuffix || serves_interfaces()) && fs::exists(file, ignored)) {
                return with_module(std::move(file), folders);
            }
        }
    }
    std::vector<std::string> places;
    for (const auto& folder : folders)
        places.push_back(utf8_of(folder));
    const auto names = plugin_names(folders);
    std::string message = "the plugin \"" + text + "\" was not found: no " + text +
                          plugin_suffix() + (serves_interfaces() ? " or " + text + kSuffix : "") +
                          " in " + listing(places) + "." + near_miss(text, folders);
    const auto nearest = detail::nearest(text, names, 3);
    if (!nearest.empty()) message += " Did you mean " + listing(nearest) + "?";
    message += names.empty() ? " There are no plugins there. Set plugin_path or "
                               "BRIDGE32_PLUGIN_PATH to your plugin's folder."
                             : " Plugins there: " + listing(names) + ".";
    throw PluginError(message);
}

}  // namespace bridge32::hosting
