// The reply to a client's open request:
// {"result":{"bits":32,"host":"host32 0.1.0","pid":4711,"plugin":{"name":"my_lib","path":…}}}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge32::protocol {

/// How a host introduces itself.
struct OpenReply {
    std::string host;  // its name and version
    std::uint32_t pid;
    int bits;
    std::string plugin;
    std::string plugin_path;
};

std::string open_reply_text(const OpenReply& reply);

/// Throws ProtocolError.
OpenReply read_open_reply(std::string_view json);

}  // namespace bridge32::protocol
