// `$handle`, written and found in untyped values.
#pragma once

#include <optional>
#include <string>

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"

namespace bridge32::detail {

/// A whole tagged handle.
inline void write_handle(Encoder& out, const HandleToken& token) {
    out.text() += R"({"$handle":{"type":)";
    write_string(out.text(), token.type);
    out.text() += R"(,"id":)";
    write_string(out.text(), token.id);
    out.text() += "}}";
}

/// The token that `object` is, if it is exactly what json_tagged makes of a `$handle`: a client
/// got it so and passes it back.
inline std::optional<HandleToken> handle_in(const Json::object_t& object) {
    if (object.size() != 1 || object.begin()->first != "$handle") {
        return std::nullopt;
    }
    const Json& token = object.begin()->second;
    if (!token.is_object() || token.size() != 2) {
        return std::nullopt;
    }
    const auto type = token.find("type");
    const auto id = token.find("id");
    if (type == token.end() || !type->is_string() || id == token.end() || !id->is_string() ||
        id->get_ref<const std::string&>().empty()) {
        return std::nullopt;
    }
    return HandleToken{type->get<std::string>(), id->get<std::string>()};
}

}  // namespace bridge32::detail
