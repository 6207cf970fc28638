// A ring in which a peer has written anything, and a frame in its arena: both ends' reader.
#include <bridge32/error.hpp>
#include <memory>

#include "base/names.hpp"
#include "fuzz.hpp"
#include "os/segment.hpp"
#include "unit/wire/support.hpp"
#include "wire/message.hpp"
#include "wire/ring.hpp"

namespace bridge32::fuzz {

namespace {

constexpr std::uint32_t kCapacity = wire::kMinRingBytes;

/// Everything that a message claims to hold must be there.
void read_all(const wire::Message& message) {
    volatile unsigned sum = 0;
    for (const char c : message.json())
        sum = sum + static_cast<unsigned char>(c);
    for (const auto& attachment : message.attachments()) {
        const auto* bytes = static_cast<const unsigned char*>(attachment.data);
        for (std::uint64_t i = 0; i < attachment.size; ++i)
            sum = sum + bytes[i];
    }
}

/// The arena of a peer that has given one segment, with number 0.
struct OneSegment {
    OneSegment() {
        const auto segment =
            os::Segment::create(bridge32::unguessable_name(), wire::kArenaDataOffset + 4096);
        auto* const header = new (segment.data()) wire::ArenaHeader{};
        header->magic = wire::kArenaMagic;
        header->wire_version = wire::kWireVersion;
        header->segment_bytes = segment.size();
        ends.first.give(wire::SegmentKind::kArena, 0, segment);
    }

    std::pair<wire::Link, wire::Link> ends = wire::Link::pair(bridge32::unguessable_name());
    wire::PeerArena arena{bridge32::unguessable_name(), ends.second};
};

void read_ring(Input& input, wire::PeerArena& arena) {
    test::TestRing ring(kCapacity);
    // Where in the ring reading begins, so that frames go around its end.
    for (auto frames = input.number<std::uint8_t>() % 64U; frames > 0; --frames) {
        test::send(ring, {});
        test::take(ring);
    }
    const std::uint32_t begin = ring.indices.tail.load();
    const std::uint32_t available = input.number<std::uint32_t>();
    const auto bytes = input.rest();
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), kCapacity); ++i)
        ring.data.data()[(begin + i) % kCapacity] = static_cast<std::byte>(bytes[i]);
    ring.indices.tail.store(begin + available);

    wire::Message message;
    for (unsigned frames = 0;; ++frames) {
        require(frames <= kCapacity / wire::kFrameAlignment, "a ring holds so many frames");
        const auto frame = ring.reader.peek();
        if (!frame) return;
        message.assign(*frame, arena);
        read_all(message);
        ring.reader.release(*frame);
    }
}

void read_block(Input& input, wire::PeerArena& arena) {
    wire::FrameHeader outer{};
    outer.kind = input.number<std::uint8_t>();
    outer.flags = input.number<std::uint8_t>();
    outer.thread = input.number<std::uint16_t>();
    outer.call_id = input.number<std::uint64_t>();
    outer.related_id = input.number<std::uint64_t>();
    const auto bytes = input.rest();
    test::AlignedMemory block(wire::round_up(std::max<std::size_t>(bytes.size(), 1), 64));
    std::memcpy(block.data(), bytes.data(), bytes.size());

    wire::Message message;
    message.assign(outer, test::lease_on(block), arena);
    read_all(message);
}

}  // namespace

void fuzz(Input input) {
    static OneSegment peer;
    auto& arena = peer.arena;
    try {
        if (input.number<std::uint8_t>() % 4 != 0) {
            read_ring(input, arena);
        } else {
            read_block(input, arena);
        }
    } catch (const ProtocolError&) {
    } catch (const Error&) {  // what a message refers to is not there
    }
}

}  // namespace bridge32::fuzz
