#include "wire/message.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "bridge32/error.hpp"
#include "os/segment.hpp"

namespace bridge32::wire {

namespace {

// What one large message took is not kept for ever.
constexpr std::size_t kMostKept = 1 << 20;

/// The end of what the reader copies: JSON text and table.
std::uint64_t table_end(const FrameHeader& header) {
    if (header.attachment_count == 0) return sizeof(FrameHeader) + std::uint64_t{header.json_bytes};
    return table_offset(header.json_bytes) + header.attachment_count * sizeof(AttachmentEntry);
}

AttachmentEntry entry_at(const std::byte* entries, std::uint32_t at) {
    AttachmentEntry entry;
    std::memcpy(&entry, entries + at * sizeof entry, sizeof entry);
    return entry;
}

ArenaReference reference_of(const AttachmentEntry& entry) {
    return {entry.offset, entry.size, entry.segment, entry.slot};
}

void give_back_all(const std::byte* entries, std::uint32_t count, PeerArena& arena) noexcept {
    for (std::uint32_t i = 0; i < count; ++i) {
        const AttachmentEntry entry = entry_at(entries, i);
        if (entry.segment != kInFrame) arena.give_back(reference_of(entry));
    }
}

}  // namespace

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
    if (buffer_.capacity() > kMostKept) buffer_ = Buffer();
    json_ = {};
    attachments_.clear();
    frame_.reset();
    referenced_.clear();
    unreadable_reason_.clear();
}

std::shared_ptr<const void> Message::hold(std::uint32_t at) const {
    return is_shared(at) ? referenced_[at] : frame_;
}

bool Message::is_shared(std::uint32_t at) const noexcept {
    return at < referenced_.size() && referenced_[at] != nullptr;
}

void Message::assign_unreadable(const FrameHeader& outer, std::string reason) {
    clear();
    header_ = outer;
    unreadable_reason_ = std::move(reason);
}

void Message::assign(const RawFrame& frame, PeerArena& arena) {
    clear();
    // The checked copy of the header: the one in the ring may have changed since.
    read(frame.header, frame.memory, frame.header.frame_bytes, Lease(), arena);
}

void Message::assign(const FrameHeader& outer, Lease lease, PeerArena& arena) {
    clear();
    const FrameHeader inner = checked_header(lease.memory(), lease.size());
    if (inner.kind != outer.kind || inner.call_id != outer.call_id ||
        inner.related_id != outer.related_id || (inner.flags | kIndirect) != outer.flags) {
        throw ProtocolError("a frame in the arena differs from the one in the ring");
    }
    const std::byte* memory = lease.memory();
    read(inner, memory, table_end(inner), std::move(lease), arena);
}

/// Copies the first `private_bytes` of the frame, with all of its JSON text and table. What else
/// lies in a frame in the arena stays there; `lease` is empty for a frame in the ring.
void Message::read(const FrameHeader& header, const std::byte* frame, std::uint64_t private_bytes,
                   Lease lease, PeerArena& arena) {
    std::byte* memory = nullptr;
    try {
        if (lease.memory() != nullptr && header.attachment_count != 0) {
            frame_ = std::make_shared<const Lease>(std::move(lease));
        }
        memory = buffer_.reserve(static_cast<std::size_t>(private_bytes));
    } catch (const std::bad_alloc&) {
        give_back_all(frame + table_offset(header.json_bytes), header.attachment_count, arena);
        throw;
    }
    std::memcpy(memory, frame, static_cast<std::size_t>(private_bytes));
    header_ = header;
    json_ = {reinterpret_cast<const char*>(memory) + sizeof(FrameHeader), header_.json_bytes};
    if (header_.attachment_count == 0) return;
    const bool all_private = frame_ == nullptr;
    read_table(memory + table_offset(header_.json_bytes), all_private ? memory : frame, arena);
    if (!referenced_.empty() &&
        std::all_of(referenced_.begin(), referenced_.end(),
                    [](const auto& lease_of) { return lease_of != nullptr; })) {
        frame_.reset();  // nothing that is to be read lies in it
    }
}

void Message::read_table(const std::byte* entries, const std::byte* frame, PeerArena& arena) {
    const std::uint32_t count = header_.attachment_count;
    std::uint32_t taken = 0;
    try {
        attachments_.reserve(count);
        while (taken < count) {
            const std::uint32_t at = taken;
            const AttachmentEntry entry = entry_at(entries, at);
            if (entry.segment != kInFrame && referenced_.empty()) referenced_.resize(count);
            ++taken;  // what `take` cannot have, it gives back
            const std::byte* elsewhere = take(entry, at, arena);
            attachments_.push_back(
                {elsewhere != nullptr ? elsewhere : frame + entry.offset, entry.size});
        }
    } catch (const ProtocolError&) {
        throw;
    } catch (...) {
        give_back_all(entries + taken * sizeof(AttachmentEntry), count - taken, arena);
        throw;
    }
}

/// Checks the entry of attachment `at`. Returns its memory when that is in the peer's arena.
const std::byte* Message::take(const AttachmentEntry& entry, std::uint32_t at, PeerArena& arena) {
    if (entry.segment != kInFrame) {
        try {
            referenced_[at] = std::make_shared<const Lease>(arena.acquire(reference_of(entry)));
        } catch (const ProtocolError&) {
            throw;
        } catch (const Error& e) {
            throw Error("attachment " + std::to_string(at) + " of " +
                        os::size_in_words(entry.size) + ": " + e.what());
        }
        return referenced_[at]->memory();
    }
    if (entry.offset % kAttachmentAlignment != 0 || entry.offset > header_.frame_bytes ||
        entry.size > header_.frame_bytes - entry.offset) {
        throw ProtocolError("attachment " + std::to_string(at) + " claims " +
                            std::to_string(entry.size) + " bytes at offset " +
                            std::to_string(entry.offset) + " of a frame of " +
                            std::to_string(header_.frame_bytes) + " bytes");
    }
    return nullptr;
}

}  // namespace bridge32::wire
