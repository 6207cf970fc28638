#include "wire/channel.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/names.hpp"
#include "bridge32/error.hpp"
#include "os/process.hpp"

namespace bridge32::wire {

namespace {

// A message through the ring is copied twice more than one through the arena, which costs a
// look-up instead: about even here.
constexpr std::uint32_t kDirectLimit = 32 * 1024;

std::uint64_t segment_bytes(std::uint32_t ring_bytes) {
    return kRingsOffset + 2 * std::uint64_t{ring_bytes};
}

bool valid_ring_bytes(std::uint32_t ring_bytes) {
    return std::has_single_bit(ring_bytes) && ring_bytes >= kMinRingBytes &&
           ring_bytes <= kMaxRingBytes;
}

bool reserved_is_zero(const RingIndices& indices) {
    return all_zero(indices.reserved_0) && all_zero(indices.reserved_1) && indices.finished == 0;
}

/// Of what the client writes.
bool reserved_is_zero(const ChannelHeader& header) {
    return header.event_window == 0 && all_zero(header.reserved_0) &&
           reserved_is_zero(header.requests) && reserved_is_zero(header.replies) &&
           all_zero(header.client_bell.reserved_0) && all_zero(header.host_bell.reserved_0);
}

}  // namespace

Channel::Channel(os::Segment segment, Link link, Side side, std::uint32_t ring_bytes, WaitMode mode)
    : segment_(std::move(segment)),
      link_(std::move(link)),
      side_(side),
      mode_(mode),
      client_pid_(link_.peer_pid(header().client_pid)),
      direct_limit_(std::min(kDirectLimit, ring_bytes / 2)),
      writer_(side == Side::kClient ? header().requests : header().replies,
              segment_.data() + kRingsOffset + (side == Side::kClient ? 0 : ring_bytes),
              ring_bytes),
      reader_(side == Side::kClient ? header().replies : header().requests,
              segment_.data() + kRingsOffset + (side == Side::kClient ? ring_bytes : 0),
              ring_bytes),
      own_bell_(side == Side::kClient ? header().client_bell : header().host_bell,
                segment_.name() + (side == Side::kClient ? "-client" : "-host"), mode),
      peer_bell_(side == Side::kClient ? header().host_bell : header().client_bell,
                 segment_.name() + (side == Side::kClient ? "-host" : "-client"), mode),
      arena_(segment_.name() + (side == Side::kClient ? ".c" : ".h")),
      peer_arena_(segment_.name() + (side == Side::kClient ? ".h" : ".c"), link_) {}

std::unique_ptr<Channel> Channel::create(std::uint32_t ring_bytes, WaitMode mode) {
    if (!valid_ring_bytes(ring_bytes)) {
        throw Error("ring_bytes is " + std::to_string(ring_bytes) +
                    ": it must be a power of two from " + std::to_string(kMinRingBytes) + " to " +
                    std::to_string(kMaxRingBytes));
    }
    const std::uint64_t size = segment_bytes(ring_bytes);
    auto segment = os::Segment::create(unguessable_name(), size);
    auto* header = new (segment.data()) ChannelHeader{};
    header->wire_version = kWireVersion;
    header->header_bytes = sizeof(ChannelHeader);
    header->segment_bytes = size;
    header->ring_bytes = ring_bytes;
    header->wait_mode = static_cast<std::uint32_t>(mode);
    header->client_pid = os::own_pid();
    header->client_bits = static_cast<std::uint32_t>(os::own_bits());
    header->client_features = kFeatures;
    write_release(header->client_release);
    std::atomic_thread_fence(std::memory_order_release);
    header->magic = kChannelMagic;
    return std::unique_ptr<Channel>(
        new Channel(std::move(segment), Link(), Side::kClient, ring_bytes, mode));
}

Link Channel::link_to_new_host() {
    auto [ours, hosts] = Link::pair(name());
    link_ = std::move(ours);
    introduce();
    return std::move(hosts);
}

bool Channel::introduce() {
    if (!link_.give(SegmentKind::kChannel, 0, segment_)) return false;
    segment_.let_go_of_file();
    return true;
}

std::unique_ptr<Channel> Channel::attach(Link link, DoorbellWords* shared_bell) {
    const std::string name = link.channel();
    auto segment = os::Segment::map(name, link.take(SegmentKind::kChannel, 0, name));
    segment.let_go_of_file();
    auto* header = reinterpret_cast<ChannelHeader*>(segment.data());
    if (segment.size() < sizeof(ChannelHeader) || header->magic != kChannelMagic) {
        throw ProtocolError("the segment " + name + " is not a channel");
    }
    header->host_pid = os::own_pid();
    header->host_bits = static_cast<std::uint32_t>(os::own_bits());
    header->host_version = kWireVersion;
    header->host_features = kFeatures;
    write_release(header->host_release);
    const auto refuse = [&](const std::string& reason) {
        header->host_state.store(static_cast<std::uint32_t>(HostState::kRefused));
        Doorbell(header->client_bell, name + "-client", WaitMode::kBlock).wake();
        throw ProtocolError(reason);
    };
    if (header->wire_version != kWireVersion) {
        refuse(version_mismatch("the client", header->wire_version,
                                release_in(header->client_release), "this host"));
    }
    const std::uint32_t ring_bytes = header->ring_bytes;  // copy, check, then use
    const std::uint32_t mode = header->wait_mode;
    std::atomic_signal_fence(std::memory_order_seq_cst);  // the compiler must not read them again
    if (!valid_ring_bytes(ring_bytes) || segment.size() != segment_bytes(ring_bytes) ||
        mode > static_cast<std::uint32_t>(WaitMode::kBlock)) {
        refuse("the channel " + name + " has an invalid header: rings of " +
               std::to_string(ring_bytes) + " bytes in a segment of " +
               std::to_string(segment.size()));
    }
    if (!reserved_is_zero(*header)) {
        refuse("the channel " + name + " uses what version " + std::to_string(kWireVersion) +
               " of the wire protocol reserves");
    }
    std::unique_ptr<Channel> channel(new Channel(std::move(segment), std::move(link), Side::kHost,
                                                 ring_bytes, static_cast<WaitMode>(mode)));
    if (shared_bell == nullptr) channel->set_host_state(HostState::kAttached);
    return channel;
}

HostState Channel::host_state() const noexcept {
    return static_cast<HostState>(header().host_state.load(std::memory_order_acquire));
}

void Channel::set_host_state(HostState state) noexcept {
    header().host_state.store(static_cast<std::uint32_t>(state), std::memory_order_release);
    peer_bell_.wake();
}

void Channel::use_peer_bell(DoorbellWords& words, const std::string& name) {
    peer_bell_ = Doorbell(words, name, mode_);
}

bool Channel::try_send(const Envelope& envelope, std::string_view json,
                       std::span<const bridge32_attachment> attachments) {
    link_full_ = false;
    const FrameAttachments referring = refer(attachments);
    if (link_full_) return false;
    const std::uint64_t size = frame_size(json.size(), referring);
    if (size > kMaxFrameBytes || attachments.size() > kMaxAttachments) {
        throw Error("a message of " + os::size_in_words(size) + " with " +
                    std::to_string(attachments.size()) +
                    " attachments is too large: the limits are " + std::to_string(kMaxFrameBytes) +
                    " bytes and " + std::to_string(kMaxAttachments) + " attachments");
    }
    const bool direct = size <= direct_limit_;
    wanted_ = direct ? static_cast<std::uint32_t>(size) : kFrameAlignment;
    if (!writer_.has_room(wanted_)) return false;
    FrameHeader header{};
    header.kind = static_cast<std::uint8_t>(envelope.kind);
    header.flags = envelope.flags;
    header.call_id = envelope.call_id;
    header.related_id = envelope.related_id;
    header.json_bytes = static_cast<std::uint32_t>(json.size());
    // Before the frame: a reader that sees the count and not yet the frame looks again.
    if (envelope.kind == FrameKind::kCancel) this->header().requests.cancels.fetch_add(1);
    if (direct) {
        lend();
        writer_.try_write(header, json.data(), referring);
    } else if (!write_to_arena(header, json, referring, size)) {
        return false;
    }
    peer_bell_.ring();
    return true;
}

/// Finds the attachments that lie in our arena. Nothing is counted yet: see `lend`.
FrameAttachments Channel::refer(std::span<const bridge32_attachment> attachments) {
    references_.clear();
    if (attachments.empty() || !arena_.has_blocks()) return {attachments, {}};
    entries_.assign(attachments.size(), AttachmentEntry{0, 0, kInFrame, 0});
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        if (attachments[i].size == 0) continue;
        const auto place = arena_.find(attachments[i].data, attachments[i].size);
        if (!place) continue;
        const ArenaReference& reference = place->reference;
        entries_[i] = {reference.offset, reference.size, reference.segment, reference.slot};
        if (!refer_to(*place)) return {attachments, {}};
    }
    if (references_.empty()) return {attachments, {}};
    return {attachments, entries_};
}

