// The control segment of a shared host: where it sleeps, what it is doing, and on Windows, where
// clients announce their channels.
#pragma once

#include "wire/layout.hpp"

namespace bridge32::wire {

inline constexpr std::uint32_t kControlSlots = 64;
inline constexpr std::uint32_t kChannelNameBytes = 60;

/// ControlSlot::state: 0 free; the claiming client's process id; that id with this bit once the
/// channel's name is posted.
inline constexpr std::uint32_t kSlotPosted = 0x8000'0000;

/// Windows. On Linux clients come over a socket, and the slots stay zero.
struct ControlSlot {
    Word state;
    char channel[kChannelNameBytes];  ///< zero-terminated
};

struct ControlHeader {
    alignas(8) std::uint64_t magic;  ///< kControlMagic, written last
    std::uint32_t wire_version;
    std::uint32_t header_bytes;  ///< sizeof(ControlHeader)
    std::uint32_t host_pid;
    std::uint32_t host_bits;
    Word posts;    ///< Windows: counts the posts; the host looks at the slots when it changes
    Word stop;     ///< not 0: the host is asked to end, as by a signal
    Word clients;  ///< how many channels are open; for people, like all that follows
    Word calls_low;
    Word calls_high;                      ///< calls since the start, the upper half
    std::uint32_t host_features;          ///< kFeatures
    alignas(8) std::uint64_t started_ms;  ///< since 1970
    std::uint8_t reserved_1[8];
    DoorbellWords host_bell;
    ControlSlot slots[kControlSlots];
};

static_assert(sizeof(ControlSlot) == 64);
static_assert(offsetof(ControlHeader, stop) == 28 && offsetof(ControlHeader, started_ms) == 48);
static_assert(offsetof(ControlHeader, host_bell) == 64 && offsetof(ControlHeader, slots) == 128);
static_assert(sizeof(ControlHeader) == 128 + 64 * kControlSlots);

}  // namespace bridge32::wire
