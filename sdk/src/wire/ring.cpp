#include "wire/ring.hpp"

#include <cstring>
#include <string>

#include "bridge32/error.hpp"

namespace bridge32::wire {

namespace {

constexpr std::uint64_t table_offset(std::uint64_t json_bytes) {
    return round_up(sizeof(FrameHeader) + json_bytes, alignof(AttachmentEntry));
}

[[noreturn]] void refuse(const std::string& what) {
    throw ProtocolError("the peer sent what is not a valid frame: " + what);
}

}  // namespace

std::uint64_t frame_size(std::uint64_t json_bytes, const FrameAttachments& attachments) noexcept {
    const auto memory = attachments.memory;
    if (memory.empty()) return round_up(sizeof(FrameHeader) + json_bytes, kFrameAlignment);
    std::uint64_t size = table_offset(json_bytes) + memory.size() * sizeof(AttachmentEntry);
    for (std::size_t i = 0; i < memory.size(); ++i) {
        if (attachments.copied(i)) size = round_up(size, kAttachmentAlignment) + memory[i].size;
    }
    return round_up(size, kFrameAlignment);
}

void write_frame(std::byte* target, FrameHeader header, const char* json,
                 const FrameAttachments& attachments) noexcept {
    const auto memory = attachments.memory;
    header.attachment_count = static_cast<std::uint32_t>(memory.size());
    std::memcpy(target, &header, sizeof header);
    if (header.json_bytes != 0) std::memcpy(target + sizeof header, json, header.json_bytes);
    if (memory.empty()) return;
    std::byte* entry_place = target + table_offset(header.json_bytes);
    std::uint64_t place = table_offset(header.json_bytes) + memory.size() * sizeof(AttachmentEntry);
    for (std::size_t i = 0; i < memory.size(); ++i, entry_place += sizeof(AttachmentEntry)) {
        if (!attachments.copied(i)) {
            std::memcpy(entry_place, &attachments.entries[i], sizeof(AttachmentEntry));
            continue;
        }
        place = round_up(place, kAttachmentAlignment);
        const AttachmentEntry entry{place, memory[i].size, kInFrame, 0};
        std::memcpy(entry_place, &entry, sizeof entry);
        if (entry.size != 0) {
            std::memcpy(target + place, memory[i].data, static_cast<std::size_t>(entry.size));
        }
        place += entry.size;
    }
}

FrameHeader checked_header(const std::byte* memory, std::uint64_t available) {
    FrameHeader header;
    if (available < sizeof header) refuse("it ends before its header does");
    std::memcpy(&header, memory, sizeof header);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // the compiler must not read it again
    if (header.frame_bytes < kFrameAlignment || header.frame_bytes % kFrameAlignment != 0 ||
        header.frame_bytes > available) {
        refuse("a size of " + std::to_string(header.frame_bytes) + " bytes where " +
               std::to_string(available) + " are readable");
    }
    if (header.kind == static_cast<std::uint16_t>(FrameKind::kPadding)) return header;
    if (header.attachment_count > kMaxAttachments) {
        refuse(std::to_string(header.attachment_count) + " attachments");
    }
    // 64-bit arithmetic on 32-bit numbers: nothing here can overflow.
    const std::uint64_t content = table_offset(header.json_bytes) +
                                  std::uint64_t{header.attachment_count} * sizeof(AttachmentEntry);
    const std::uint64_t needed =
        header.attachment_count == 0 ? sizeof header + std::uint64_t{header.json_bytes} : content;
    if (needed > header.frame_bytes) {
        refuse(std::to_string(header.json_bytes) + " bytes of JSON and " +
               std::to_string(header.attachment_count) + " attachments in a frame of " +
               std::to_string(header.frame_bytes) + " bytes");
    }
    return header;
}

bool RingWriter::has_room(std::uint32_t size) {
    const std::uint32_t place = tail_ & (capacity_ - 1);
    const std::uint32_t needed = place + size > capacity_ ? capacity_ - place + size : size;
    if (tail_ - head_ + needed <= capacity_) return true;
    const std::uint32_t head = indices_->head.load(std::memory_order_acquire);
    const std::uint32_t used = tail_ - head;
    if (used > capacity_ || used % kFrameAlignment != 0) {
        throw ProtocolError("the peer's read index is impossible: " + std::to_string(used) +
                            " bytes would be in a ring of " + std::to_string(capacity_));
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
        skip.kind = static_cast<std::uint16_t>(FrameKind::kPadding);
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
            refuse("its write index claims " + std::to_string(available) + " bytes in a ring of " +
                   std::to_string(capacity_));
        }
        tail_.store(tail, std::memory_order_relaxed);
        const std::uint32_t place = head & (capacity_ - 1);
        const std::uint32_t contiguous = capacity_ - place;
        const std::byte* memory = data_ + place;
        const FrameHeader header =
            checked_header(memory, available < contiguous ? available : contiguous);
        if (header.kind != static_cast<std::uint16_t>(FrameKind::kPadding)) {
            return RawFrame{header, memory};
        }
        // Padding fills the end of a ring and never all of it, so this loop turns at most twice.
        if (place == 0 || header.frame_bytes != contiguous) refuse("padding in the wrong place");
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
