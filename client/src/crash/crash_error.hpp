// HostCrashed: the error that a call throws after its host has died.
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

/// How the host process ended, as seen by the client.
struct HostEnd {
    std::string host;                ///< "the host"
    os::ExitStatus status;           ///< unknown unless the process is our child
    std::optional<Streams> printed;  ///< null if it went elsewhere
    bool terminated = false;         ///< by this client
};

/// A call that the host did not answer.
struct LostCall {
    std::string_view plugin;
    std::string_view method;
    std::uint64_t call_id = 0;  ///< 0 if it was not sent
    bool sent = true;
};

/// Makes the errors of one host's calls. Reads the report and the libraries' symbols once.
/// Thread-safe.
class CrashErrors {
public:
    /// Call this after the host process has ended. `report` comes from the peer, so it is copied,
    /// and invalid parts are omitted.
    HostCrashed error(const wire::CrashReport& report, const HostEnd& end, const LostCall& call);

private:
    std::mutex mutex_;
    std::optional<CrashFacts> facts_;  // except what depends on the call
};

}  // namespace bridge32::client
