// A reply that reports an error: {"error":{"type":…,"message":…,"where":…,"thrown":…}}.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/error.hpp"
#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/protocol/members.hpp"
#include "bridge32/internal/text/text.hpp"

namespace bridge32::protocol {

/// What an error says. PROTOCOL.md lists the types.
struct Failure {
    std::string type;
    std::string message;
    std::string where{};       // `plugin.method`, or empty
    std::uint64_t thrown = 0;  // by a function of the client's: its number for the exception
};

/// Appends `text` in quotes. Bytes that are not UTF-8 are replaced: an error must get through.
inline void write_mended(std::string& out, const std::string& text) {
    out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The message.
inline std::string error_text(const Failure& failure) {
    std::string text = R"({"error":{"type":)";
    write_mended(text, failure.type);
    text += R"(,"message":)";
    write_mended(text, failure.message);
    if (!failure.where.empty()) {
        text += R"(,"where":)";
        write_mended(text, failure.where);
    }
    if (failure.thrown != 0) text += R"(,"thrown":)" + std::to_string(failure.thrown);
    return text + "}}";
}

/// The message if there is no memory left to write one.
inline constexpr std::string_view kOutOfMemory =
    R"({"error":{"type":"std::bad_alloc","message":"the plugin is out of memory","where":""}})";

/// Is `json` an error? Looks at its first characters only, which PROTOCOL.md fixes.
inline bool is_error(std::string_view json) noexcept {
    return detail::begins_with(json.data(), json.data() + json.size(), R"({"error":)");
}

/// What the error `json` says; members of unexpected types are ignored. Throws ProtocolError if
/// it is no error.
inline Failure read_error(std::string_view json) {
    Failure failure;
    bool found = false;
    const auto read_text = [](Reader& reader, std::string& text) {
        if (reader.peek() != Kind::string) return false;
        std::string scratch;
        text = reader.read_string(scratch);
        return true;
    };
    const auto read_member = [&](std::string_view name, Reader& reader) {
        if (name == "type") return read_text(reader, failure.type);
        if (name == "message") return read_text(reader, failure.message);
        if (name == "where") return read_text(reader, failure.where);
        if (name == "thrown" && reader.at_number()) {
            const std::string_view digits = reader.read_number().text;
            const char* const end = digits.data() + digits.size();
            std::uint64_t number = 0;
            const auto read = std::from_chars(digits.data(), end, number);
            failure.thrown = read.ec == std::errc() && read.ptr == end ? number : 0;
            return true;
        }
        return false;
    };
    try {
        read_members(json, [&](std::string_view name, Reader& reader) {
            if (name != "error" || reader.peek() != Kind::object) return false;
            read_members(reader.skip_value(), read_member);
            return found = true;
        });
    } catch (const CodecError&) {
        found = false;
    }
    if (!found) {
        throw ProtocolError("the peer sent a reply that is neither a result nor an error: " +
                            std::string(json.substr(0, 200)));
    }
    return failure;
}

}  // namespace bridge32::protocol
