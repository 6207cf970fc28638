// A single-producer single-consumer ring of frames in shared memory.
//
// Four operations: `RingWriter::try_write`, `RingReader::peek`, `RingReader::release` and
// the capacity. A frame becomes visible by one store to `tail`, after all of its bytes are
// written: a producer that dies in between has written nothing.
//
// The peer is never trusted. Each side keeps its own index in private memory and only ever
// publishes it; the other side's index is read once, and refused when it claims more than the
// capacity. What `peek` returns is a private copy of the header, checked against the bytes that
// are there; the frame's memory itself stays the peer's, and whoever reads it copies first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "os/sleep.hpp"
#include "wire/frame.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

class RingWriter {
public:
    /// `indices` and `data` (of `capacity` bytes, a power of two) outlive the writer.
    RingWriter(RingIndices& indices, std::byte* data, std::uint32_t capacity) noexcept
        : indices_(&indices), data_(data), capacity_(capacity) {}

    /// Publishes a frame; false when there is no room now. The frame is at most `max_frame()`
    /// bytes. `header.frame_bytes` is filled in. Throws ProtocolError when the consumer's index
    /// cannot be right.
    bool try_write(const FrameHeader& header, const char* json,
                   const FrameAttachments& attachments);

    /// True if there is room for a frame of `size` bytes, so that `try_write` succeeds. Throws
    /// ProtocolError as `try_write` does.
    bool has_room(std::uint32_t size);

    /// The largest frame that fits whatever the place in the ring: half of the capacity, since
    /// the frame may need as much padding in front.
    std::uint32_t max_frame() const noexcept { return capacity_ / 2; }

    /// Asks the consumer for a wake-up once there is room (see `RingReader::release`).
    void want_space(bool wanted) noexcept { indices_->space_wanted.store(wanted ? 1 : 0); }

private:
    RingIndices* indices_;
    std::byte* data_;
    std::uint32_t capacity_;
    std::uint32_t tail_ = 0;  ///< ours; the shared one is only ever written
    std::uint32_t head_ = 0;  ///< the consumer's, when we last looked
};

class RingReader {
public:
    RingReader(RingIndices& indices, const std::byte* data, std::uint32_t capacity) noexcept
        : indices_(&indices), data_(data), capacity_(capacity) {}

    /// True if there is something to read. Cheap, for spinning. Thread-safe, also while another
    /// thread reads.
    bool ready() const noexcept {
        const std::uint32_t head = head_.load(std::memory_order_relaxed);
        if (tail_.load(std::memory_order_relaxed) != head ||
            indices_->tail.load(std::memory_order_acquire) != head) {
            return true;
        }
        // So that the frame travels together with the index, and not after it.
        os::prefetch(data_ + (head & (capacity_ - 1)));
        return false;
    }

    /// The next frame, which stays in the ring until `release`. Throws ProtocolError; then the
    /// ring is not to be used again.
    std::optional<RawFrame> peek();

    /// Gives the memory of the frame that `peek` returned back to the producer. True when the
    /// producer waits for that and is to be woken.
    bool release(const RawFrame& frame) noexcept;

private:
    void advance(std::uint32_t bytes) noexcept;

    RingIndices* indices_;
    const std::byte* data_;
    std::uint32_t capacity_;
    Word head_{0};  ///< ours; the shared one is only ever written
    // The producer's, when we last looked. To look again costs both sides the cache line: not
    // before all is read that is known.
    Word tail_{0};
};

}  // namespace bridge32::wire
