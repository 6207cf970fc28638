#include "client/core/repeatable.hpp"

#include <nlohmann/json.hpp>

#include "bridge32/internal/codec/error.hpp"
#include "bridge32/internal/json/reader.hpp"

namespace bridge32::client {

namespace {

void collect(const nlohmann::json& members, std::set<std::string, std::less<>>& names) {
    if (!members.is_array()) return;
    for (const auto& member : members) {
        if (!member.is_object() || !member.contains("name") || !member["name"].is_string())
            continue;
        const auto found = member.find("idempotent");
        if (found != member.end() && *found == true) names.insert(member["name"]);
    }
}

}  // namespace

Repeatable::Repeatable(std::string_view describe_reply) {
    // A plugin in plain C may answer anything.
    const auto reply = nlohmann::json::parse(describe_reply, nullptr, /*allow_exceptions=*/false);
    if (!reply.is_object() || !reply.contains("result")) return;
    const auto& described = reply["result"];
    if (!described.is_object()) return;
    if (described.contains("methods")) collect(described["methods"], methods_);
    if (described.contains("properties")) collect(described["properties"], properties_);
}

bool Repeatable::allows(std::string_view request) const {
    try {
        return allows_one(request, /*in_batch=*/false);
    } catch (const CodecError&) {
        return false;
    }
}

bool Repeatable::allows_one(std::string_view request, bool in_batch) const {
    bool allowed = false;
    std::string scratch;
    Reader reader(request);
    reader.enter_object();
    while (const auto key = reader.next_key(scratch)) {
        if (*key == "method") {
            allowed = methods_.contains(reader.read_string(scratch));
        } else if (*key == "get") {
            allowed = properties_.contains(reader.read_string(scratch));
        } else if (*key == "describe") {
            reader.skip_value();
            allowed = true;
        } else if (*key == "batch" && !in_batch) {
            allowed = true;
            reader.enter_array();
            while (reader.next_element()) {
                if (!allows_one(reader.skip_value(), /*in_batch=*/true)) allowed = false;
            }
        } else {
            reader.skip_value();
        }
    }
    return allowed;
}

}  // namespace bridge32::client
