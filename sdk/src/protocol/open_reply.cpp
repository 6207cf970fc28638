#include "protocol/open_reply.hpp"

#include <nlohmann/json.hpp>

#include "bridge32/error.hpp"

namespace bridge32::protocol {

using Json = nlohmann::json;

std::string open_reply_text(const OpenReply& reply) {
    const Json result = {{"host", reply.host},
                         {"pid", reply.pid},
                         {"bits", reply.bits},
                         {"plugin", {{"name", reply.plugin}, {"path", reply.plugin_path}}}};
    return Json{{"result", result}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

OpenReply read_open_reply(std::string_view json) {
    try {
        const Json result = Json::parse(json).at("result");
        const Json& plugin = result.at("plugin");
        return {result.at("host"), result.at("pid"), result.at("bits"), plugin.at("name"),
                plugin.at("path")};
    } catch (const Json::exception& e) {
        throw ProtocolError(std::string("the host's first message is malformed: ") + e.what());
    }
}

}  // namespace bridge32::protocol
