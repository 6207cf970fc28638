// Error replies: {"error":{"type":…,"message":…,"where":…}}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge32::wire {

/// The JSON text of an error reply. Text that is not UTF-8 is mended, not refused: an error must
/// get through. `where` may be empty. `thrown`: the client's number for what its callback threw.
std::string error_reply(std::string_view type, std::string_view message, std::string_view where,
                        std::uint64_t thrown = 0);

/// `thrown` of an error reply; 0 when there is none.
std::uint64_t thrown_of(std::string_view json) noexcept;

/// Is `json` an error reply? Looks at its first characters only.
bool is_error_reply(std::string_view json) noexcept;

/// Throws what an error reply tells of: PluginError, InvalidArgument, MethodNotFound where
/// `type` says so, RemoteError otherwise; ProtocolError when it is no error reply.
[[noreturn]] void throw_error_reply(std::string_view json);

}  // namespace bridge32::wire
