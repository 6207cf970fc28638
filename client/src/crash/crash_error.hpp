// The error that a call throws when its host has died.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "bridge32/crash.hpp"
#include "bridge32/options.hpp"
#include "os/process.hpp"
#include "wire/crash_layout.hpp"

namespace bridge32::client {

/// How the host's process ended, as far as the client can tell from outside.
struct HostEnd {
    std::string host;                ///< "the host"
    os::ExitStatus status;           ///< not known of a process that is not our child
    std::optional<Streams> printed;  ///< null when it went elsewhere
    bool terminated = false;         ///< by this client
};

/// A call that the host did not answer.
struct LostCall {
    std::string_view plugin;
    std::string_view method;
    std::uint64_t call_id = 0;  ///< 0: it was not sent
    bool sent = true;
};

/// Makes the errors of one host's calls. The report is read once, and its files looked into once.
/// Any thread.
class CrashErrors {
public:
    /// Call it when the host's process has ended. `report` is the peer's: it is copied, and what
    /// is impossible in it left out.
    HostCrashed error(const wire::CrashReport& report, const HostEnd& end, const LostCall& call);

private:
    std::mutex mutex_;
    std::optional<CrashFacts> facts_;  // without what depends on the call
};

/// What the report says: cause, call, places. False when there is none. `facts.owner` is
/// `this_client` for every call of the client.
bool read_crash_report(const wire::CrashReport& report, CrashFacts& facts);

/// The text of the error.
std::string crash_text(const CrashFacts& facts, bool sent);

}  // namespace bridge32::client
