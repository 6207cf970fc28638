// What happens when the time limit of a call expires: the call throws one of these TimeoutErrors.
//
// A call that was sent is cancelled: its plugin sees context().cancelled(), and the host does not
// start a call that still waits for its turn. A late reply is dropped (Endpoint::abandon). The host
// and the client go on.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/client/call.hpp"

namespace bridge32::client {

/// Never, if there is no limit.
inline Clock::time_point deadline_of(detail::Timeout timeout) {
    return timeout ? deadline_after(*timeout) : Clock::time_point::max();
}

[[noreturn]] inline void throw_no_reply(const std::string& plugin, std::string_view method,
                                        std::chrono::milliseconds limit) {
    throw TimeoutError(plugin + "." + std::string(method) + " did not reply within " +
                       std::to_string(limit.count()) +
                       " ms. The host is still running it; its reply will be dropped");
}

/// The request could not be sent, because the ring was full.
[[noreturn]] inline void throw_not_accepted(const std::string& plugin, std::string_view method) {
    throw TimeoutError(plugin + "." + std::string(method) +
                       ": the host did not accept the request in time because it is busy with "
                       "earlier ones");
}

[[noreturn]] inline void throw_not_restarted(const std::string& plugin) {
    throw TimeoutError("the host of " + plugin +
                       " died and could not be restarted; the next attempt is later than the "
                       "call's time limit");
}

}  // namespace bridge32::client
