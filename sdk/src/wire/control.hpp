// The control segment of a shared host, in which clients announce their channels.
//
// A shared host called NAME owns the file NAME.host in the user's runtime folder and holds it
// locked; its one line is the unguessable name of the control segment. A client that finds the
// file locked maps the segment, makes a channel, and posts its name in a free slot. The host
// attaches and frees the slot; the channel's own host_state tells the client.
//
// The segment is writable by every client, so the host takes nothing in it on trust: a name is
// copied, checked and then opened; a slot whose client has died is freed.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/times.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"
#include "os/user_folder.hpp"
#include "wire/doorbell.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

inline constexpr std::uint32_t kControlSlots = 64;
inline constexpr std::uint32_t kChannelNameBytes = 60;

/// ControlSlot::state: 0 free; the claiming client's process id; that id with this bit once the
/// channel's name is posted.
inline constexpr std::uint32_t kSlotPosted = 0x8000'0000;

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
    Word posts;    ///< counts the posts; the host looks at the slots when it changes
    Word stop;     ///< not 0: the host is asked to end, as by a signal
    Word clients;  ///< how many channels are open; for people, like all that follows
    Word calls_low;
    Word calls_high;  ///< calls since the start, the upper half
    std::uint8_t reserved_0[4];
    alignas(8) std::uint64_t started_ms;  ///< since 1970
    std::uint8_t reserved_1[8];
    DoorbellWords host_bell;
    ControlSlot slots[kControlSlots];
};

/// The state of a shared host.
struct ControlFacts {
    std::uint32_t pid = 0;
    std::uint32_t bits = 0;
    std::uint32_t clients = 0;
    std::uint64_t calls = 0;
    std::uint64_t started_ms = 0;  ///< since 1970
};

static_assert(sizeof(ControlSlot) == 64);
static_assert(offsetof(ControlHeader, stop) == 28 && offsetof(ControlHeader, started_ms) == 48);
static_assert(offsetof(ControlHeader, host_bell) == 64 && offsetof(ControlHeader, slots) == 128);
static_assert(sizeof(ControlHeader) == 128 + 64 * kControlSlots);

/// The host's side.
class ControlServer {
public:
    /// Takes the name, also from a dead host. Throws bridge32::Error if a running host has it, or
    /// the name is invalid.
    explicit ControlServer(const std::string& name);
    ~ControlServer();

    DoorbellWords& bell_words() noexcept { return header().host_bell; }
    Doorbell& bell() noexcept { return bell_; }

    /// True if a client has posted a channel that `take` has not returned yet. Cheap.
    bool ready() const noexcept;
    /// The next posted channel, or nothing. Its name has the form of unguessable_name().
    std::optional<std::string> take();
    /// To be called a few times a second: frees slots that were claimed and not posted in
    /// times::kClaimLife, by clients that died in between or hold them on purpose; finds posts that
    /// were not counted; puts right what a client has written over the header, which would keep
    /// all others out.
    void look_after_slots(Clock::time_point now);

    /// True if the host was asked to end.
    bool stop_asked() const noexcept { return header().stop.load(std::memory_order_relaxed) != 0; }
    /// Publishes the host's state.
    void publish(std::uint32_t clients, std::uint64_t calls) noexcept;

    /// Releases the name: no further client finds the host, and another host may take it.
    /// Thread-safe.
    void withdraw() noexcept;

private:
    ControlHeader& header() const noexcept {
        return *reinterpret_cast<ControlHeader*>(segment_.data());
    }

    /// Writes what the header says about this host.
    void introduce() noexcept;

    /// What a slot held when it was looked at first.
    struct Claim {
        std::uint32_t state = 0;
        Clock::time_point since{};
    };

    std::mutex withdrawing_;
    std::optional<os::OwnedFile> file_;
    os::Segment segment_;
    Doorbell bell_;
    std::uint32_t seen_posts_ = 0;
    std::uint32_t next_slot_ = 0;
    std::uint64_t started_ms_ = 0;
    Claim claims_[kControlSlots];
};

/// A client's view of a running shared host.
class ControlClient {
public:
    /// Throws ConnectionClosed if no host of that name is running.
    explicit ControlClient(const std::string& name);

    /// Announces a channel; false if no slot is free now.
    bool post(const std::string& channel);
    /// True if the channel is announced but not taken yet.
    bool posted(const std::string& channel) const;

    std::uint32_t host_pid() const noexcept { return header().host_pid; }
    /// The host's state; not trusted, because other clients can write there.
    ControlFacts facts() const noexcept;
    /// Asks the host to end, as a signal does, and returns at once.
    void ask_to_stop() noexcept;
    DoorbellWords& bell_words() noexcept { return header().host_bell; }
    const std::string& segment_name() const noexcept { return segment_.name(); }

private:
    ControlHeader& header() const noexcept {
        return *reinterpret_cast<ControlHeader*>(segment_.data());
    }

    os::Segment segment_;
    Doorbell host_bell_;
};

/// The names of this user's running shared hosts, sorted.
std::vector<std::string> shared_host_names();

/// True for a valid name of a shared host: at most 64 letters, digits, '.', '_' and '-', not
/// beginning with a dot.
bool is_host_name(const std::string& name) noexcept;

}  // namespace bridge32::wire
