// The shared memory of a channel, as both processes see it. sdk/PROTOCOL.md tells the same in
// words, for clients in other languages.
//
//   channel segment, made by the client
//   +-----------------------+ 0
//   | ChannelHeader         |
//   +-----------------------+ kCrashOffset
//   | CrashReport           |  written by a dying host: crash_layout.hpp
//   +-----------------------+ kRingsOffset
//   | requests ring         |  ring_bytes; the client produces, the host consumes
//   +-----------------------+ kRingsOffset + ring_bytes
//   | replies ring          |  ring_bytes; the host produces, the client consumes
//   +-----------------------+
//
//   arena segment, made by the side that allocates in it
//   +-----------------------+ 0
//   | ArenaHeader           |
//   +-----------------------+ kArenaDataOffset
//   | blocks                |  of one size
//   +-----------------------+
//
// All integers are little-endian, of fixed width and naturally aligned; alignas says so where
// i386 would align a 64-bit member to 4. No size_t, no pointer, no bool, no enum without a type.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace bridge32::wire {

inline constexpr std::uint64_t kChannelMagic = 0x314E414843323342;  // "B32CHAN1"
inline constexpr std::uint64_t kArenaMagic = 0x31414E4552413242;    // "B2ARENA1"
inline constexpr std::uint64_t kControlMagic = 0x314C525443323342;  // "B32CTRL1"
inline constexpr std::uint64_t kOfferMagic = 0x3152464F53323342;    // "B32SOFR1"

// Changes when any struct, offset or constant in this file changes its place, size or meaning,
// or when a message of an existing kind is to be read otherwise. New members of the JSON do not
// change it: a reader ignores those that it does not know. Neither do new kinds of frames, flags,
// and uses of what is reserved here: a side sends them only when the features of both say that they
// are known, and refuses what it does not know.
// The first 128 bytes of a channel and all of a SegmentOffer keep their places in every version, so
// that two sides of different versions can say so.
inline constexpr std::uint32_t kWireVersion = 2;

// ChannelHeader::client_features, host_features: bits for what may be used if both sides have it.
// None is defined yet. Reserved for: binary arguments beside a constant JSON head (kBinary,
// FrameHeader::method), host threads that mirror the client's (FrameHeader::thread), and bounded
// queues (ChannelHeader::event_window, RingIndices::finished).
inline constexpr std::uint32_t kFeatures = 0;

inline constexpr std::uint32_t kReleaseBytes = 16;

inline constexpr std::uint32_t kCacheLine = 64;
inline constexpr std::uint32_t kFrameAlignment = 64;  // every frame begins and ends at a multiple
inline constexpr std::uint32_t kAttachmentAlignment = 64;  // from the frame's first byte
inline constexpr std::uint32_t kMaxFrameBytes =
    0x7FFF'FFC0;  // 2 GiB - 64, without what is referred to
inline constexpr std::uint32_t kMaxAttachments = 65535;
inline constexpr std::uint32_t kMinRingBytes = 4096;
inline constexpr std::uint32_t kMaxRingBytes = 1U << 30;
inline constexpr std::uint32_t kDefaultRingBytes = 256 * 1024;

inline constexpr std::uint32_t kCrashOffset = 4096;
inline constexpr std::uint32_t kCrashBytes = 12 * 1024;
inline constexpr std::uint32_t kRingsOffset = kCrashOffset + kCrashBytes;
inline constexpr std::uint32_t kArenaDataOffset = 4096;

using Word = std::atomic<std::uint32_t>;
static_assert(sizeof(Word) == 4 && Word::is_always_lock_free);

/// The indices of one ring. They run freely from 0 to 2^32 and around; an index modulo the
/// capacity is a place in the ring. tail - head bytes are in the ring. Each line is written by one
/// side for every message, and read by the other as rarely as it can: what the producer seldom
/// writes and the consumer often reads lies in the consumer's.
struct RingIndices {
    alignas(kCacheLine) Word tail;  ///< the producer's: the end of the last whole frame
    std::uint8_t reserved_0[60];
    alignas(kCacheLine) Word head;  ///< the consumer's: everything before may be overwritten
    Word space_wanted;              ///< the producer's: 1 while it waits for the ring to empty
    Word cancels;                   ///< the producer's: how many kCancel frames it has written
    Word finished;                  ///< the consumer's: reserved for counting what it has done; 0
    std::uint8_t reserved_1[48];
};

