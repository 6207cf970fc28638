#include "protocol/open_reply.hpp"

#include <nlohmann/json.hpp>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/members.hpp"
#include "bridge32/internal/protocol/reply.hpp"

namespace bridge32::protocol {

using Json = nlohmann::json;

std::string open_reply_text(const OpenReply& reply) {
    const Json result = {{"host", reply.host},
                         {"pid", reply.pid},
                         {"bits", reply.bits},
                         {"plugin", {{"name", reply.plugin}, {"path", reply.plugin_path}}}};
    return Json{{"result", result}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

std::string text(Reader& reader) {
    std::string scratch;
    return std::string(reader.read_string(scratch));
}

OpenReply read_result(std::string_view json) {
    OpenReply reply{};
    unsigned found = 0;
    const auto take_plugin = [&](std::string_view name, Reader& reader) {
        std::string* const part = name == "name"   ? &reply.plugin
                                  : name == "path" ? &reply.plugin_path
                                                   : nullptr;
        if (part == nullptr) return false;
        *part = text(reader);
        return ++found != 0;
    };
    read_members(json, [&](std::string_view name, Reader& reader) {
        if (name == "plugin") {
            read_members(reader.skip_value(), take_plugin);
            return true;
        }
        if (name == "host") {
            reply.host = text(reader);
        } else if (name == "pid") {
            reply.pid = bridge32::detail::integer_from<std::uint32_t>(reader.read_number());
        } else if (name == "bits") {
            reply.bits = bridge32::detail::integer_from<int>(reader.read_number());
        } else {
            return false;
        }
        return ++found != 0;
    });
    if (found != 5) throw CodecError("it needs host, pid, bits, and the plugin's name and path");
    return reply;
}

ProtocolError malformed(const std::exception& e) {
    return ProtocolError(std::string("the host's first message is malformed: ") + e.what());
}

}  // namespace

OpenReply read_open_reply(std::string_view json) {
    try {
        return read_result(ReplyView(json).result_text());
    } catch (const CodecError& e) {
        throw malformed(e);
    } catch (const ProtocolError& e) {
        throw malformed(e);
    }
}

}  // namespace bridge32::protocol
