// A received message; what must not change is in private memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/plugin.h"
#include "wire/frame.hpp"
#include "wire/layout.hpp"
#include "wire/peer_arena.hpp"

namespace bridge32::wire {

/// A message's metadata: see FrameHeader.
struct Envelope {
    FrameKind kind;
    std::uint8_t flags = 0;
    std::uint64_t call_id = 0;
    std::uint64_t related_id = 0;
};

/// A received message. The JSON text and the attachments' places and sizes are private copies:
/// the peer cannot change them any more. The memory of an attachment that came through the ring
/// is private too; what came through the peer's arena is read there, and the peer can still write
/// it. Reusing one object for messages through the ring allocates nothing in the steady state.
/// Movable.
class Message {
public:
    FrameKind kind() const noexcept { return static_cast<FrameKind>(header_.kind); }
    std::uint8_t flags() const noexcept { return header_.flags; }
    std::uint64_t call_id() const noexcept { return header_.call_id; }
    std::uint64_t related_id() const noexcept { return header_.related_id; }
    std::string_view json() const noexcept { return json_; }
    std::span<const bridge32_attachment> attachments() const noexcept { return attachments_; }

    /// A share in the peer's memory in which attachment `at` lies: that stays as it is, and the
    /// peer keeps from using it again, until the last share goes, on any thread, be it after the
    /// channel. Null when the attachment lies in this object's own memory, and goes with it.
    std::shared_ptr<const void> hold(std::uint32_t at) const;
    /// True if attachment `at` came by reference: it is a block of the peer, which sees what is
    /// written there.
    bool is_shared(std::uint32_t at) const noexcept;

    /// True if the content is available; otherwise only kind, flags, ids and `unreadable_reason`
    /// are.
    bool readable() const noexcept { return unreadable_reason_.empty(); }
    const std::string& unreadable_reason() const noexcept { return unreadable_reason_; }

    /// Takes over the frame in `frame`, which came through the ring. Throws ProtocolError, and
    /// bridge32::Error or bad_alloc when there is no memory for it or for what it refers to in
    /// `arena`; then all its references are given back.
    void assign(const RawFrame& frame, PeerArena& arena);
    /// Takes over the frame in `lease`, for which `outer` stood in the ring. Throws the same.
    void assign(const FrameHeader& outer, Lease lease, PeerArena& arena);
    /// Becomes a message whose memory cannot be mapped here, with the reason.
    void assign_unreadable(const FrameHeader& outer, std::string reason);
    /// Releases the peer's memory; our own, of `capacity()` bytes, is kept for the next message.
    void clear() noexcept;
    std::size_t capacity() const noexcept { return buffer_.capacity(); }

private:
    /// Memory aligned to 64 bytes that only grows.
    class Buffer {
    public:
        Buffer() = default;
        Buffer(Buffer&& other) noexcept { *this = std::move(other); }
        Buffer& operator=(Buffer&& other) noexcept;

        std::byte* reserve(std::size_t size);
        std::size_t capacity() const noexcept { return capacity_; }

    private:
        std::unique_ptr<std::byte[]> memory_;
        std::byte* aligned_ = nullptr;
        std::size_t capacity_ = 0;
    };

    void read(const FrameHeader& header, const std::byte* frame, std::uint64_t private_bytes,
              Lease lease, PeerArena& arena);
    void read_table(const std::byte* entries, const std::byte* frame, PeerArena& arena);
    const std::byte* take(const AttachmentEntry& entry, std::uint32_t at, PeerArena& arena);

    FrameHeader header_{};
    Buffer buffer_;
    std::string_view json_;
    std::vector<bridge32_attachment> attachments_;
    std::shared_ptr<const Lease> frame_;  ///< null when the frame came through the ring
    std::vector<std::shared_ptr<const Lease>> referenced_;  ///< by attachment, or empty
    std::string unreadable_reason_;
};

}  // namespace bridge32::wire
