// A channel: one client's segment with its two rings, its doorbells and both arenas.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "os/segment.hpp"
#include "wire/arena.hpp"
#include "wire/crash_layout.hpp"
#include "wire/doorbell.hpp"
#include "wire/layout.hpp"
#include "wire/link.hpp"
#include "wire/message.hpp"
#include "wire/peer_arena.hpp"
#include "wire/ring.hpp"

namespace bridge32::wire {

/// One end of a channel. The two ends differ in which ring they write and which bell they sleep at.
/// Sending and receiving may happen on different threads, each on one thread at a time. Blocks may
/// be created on any thread.
class Channel {
public:
    /// For the client: creates a channel. `ring_bytes`: each ring's capacity, a power of two from
    /// kMinRingBytes to kMaxRingBytes. Throws bridge32::Error.
    static std::unique_ptr<Channel> create(std::uint32_t ring_bytes, WaitMode mode);

    /// For the client: makes a link to the host that is to be started, gives it the channel, and
    /// returns the host's end. Throws bridge32::Error.
    Link link_to_new_host();
    /// For the client: the link to a host that is running.
    void link_to(Link link) noexcept { link_ = std::move(link); }
    /// Gives the channel to that host; false if that did not succeed and is to be tried again.
    /// Harmless once it has. Throws bridge32::Error.
    bool introduce();

    /// For the host: attaches to the channel that the client gives it, and says so to the client.
    /// `shared_bell` is where this host sleeps when it serves several channels; null: in the
    /// channel itself. Throws ProtocolError when the segment is not a channel that this host can
    /// serve.
    static std::unique_ptr<Channel> attach(Link link, DoorbellWords* shared_bell);

    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    const std::string& name() const noexcept { return segment_.name(); }
    WaitMode wait_mode() const noexcept { return mode_; }
    /// For the host: see Link::peer_pid.
    std::uint32_t client_pid() const noexcept { return client_pid_; }
    const Link& link() const noexcept { return link_; }
    /// Ends the link: see Link::shut_down.
    void hang_up() noexcept { link_.shut_down(); }
    std::uint32_t host_pid() const noexcept { return header().host_pid; }
    std::uint32_t host_bits() const noexcept { return header().host_bits; }
    /// Of a host that has looked at the channel; else 0, and empty.
    std::uint32_t host_version() const noexcept { return header().host_version; }
    std::string host_release() const { return release_in(header().host_release); }
    HostState host_state() const noexcept;
    /// For the host: tells the client, and wakes it.
    void set_host_state(HostState state) noexcept;

    /// Where a dying host writes its crash report. The client copies it before reading it.
    CrashReport& crash_report() noexcept {
        return *reinterpret_cast<CrashReport*>(segment_.data() + kCrashOffset);
    }

    /// For the client of a shared host: the host's bell is not in the channel but in `words`,
    /// which outlive this object.
    void use_peer_bell(DoorbellWords& words, const std::string& name);

    /// Shared memory for attachments that are sent without a copy. Any size; may outlive the
    /// channel. Throws bridge32::Error with the size if the memory cannot be allocated.
    std::shared_ptr<Block> make_block(std::uint64_t size, Content content = Content::kZero) {
        return arena_.make(size, content);
    }

    /// Sends a message and rings the peer; false when there is no room now. An attachment that
    /// lies in a block of `make_block`, at a multiple of 64, goes by reference: the peer reads
    /// what is there when it looks. `json` and all other attachments are copied, and go through
    /// the arena when they do not fit the ring. Throws bridge32::Error naming the size when
    /// memory for that is not to be had, and ProtocolError.
    bool try_send(const Envelope& envelope, std::string_view json,
                  std::span<const bridge32_attachment> attachments);

    /// True if there is room for the message that `try_send` just rejected. Cheap, for spinning;
    /// for the sending thread. Throws ProtocolError.
    bool has_room() { return writer_.has_room(wanted_) && (!link_full_ || link_.accepts()); }

    /// Tells the peer whether we wait for room.
    void want_space(bool wanted) noexcept { writer_.want_space(wanted); }

    /// For the host: how many kCancel messages the client has sent. Cheap. A host that has read
    /// fewer looks through what is in the ring before it begins a call.
    std::uint32_t cancels_sent() const noexcept {
        return header().requests.cancels.load(std::memory_order_relaxed);
    }

    /// True if there is a message. Cheap, for spinning.
    bool ready() const noexcept { return reader_.ready(); }

    /// Takes the next message; false when there is none. A message whose memory cannot be mapped
    /// comes as one that is not `readable()`: the channel itself is sound. Throws ProtocolError,
    /// after which the channel is of no use.
    bool receive(Message& message);

    /// How many arena segments of each side are mapped here, for tests and statistics.
    std::size_t own_segments() const { return arena_.segment_count(); }
    std::size_t peer_segments() const noexcept { return peer_arena_.segment_count(); }

    /// Where this side sleeps; unused by a host with a shared bell.
    Doorbell& own_bell() noexcept { return own_bell_; }

private:
    enum class Side { kClient, kHost };
    Channel(os::Segment segment, Link link, Side side, std::uint32_t ring_bytes, WaitMode mode);

    ChannelHeader& header() const noexcept {
        return *reinterpret_cast<ChannelHeader*>(segment_.data());
    }
    FrameAttachments refer(std::span<const bridge32_attachment> attachments);
    bool refer_to(const Arena::Place& place);
    void lend() noexcept;
    bool write_to_arena(FrameHeader header, std::string_view json,
                        const FrameAttachments& attachments, std::uint64_t size);
    void read(const RawFrame& frame, Message& message);

    os::Segment segment_;
    Link link_;
    Side side_;
    WaitMode mode_;
    std::uint32_t client_pid_;
    std::uint32_t direct_limit_;
    std::uint32_t wanted_ = kFrameAlignment;  // room in the ring for the last message
    bool link_full_ = false;                  // and room on the link, which it lacked
    RingWriter writer_;
    RingReader reader_;
    Doorbell own_bell_;
    Doorbell peer_bell_;
    Arena arena_;
    PeerArena peer_arena_;
    // Of the message that is being sent; kept for their memory.
    std::vector<AttachmentEntry> entries_;
    std::vector<Word*> references_;
};

}  // namespace bridge32::wire