/// Where a process sleeps. A sleeper adds one to `sleeping`, looks once more for work, and sleeps
/// while `sequence` does not change. A peer that publishes work and finds `sleeping` not 0 adds one
/// to `sequence` and wakes them all: on Linux the sleepers of the futex `sequence`; on Windows, for
/// each bit n of `events`, the sleeper of the named event NAME-n, where NAME is the name of the
/// segment with "-client" or "-host" behind it.
struct DoorbellWords {
    alignas(kCacheLine) Word sequence;
    Word sleeping;  ///< how many threads of the owner sleep, or are about to
    Word events;    ///< Windows: which events have a sleeper; elsewhere 0
    std::uint8_t reserved_0[52];
};

/// ChannelHeader::host_state.
enum class HostState : std::uint32_t {
    kAbsent = 0,    ///< nobody has attached yet
    kAttached = 1,  ///< the host reads requests
    kRefused = 2,   ///< the host looked at the channel and let it be
    kGone = 3,      ///< the host has closed its end, in order
    kCrashed = 4,   ///< the host is dying, and has written its crash report
};

/// ChannelHeader::wait_mode.
enum class WaitMode : std::uint32_t { kAdaptive = 0, kSpin = 1, kBlock = 2 };

struct ChannelHeader {
    alignas(8) std::uint64_t magic;  ///< kChannelMagic, written last by the client
    std::uint32_t wire_version;      ///< kWireVersion
    std::uint32_t header_bytes;      ///< sizeof(ChannelHeader)
    alignas(8) std::uint64_t segment_bytes;
    std::uint32_t ring_bytes;  ///< capacity of each ring: a power of two
    std::uint32_t wait_mode;   ///< WaitMode, for both sides
    std::uint32_t client_pid;
    std::uint32_t client_bits;            ///< 32 or 64
    std::uint32_t client_features;        ///< kFeatures
    std::uint32_t event_window;           ///< reserved: how many events the client takes unasked; 0
    char client_release[kReleaseBytes];   ///< of bridge32, "1.2.3", zero-padded
    alignas(kCacheLine) Word host_state;  ///< HostState
    std::uint32_t host_pid;  ///< written by the host before host_state, as what follows
    std::uint32_t host_bits;
    std::uint32_t host_version;  ///< the host's kWireVersion, also when it refuses
    std::uint32_t host_features;
    char host_release[kReleaseBytes];
    std::uint8_t reserved_0[28];
    alignas(kCacheLine) RingIndices requests;
    RingIndices replies;
    DoorbellWords client_bell;  ///< the client sleeps here
    DoorbellWords host_bell;    ///< a private host sleeps here; a shared one in its control segment
};

/// FrameHeader::kind.
enum class FrameKind : std::uint8_t {
    kPadding = 0,        ///< to be skipped: the next frame begins at the ring's start
    kOpen = 1,           ///< to the host, once, first: {"plugin":…,"kwargs":{…},…}
    kRequest = 2,        ///< to the host
    kReply = 3,          ///< to the client: answers kOpen, kRequest and kClose of the same call id
    kClose = 4,          ///< to the host, once, last: shut the plugin down
    kEvent = 5,          ///< to the client: {"event":…,"args":[…]}; call id 0
    kCallback = 6,       ///< to the client: {"callback":ID,"args":[…]}; call id: the invocation's
    kCallbackReply = 7,  ///< to the host: answers kCallback of the same call id, as a reply does
    kCancel = 8,         ///< to the host: nobody waits for this call any more; {}; no reply
};

// FrameHeader::flags.
inline constexpr std::uint8_t kNoReply = 1;   ///< of a kRequest: one-way
inline constexpr std::uint8_t kIndirect = 2;  ///< the body is an ArenaReference to the real frame
inline constexpr std::uint8_t kBinary = 4;  ///< reserved: attachment 0 has the arguments or result
inline constexpr std::uint8_t kKnownFlags = kNoReply | kIndirect;

/// The beginning of every frame. Behind it, in this order: `json_bytes` of JSON text; from the
/// next multiple of 8 `attachment_count` AttachmentEntry; the attachments' memory.
///
/// `call_id` is the client's number of a call, in its request, reply and cancellation, and the
/// host's number of an invocation in a callback and its reply. `related_id` of an event and of a
/// callback is the call in whose course it happens; of a request, the invocation of the callback
/// in whose course the client makes it.
struct FrameHeader {
    alignas(8) std::uint32_t frame_bytes;  ///< of the whole frame: a multiple of kFrameAlignment
    std::uint8_t kind;                     ///< FrameKind
    std::uint8_t flags;
    std::uint16_t thread;  ///< reserved: which of the client's threads calls, from 1; 0: any
    alignas(8) std::uint64_t call_id;     ///< who chooses it depends on the kind
    alignas(8) std::uint64_t related_id;  ///< the call or callback around this one, or 0
    std::uint32_t json_bytes;
    std::uint16_t attachment_count;
    std::uint16_t method;  ///< reserved: a number agreed at open, from 1; 0: the JSON text names it
};

