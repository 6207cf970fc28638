#include "wire/message.hpp"

#include <cstring>
#include <string>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::wire {

Message::Buffer& Message::Buffer::operator=(Buffer&& other) noexcept {
    memory_ = std::move(other.memory_);
    aligned_ = std::exchange(other.aligned_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
}

std::byte* Message::Buffer::reserve(std::size_t size) {
    if (size > capacity_) {
        memory_.reset();  // before the new one: both at once may be too much for 32 bits
        capacity_ = 0;    // and stays so when there is no memory
        const std::size_t capacity = size + size / 2;
        memory_ = std::make_unique_for_overwrite<std::byte[]>(capacity + kFrameAlignment);
        const auto address = reinterpret_cast<std::uintptr_t>(memory_.get());
        aligned_ = memory_.get() + (round_up(address, kFrameAlignment) - address);
        capacity_ = capacity;
    }
    return aligned_;
}

void Message::clear() noexcept {
    json_ = {};
    attachments_.clear();
    lease_ = Lease();
    unreadable_reason_.clear();
}

void Message::assign_unreadable(const FrameHeader& outer, std::string reason) {
    clear();
    header_ = outer;
    unreadable_reason_ = std::move(reason);
}

void Message::assign(const RawFrame& frame) {
    clear();
    std::byte* memory = buffer_.reserve(frame.header.frame_bytes);
    std::memcpy(memory, frame.memory, frame.header.frame_bytes);
    header_ = frame.header;  // the checked copy: the one in the ring may have changed since
    json_ = {reinterpret_cast<const char*>(memory) + sizeof(FrameHeader), header_.json_bytes};
    read_table(memory + round_up(sizeof(FrameHeader) + std::uint64_t{header_.json_bytes},
                                 alignof(AttachmentEntry)),
               memory);
}

void Message::assign(const FrameHeader& outer, Lease lease) {
    clear();
    lease_ = std::move(lease);
    const FrameHeader inner = checked_header(lease_.memory(), lease_.size());
    if (inner.kind != outer.kind || inner.call_id != outer.call_id ||
        inner.related_id != outer.related_id || (inner.flags | kIndirect) != outer.flags) {
        throw ProtocolError("a frame in the arena is not the one that the ring announced");
    }
    const std::uint64_t table =
        round_up(sizeof(FrameHeader) + std::uint64_t{inner.json_bytes}, alignof(AttachmentEntry));
    const std::uint64_t content = inner.attachment_count == 0
                                      ? sizeof(FrameHeader) + std::uint64_t{inner.json_bytes}
                                      : table + inner.attachment_count * sizeof(AttachmentEntry);
    std::byte* memory = buffer_.reserve(static_cast<std::size_t>(content));
    std::memcpy(memory, lease_.memory(), static_cast<std::size_t>(content));
    header_ = inner;
    json_ = {reinterpret_cast<const char*>(memory) + sizeof(FrameHeader), header_.json_bytes};
    read_table(memory + table, lease_.memory());
    if (attachments_.empty()) lease_ = Lease();
}

void Message::read_table(const std::byte* entries, const std::byte* frame) {
    attachments_.reserve(header_.attachment_count);
    for (std::uint32_t i = 0; i < header_.attachment_count; ++i) {
        AttachmentEntry entry;
        std::memcpy(&entry, entries + i * sizeof entry, sizeof entry);
        if (entry.segment != kInFrame || entry.offset % kAttachmentAlignment != 0 ||
            entry.offset > header_.frame_bytes || entry.size > header_.frame_bytes - entry.offset) {
            throw ProtocolError("attachment " + std::to_string(i) + " claims " +
                                std::to_string(entry.size) + " bytes at offset " +
                                std::to_string(entry.offset) + " of a frame of " +
                                std::to_string(header_.frame_bytes) + " bytes");
        }
        attachments_.push_back({frame + entry.offset, entry.size});
    }
}

}  // namespace bridge32::wire
