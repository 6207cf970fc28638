// A message that came in, in private memory where it matters.
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
#include "wire/arena.hpp"
#include "wire/layout.hpp"
#include "wire/ring.hpp"

namespace bridge32::wire {

/// What a message is, beside its content: see FrameHeader.
struct Envelope {
    FrameKind kind;
    std::uint16_t flags = 0;
    std::uint64_t call_id = 0;
    std::uint64_t related_id = 0;
};

/// A received message. The JSON text and the attachments' places and sizes are private copies:
/// the peer cannot change them any more. The attachments' memory is private too when the message
/// came through the ring, and the peer's arena, which it can still write, when it came through
/// that. Reusing one object for many messages allocates nothing in the steady state. Movable.
class Message {
public:
    FrameKind kind() const noexcept { return static_cast<FrameKind>(header_.kind); }
    std::uint16_t flags() const noexcept { return header_.flags; }
    std::uint64_t call_id() const noexcept { return header_.call_id; }
    std::uint64_t related_id() const noexcept { return header_.related_id; }
    std::string_view json() const noexcept { return json_; }
    std::span<const bridge32_attachment> attachments() const noexcept { return attachments_; }

    /// Is the content here? If not, only kind, flags and ids are, and `unreadable_reason`.
    bool readable() const noexcept { return unreadable_reason_.empty(); }
    const std::string& unreadable_reason() const noexcept { return unreadable_reason_; }

    /// Takes over the frame in `frame`, which came through the ring. Throws ProtocolError.
    void assign(const RawFrame& frame);
    /// Takes over the frame in `lease`, for which `outer` stood in the ring. Throws
    /// ProtocolError.
    void assign(const FrameHeader& outer, Lease lease);
    /// Stands for a message whose memory cannot be mapped here, for the reason given.
    void assign_unreadable(const FrameHeader& outer, std::string reason);
    /// Gives the peer's memory back; our own is kept for the next message.
    void clear() noexcept;

private:
    /// Memory aligned to 64 bytes that only grows.
    class Buffer {
    public:
        Buffer() = default;
        Buffer(Buffer&& other) noexcept { *this = std::move(other); }
        Buffer& operator=(Buffer&& other) noexcept;

        std::byte* reserve(std::size_t size);

    private:
        std::unique_ptr<std::byte[]> memory_;
        std::byte* aligned_ = nullptr;
        std::size_t capacity_ = 0;
    };

    void read_table(const std::byte* entries, const std::byte* frame);

    FrameHeader header_{};
    Buffer buffer_;
    Lease lease_;
    std::string_view json_;
    std::vector<bridge32_attachment> attachments_;
    std::string unreadable_reason_;
};

}  // namespace bridge32::wire