/// AttachmentEntry::segment of an attachment that lies in the frame itself. Any other lies in a
/// block of the sender's arena.
inline constexpr std::uint32_t kInFrame = 0xFFFF'FFFF;

/// One attachment of a frame.
struct AttachmentEntry {
    alignas(
        8) std::uint64_t offset;  ///< from the frame's (or segment's) first byte: a multiple of 64
    alignas(8) std::uint64_t size;  ///< in bytes
    std::uint32_t segment;          ///< kInFrame, or the number of an arena segment
    std::uint32_t slot;             ///< of the block in that segment; 0 with kInFrame
};

/// The body of a frame with kIndirect: a frame with the same kind, flags and call id, that did
/// not fit the ring, in a block of the sender's arena.
struct ArenaReference {
    alignas(8) std::uint64_t offset;  ///< of the frame in the segment: a multiple of 64
    alignas(8) std::uint64_t size;    ///< of the frame, in bytes
    std::uint32_t segment;            ///< number of the arena segment, counted from 0 by the sender
    std::uint32_t slot;               ///< of the block in the segment
};

/// SegmentOffer::kind.
enum class SegmentKind : std::uint32_t {
    kChannel = 1,  ///< from the client, once, first
    kControl = 2,  ///< from a shared host, at once
    kArena = 3,    ///< from either side, before the first reference to it
};

/// Linux: a message over the socket between client and host. With it comes one descriptor, of the
/// segment that it is about.
struct SegmentOffer {
    alignas(8) std::uint64_t magic;  ///< kOfferMagic
    std::uint32_t wire_version;      ///< kWireVersion
    std::uint32_t kind;              ///< SegmentKind
    std::uint32_t number;            ///< of an arena segment; else 0
    std::uint32_t reserved_0;
    alignas(8) std::uint64_t bytes;  ///< the segment's size
    char release[kReleaseBytes];     ///< of bridge32, "1.2.3", zero-padded
    std::uint8_t reserved_1[16];
};

inline constexpr std::uint32_t kArenaSlots = (kArenaDataOffset - 64) / sizeof(Word);

/// The beginning of an arena segment. A slot stands for a block, and holds the number of
/// references to it that the peer has: the owner adds one before it sends a reference, in an
/// ArenaReference or an AttachmentEntry, and the peer subtracts one when it has read. Which slot
/// stands for which block is the owner's affair.
struct ArenaHeader {
    alignas(8) std::uint64_t magic;  ///< kArenaMagic
    std::uint32_t wire_version;
    Word retired;  ///< 1: the owner will not use the segment again; the peer unmaps it
    alignas(8) std::uint64_t segment_bytes;
    std::uint8_t reserved_0[40];
    Word slots[kArenaSlots];  ///< references that the peer holds
};

/// For reserved bytes.
template <std::size_t Size>
constexpr bool all_zero(const std::uint8_t (&bytes)[Size]) {
    std::uint8_t any = 0;
    for (const std::uint8_t byte : bytes)
        any |= byte;
    return any == 0;
}

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

// A change below is a change of the wire. tests/unit/wire/layout_test.cpp restates the numbers.
static_assert(sizeof(RingIndices) == 128 && sizeof(DoorbellWords) == 64);
static_assert(offsetof(RingIndices, head) == 64 && offsetof(RingIndices, finished) == 76);
static_assert(sizeof(ChannelHeader) == 512 && sizeof(ChannelHeader) <= kCrashOffset);
static_assert(offsetof(ChannelHeader, client_release) == 48);
static_assert(offsetof(ChannelHeader, host_state) == 64);
static_assert(offsetof(ChannelHeader, host_release) == 84);
static_assert(offsetof(ChannelHeader, requests) == 128);
static_assert(offsetof(ChannelHeader, replies) == 256);
static_assert(offsetof(ChannelHeader, client_bell) == 384);
static_assert(offsetof(ChannelHeader, host_bell) == 448);
static_assert(sizeof(FrameHeader) == 32 && alignof(FrameHeader) == 8);
static_assert(sizeof(SegmentOffer) == 64 && offsetof(SegmentOffer, bytes) == 24);
static_assert(sizeof(AttachmentEntry) == 24 && sizeof(ArenaReference) == 24);
static_assert(sizeof(ArenaHeader) == kArenaDataOffset && offsetof(ArenaHeader, slots) == 64);
static_assert(std::is_trivially_copyable_v<FrameHeader> &&
              std::is_trivially_copyable_v<AttachmentEntry> &&
              std::is_trivially_copyable_v<SegmentOffer> &&
              std::is_trivially_copyable_v<ArenaReference>);
static_assert(std::is_standard_layout_v<ChannelHeader> && std::is_standard_layout_v<ArenaHeader>);

}  // namespace bridge32::wire
