#include "wire/frame.hpp"

#include <cstring>
#include <string>

#include "bridge32/error.hpp"

namespace bridge32::wire {

void refuse_frame(const std::string& what) {
    throw ProtocolError("the peer sent an invalid frame: " + what);
}

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
    header.attachment_count = static_cast<std::uint16_t>(memory.size());
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
    if (available < sizeof header) refuse_frame("it ends inside its header");
    std::memcpy(&header, memory, sizeof header);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // the compiler must not read it again
    if (header.frame_bytes < kFrameAlignment || header.frame_bytes % kFrameAlignment != 0 ||
        header.frame_bytes > available) {
        refuse_frame("a size of " + std::to_string(header.frame_bytes) + " bytes where " +
                     std::to_string(available) + " are readable");
    }
    if (header.kind == static_cast<std::uint8_t>(FrameKind::kPadding)) return header;
    if (((header.flags & ~unsigned{kKnownFlags}) | header.thread | header.method) != 0) {
        refuse_frame("it uses what this version of the wire protocol reserves");
    }
    // 64-bit arithmetic on 32-bit numbers: nothing here can overflow.
    const std::uint64_t content = table_offset(header.json_bytes) +
                                  std::uint64_t{header.attachment_count} * sizeof(AttachmentEntry);
    const std::uint64_t needed =
        header.attachment_count == 0 ? sizeof header + std::uint64_t{header.json_bytes} : content;
    if (needed > header.frame_bytes) {
        refuse_frame(std::to_string(header.json_bytes) + " bytes of JSON and " +
                     std::to_string(header.attachment_count) + " attachments in a frame of " +
                     std::to_string(header.frame_bytes) + " bytes");
    }
    return header;
}

}  // namespace bridge32::wire
