// What the tests of the wire share.
#pragma once

#include <bridge32/error.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/system.hpp"
#include "wire/arena.hpp"
#include "wire/layout.hpp"
#include "wire/link.hpp"
#include "wire/peer_arena.hpp"
#include "wire/ring.hpp"

namespace bridge32::test {

/// Zeroed memory of exactly `size` bytes, aligned as in a segment; on the heap, so that
/// AddressSanitizer sees every access outside of it.
class AlignedMemory {
public:
    explicit AlignedMemory(std::size_t size)
        : memory_(static_cast<std::byte*>(::operator new(size, kAlignment))), size_(size) {
        std::memset(memory_.get(), 0, size);
    }

    std::byte* data() noexcept { return memory_.get(); }
    const std::byte* data() const noexcept { return memory_.get(); }
    std::size_t size() const noexcept { return size_; }

private:
    static constexpr std::align_val_t kAlignment{64};

    struct Free {
        void operator()(std::byte* memory) const noexcept { ::operator delete(memory, kAlignment); }
    };
    std::unique_ptr<std::byte, Free> memory_;
    std::size_t size_;
};

/// A ring in private memory with both of its ends.
struct TestRing {
    explicit TestRing(std::uint32_t ring_bytes)
        : capacity(ring_bytes),
          data(ring_bytes),
          writer(indices, data.data(), ring_bytes),
          reader(indices, data.data(), ring_bytes) {}

    std::uint32_t capacity;
    wire::RingIndices indices{};
    AlignedMemory data;
    wire::RingWriter writer;
    wire::RingReader reader;
};

inline wire::FrameHeader header_for(std::string_view json, std::uint64_t call_id = 1) {
    wire::FrameHeader header{};
    header.kind = static_cast<std::uint8_t>(wire::FrameKind::kRequest);
    header.call_id = call_id;
    header.json_bytes = static_cast<std::uint32_t>(json.size());
    return header;
}

inline bool send(TestRing& ring, std::string_view json, std::uint64_t call_id = 1,
                 std::span<const bridge32_attachment> attachments = {}) {
    return ring.writer.try_write(header_for(json, call_id), json.data(), {attachments, {}});
}

/// The JSON text that makes a frame of `frame_bytes` bytes.
inline std::string json_for_frame(std::uint32_t frame_bytes, char filler = 'x') {
    return std::string(frame_bytes - sizeof(wire::FrameHeader), filler);
}

inline std::string_view json_of(const wire::RawFrame& frame) {
    return {reinterpret_cast<const char*>(frame.memory) + sizeof(wire::FrameHeader),
            frame.header.json_bytes};
}

/// Takes the next frame, which must be there, and returns its call id.
inline std::uint64_t take(TestRing& ring) {
    const auto frame = ring.reader.peek();
    if (!frame) return 0;
    ring.reader.release(*frame);
    return frame->header.call_id;
}

/// A whole frame in memory of its own, as in a block of an arena.
inline AlignedMemory frame_of(wire::FrameHeader header, std::string_view json,
                              std::span<const bridge32_attachment> attachments = {},
                              std::span<const wire::AttachmentEntry> entries = {}) {
    const wire::FrameAttachments all{attachments, entries};
    AlignedMemory memory(static_cast<std::size_t>(wire::frame_size(json.size(), all)));
    header.frame_bytes = static_cast<std::uint32_t>(memory.size());
    header.json_bytes = static_cast<std::uint32_t>(json.size());
    wire::write_frame(memory.data(), header, json.data(), all);
    return memory;
}

/// Overwrites a field at `offset` bytes.
template <class T>
void poke(std::byte* memory, std::size_t offset, T value) {
    std::memcpy(memory + offset, &value, sizeof value);
}

/// The host's end of a link over which `segment` has been given as a channel.
inline wire::Link link_with(const os::Segment& segment) {
    auto [clients, hosts] = wire::Link::pair(segment.name());
    clients.give(wire::SegmentKind::kChannel, 0, segment);
    return std::move(hosts);
}

/// Where the attachment table of a frame begins.
inline std::size_t table_of(std::size_t json_bytes) {
    return static_cast<std::size_t>(
        wire::round_up(sizeof(wire::FrameHeader) + json_bytes, alignof(wire::AttachmentEntry)));
}

/// A lease on private memory that stands for a peer's block.
inline wire::Lease lease_on(const AlignedMemory& memory, wire::Word* references = nullptr) {
    return {nullptr, memory.data(), memory.size(), references};
}

/// A small deterministic generator (SplitMix64), the same in both bitnesses.
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        std::uint64_t z = (state_ += 0x9E37'79B9'7F4A'7C15U);
        z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9U;
        z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBU;
        return z ^ (z >> 31);
    }
    /// From 0 to `limit` - 1.
    std::uint32_t below(std::uint32_t limit) noexcept {
        return static_cast<std::uint32_t>(next() % limit);
    }

private:
    std::uint64_t state_;
};

}  // namespace bridge32::test
