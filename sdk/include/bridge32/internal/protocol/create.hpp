// What a plugin is told when a host creates an instance, through the C ABI:
// {"plugin":{"folder":…,"name":…,"path":…},"kwargs":{…},"structs":{…},"instances":"own"}.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/protocol/members.hpp"

namespace bridge32::protocol {

/// Where a plugin is.
struct PluginPlace {
    std::string name;
    std::string path;
    std::string folder;
};

/// The message. `kwargs` and `structs` are as the client's open request has them. `instances`:
/// who uses the instance, "own" or "shared"; empty if the plugin's class decides.
inline std::string create_text(const PluginPlace& plugin, std::string_view kwargs,
                               std::string_view structs, std::string_view instances) {
    std::string text = R"({"plugin":{"folder":)";
    write_mended(text, plugin.folder);
    text += R"(,"name":)";
    write_mended(text, plugin.name);
    text += R"(,"path":)";
    write_mended(text, plugin.path);
    text.append(R"(},"kwargs":)").append(kwargs).append(R"(,"structs":)").append(structs);
    if (!instances.empty()) text.append(R"(,"instances":")").append(instances).append("\"");
    return text + "}";
}

/// Views the message, which outlives it, and owns the short texts.
struct CreateView {
    std::string name;
    std::string path;
    std::string folder;
    std::string_view kwargs = "{}";
    std::string_view structs = "{}";
    std::string instances;

    /// Throws CodecError.
    void read(std::string_view json) {
        const auto read_plugin = [this](std::string_view member, Reader& reader) {
            std::string* const text = member == "name"     ? &name
                                      : member == "path"   ? &path
                                      : member == "folder" ? &folder
                                                           : nullptr;
            if (text != nullptr) {
                std::string scratch;
                *text = reader.read_string(scratch);
            }
            return text != nullptr;
        };
        read_members(json, [&](std::string_view member, Reader& reader) {
            if (member == "plugin") {
                read_members(reader.skip_value(), read_plugin);
            } else if (member == "kwargs") {
                kwargs = reader.skip_value();
            } else if (member == "structs") {
                structs = reader.skip_value();
            } else if (member == "instances") {
                std::string scratch;
                instances = reader.read_string(scratch);
            } else {
                return false;
            }
            return true;
        });
    }
};

}  // namespace bridge32::protocol
