#include "wire/leftovers.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <string>

#include "base/names.hpp"
#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"
#include "wire/control.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

namespace {

// Making a segment and filling in its header takes less than a millisecond.
// A client that seems dead may live among other process ids, in a container; its host attaches
// sooner.

bool is_dead(std::uint32_t pid) {
    try {
        return !os::ProcessHandle::of(pid).alive();
    } catch (const Error&) {
        return true;
    }
}

/// True for a bridge32 segment that nobody uses and whose creator has died.
bool is_left_over(const os::NamedSegment& found) {
    const bool old = found.age >= times::kUnfinishedLife;
    if (found.size < sizeof(ChannelHeader)) return old;
    const auto segment = os::Segment::open(found.name, sizeof(ChannelHeader));
    std::uint64_t magic = 0;
    std::memcpy(&magic, segment.data(), sizeof magic);
    if (magic == kChannelMagic) {
        const auto& header = *reinterpret_cast<const ChannelHeader*>(segment.data());
        const bool attached = header.host_state.load(std::memory_order_acquire) !=
                              static_cast<std::uint32_t>(HostState::kAbsent);
        return !attached && found.age >= times::kUnattachedLife && is_dead(header.client_pid);
    }
    if (magic == kControlMagic) {
        return is_dead(reinterpret_cast<const ControlHeader*>(segment.data())->host_pid);
    }
    return magic == 0 && old;
}

}  // namespace

void remove_leftovers() noexcept {
    try {
        for (const auto& found : os::Segment::list()) {
            if (!is_unguessable_name(found.name)) continue;
            try {
                if (is_left_over(found)) os::Segment::unlink(found.name);
            } catch (const Error&) {
                // Another user's, or gone in the meantime.
            }
        }
    } catch (const std::exception&) {
        // The folder changed under us, or there is no memory: the next time, then.
    }
}

}  // namespace bridge32::wire
