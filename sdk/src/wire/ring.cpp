#include "wire/ring.hpp"

#include <cstring>
#include <string>

#include "bridge32/error.hpp"

namespace bridge32::wire {

bool RingWriter::has_room(std::uint32_t size) {
    const std::uint32_t place = tail_ & (capacity_ - 1);
    const std::uint32_t needed = place + size > capacity_ ? capacity_ - place + size : size;
    if (tail_ - head_ + needed <= capacity_) return true;
    const std::uint32_t head = indices_->head.load(std::memory_order_acquire);
    const std::uint32_t used = tail_ - head;
    if (used > capacity_ || used % kFrameAlignment != 0) {
        throw ProtocolError("the peer's read index is invalid: " + std::to_string(used) +
                            " bytes in a ring of " + std::to_string(capacity_));
    }
    head_ = head;
    return used + needed <= capacity_;
}

bool RingWriter::try_write(const FrameHeader& header, const char* json,
                           const FrameAttachments& attachments) {
    const auto size = static_cast<std::uint32_t>(frame_size(header.json_bytes, attachments));
    const std::uint32_t place = tail_ & (capacity_ - 1);
    const std::uint32_t padding = place + size > capacity_ ? capacity_ - place : 0;
    if (!has_room(size)) return false;
    if (padding != 0) {
        FrameHeader skip{};
        skip.frame_bytes = padding;
        skip.kind = static_cast<std::uint8_t>(FrameKind::kPadding);
        std::memcpy(data_ + place, &skip, sizeof skip);
    }
    FrameHeader whole = header;
    whole.frame_bytes = size;
    write_frame(data_ + (padding != 0 ? 0 : place), whole, json, attachments);
    tail_ += padding + size;
    indices_->tail.store(tail_, std::memory_order_release);
    return true;
}

std::optional<RawFrame> RingReader::peek() {
    for (;;) {
        const std::uint32_t head = head_.load(std::memory_order_relaxed);
        std::uint32_t tail = tail_.load(std::memory_order_relaxed);
        if (tail == head) {
            tail = indices_->tail.load(std::memory_order_acquire);
            if (tail == head) return std::nullopt;
        }
        const std::uint32_t available = tail - head;
        if (available > capacity_ || available % kFrameAlignment != 0) {
            refuse_frame("its write index claims " + std::to_string(available) +
                         " bytes in a ring of " + std::to_string(capacity_));
        }
        tail_.store(tail, std::memory_order_relaxed);
        const std::uint32_t place = head & (capacity_ - 1);
        const std::uint32_t contiguous = capacity_ - place;
        const std::byte* memory = data_ + place;
        const FrameHeader header =
            checked_header(memory, available < contiguous ? available : contiguous);
        if (header.kind != static_cast<std::uint8_t>(FrameKind::kPadding)) {
            return RawFrame{header, memory};
        }
        // Padding fills the end of a ring and never all of it, so this loop turns at most twice.
        if (place == 0 || header.frame_bytes != contiguous)
            refuse_frame("padding in the wrong place");
        advance(header.frame_bytes);
    }
}

void RingReader::advance(std::uint32_t bytes) noexcept {
    const std::uint32_t head = head_.load(std::memory_order_relaxed) + bytes;
    head_.store(head, std::memory_order_relaxed);
    indices_->head.store(head, std::memory_order_release);
}

bool RingReader::release(const RawFrame& frame) noexcept {
    advance(frame.header.frame_bytes);
    // Without a fence this can miss a producer that begins to wait right now. That producer
    // looks again within a millisecond; a fence would cost every call.
    return indices_->space_wanted.load(std::memory_order_relaxed) != 0;
}

}  // namespace bridge32::wire
