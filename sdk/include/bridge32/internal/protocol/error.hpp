// A reply that reports an error: {"error":{"type":…,"message":…,"where":…,"thrown":…}}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/error.hpp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/protocol/members.hpp"

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
    detail::write_mended_string(out, text);
}

/// The message.
BRIDGE32_DETAIL_CODEC_API std::string error_text(const Failure& failure);

/// The message if there is no memory left to write one.
inline constexpr std::string_view kOutOfMemory =
    R"({"error":{"type":"std::bad_alloc","message":"the plugin is out of memory","where":""}})";

/// True if `json` is an error. Checks only its first characters, which PROTOCOL.md fixes.
inline bool is_error(std::string_view json) noexcept { return json.starts_with(R"({"error":)"); }

/// What the error `json` says; members of unexpected types are ignored. Throws ProtocolError if
/// it is no error.
BRIDGE32_DETAIL_CODEC_API Failure read_error(std::string_view json);

}  // namespace bridge32::protocol
