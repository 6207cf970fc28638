#include "wire/error_json.hpp"

#include <nlohmann/json.hpp>

#include "bridge32/error.hpp"

namespace bridge32::wire {

std::string error_reply(std::string_view type, std::string_view message, std::string_view where,
                        std::uint64_t thrown) {
    nlohmann::ordered_json error{{"type", type}, {"message", message}};
    if (!where.empty()) error["where"] = where;
    if (thrown != 0) error["thrown"] = thrown;
    return nlohmann::ordered_json{{"error", std::move(error)}}.dump(
        -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::uint64_t thrown_of(std::string_view json) noexcept {
    const auto reply = nlohmann::json::parse(json, nullptr, false);
    if (!reply.is_object() || !reply.contains("error") || !reply["error"].is_object()) return 0;
    const auto& error = reply["error"];
    const auto thrown = error.find("thrown");
    return thrown != error.end() && thrown->is_number_unsigned() ? thrown->get<std::uint64_t>() : 0;
}

bool is_error_reply(std::string_view json) noexcept { return json.starts_with(R"({"error":)"); }

void throw_error_reply(std::string_view json) {
    const auto reply = nlohmann::json::parse(json, nullptr, false);
    const auto error = reply.is_object() ? reply.find("error") : reply.end();
    if (!reply.is_object() || error == reply.end() || !error->is_object()) {
        throw ProtocolError("the peer sent a reply that is neither a result nor an error: " +
                            std::string(json.substr(0, 200)));
    }
    const auto text = [&](const char* key) {
        const auto member = error->find(key);
        return member != error->end() && member->is_string() ? member->get<std::string>()
                                                             : std::string();
    };
    const std::string type = text("type");
    if (type == "PluginError") throw PluginError(text("message"));
    if (type == "ProtocolError") throw ProtocolError(text("message"));
    if (type == "InvalidArgument") throw InvalidArgument(text("message"), text("where"));
    if (type == "MethodNotFound") throw MethodNotFound(text("message"), text("where"));
    throw RemoteError(type, text("message"), text("where"));
}

}  // namespace bridge32::wire
