#include "client/core/repeatable.hpp"

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/reply.hpp"

namespace bridge32::client {

namespace {

void collect(const Json& members, std::set<std::string, std::less<>>& names) {
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
    Json described;
    try {
        described = protocol::ReplyView(describe_reply).result<Json>();
    } catch (const std::exception&) {
        return;  // a plugin in plain C may answer anything
    }
    if (!described.is_object()) return;
    if (described.contains("methods")) collect(described["methods"], methods_);
    if (described.contains("properties")) collect(described["properties"], properties_);
}

bool Repeatable::allows(std::string_view request) const {
    try {
        protocol::RequestView view;
        view.read(request);
        if (view.kind() != protocol::RequestKind::batch) return allows_one(view);
        auto items = view.batch();
        while (const auto item = items.next()) {
            protocol::RequestView one;
            one.read(*item);
            if (!allows_one(one)) return false;
        }
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

bool Repeatable::allows_one(const protocol::RequestView& request) const {
    switch (request.kind()) {
        case protocol::RequestKind::call:
            return methods_.contains(request.name());
        case protocol::RequestKind::get:
            return properties_.contains(request.name());
        case protocol::RequestKind::describe:
            return true;
        case protocol::RequestKind::batch:
        case protocol::RequestKind::none:
            break;
    }
    return false;
}

}  // namespace bridge32::client