/// The peer must have a segment before it can be referred to. False if it takes none now.
bool Channel::refer_to(const Arena::Place& place) {
    link_full_ = !place.slab->give(link_);
    if (!link_full_) references_.push_back(place.references);
    return !link_full_;
}

/// Counts what `refer` has found. Then the frame must be published: nobody would take it back.
void Channel::lend() noexcept {
    for (Word* references : references_)
        references->fetch_add(1, std::memory_order_relaxed);
}

bool Channel::write_to_arena(FrameHeader header, std::string_view json,
                             const FrameAttachments& attachments, std::uint64_t size) {
    const auto block = arena_.make(size, Content::kAny);
    header.frame_bytes = static_cast<std::uint32_t>(size);
    write_frame(block->data(), header, json.data(), attachments);

    const auto place = arena_.find(block->data(), size);
    if (!refer_to(*place)) return false;
    header.flags |= kIndirect;
    header.json_bytes = sizeof(ArenaReference);
    static_assert(sizeof(FrameHeader) + sizeof(ArenaReference) <= kFrameAlignment);
    lend();
    return writer_.try_write(header, reinterpret_cast<const char*>(&place->reference), {});
}

bool Channel::receive(Message& message) {
    const auto frame = reader_.peek();
    if (!frame) return false;
    try {
        read(*frame, message);
    } catch (const ProtocolError&) {
        throw;
    } catch (const Error& e) {
        message.assign_unreadable(frame->header, e.what());
    } catch (const std::bad_alloc&) {
        message.assign_unreadable(frame->header,
                                  "this process has too little memory for the message");
    }
    if (reader_.release(*frame)) peer_bell_.ring();
    return true;
}

void Channel::read(const RawFrame& frame, Message& message) {
    if ((frame.header.flags & kIndirect) == 0) {
        message.assign(frame, peer_arena_);
        return;
    }
    ArenaReference reference;
    if (frame.header.json_bytes != sizeof reference) {
        throw ProtocolError("an indirect frame with a reference of " +
                            std::to_string(frame.header.json_bytes) + " bytes");
    }
    std::memcpy(&reference, frame.memory + sizeof(FrameHeader), sizeof reference);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // as in checked_header
    const auto unreadable = [&](const std::string& reason) {
        return Error("a message of " + os::size_in_words(reference.size) +
                     " cannot be read: " + reason);
    };
    try {
        message.assign(frame.header, peer_arena_.acquire(reference), peer_arena_);
    } catch (const ProtocolError&) {
        throw;
    } catch (const Error& e) {
        throw unreadable(e.what());
    } catch (const std::bad_alloc&) {  // of the private copy of its JSON text
        throw unreadable("this process has too little memory for it");
    }
}

}  // namespace bridge32::wire
