// How the bytes of a frame are written, and how a frame of the peer's is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "bridge32/plugin.h"
#include "wire/layout.hpp"

namespace bridge32::wire {

/// A header, checked: `memory` holds `header.frame_bytes` bytes, of which the JSON text and the
/// attachment table lie inside. Offsets in the table are still the peer's word.
struct RawFrame {
    FrameHeader header;
    const std::byte* memory;
};

/// The attachments of a frame that is to be written.
struct FrameAttachments {
    std::span<const bridge32_attachment> memory;
    /// None, or one for each attachment: those whose `segment` is kInFrame are copied into the
    /// frame, of the others only this entry is.
    std::span<const AttachmentEntry> entries;

    bool copied(std::size_t at) const noexcept {
        return entries.empty() || entries[at].segment == kInFrame;
    }
};

/// Bytes of a frame with this content, rounded up to kFrameAlignment.
std::uint64_t frame_size(std::uint64_t json_bytes, const FrameAttachments& attachments) noexcept;

/// Writes a whole frame of frame_size() bytes to `target`, which is aligned to 64.
void write_frame(std::byte* target, FrameHeader header, const char* json,
                 const FrameAttachments& attachments) noexcept;

/// Copies and checks the header at `memory`, where `available` bytes are. Throws ProtocolError.
FrameHeader checked_header(const std::byte* memory, std::uint64_t available);

/// Where the attachment table begins in a frame with so much JSON text.
constexpr std::uint64_t table_offset(std::uint64_t json_bytes) {
    return round_up(sizeof(FrameHeader) + json_bytes, alignof(AttachmentEntry));
}

/// Throws ProtocolError.
[[noreturn]] void refuse_frame(const std::string& what);

}  // namespace bridge32::wire
