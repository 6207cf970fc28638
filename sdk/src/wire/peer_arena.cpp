#include "wire/peer_arena.hpp"

#include <exception>
#include <new>

#include "bridge32/error.hpp"

namespace bridge32::wire {

namespace {

ArenaHeader& header_of(const os::Segment& segment) {
    return *reinterpret_cast<ArenaHeader*>(segment.data());
}

bool is_arena(const os::Segment& segment) {
    return segment.size() >= kArenaDataOffset && header_of(segment).magic == kArenaMagic;
}

/// Release: what we have read of the block, we have read before.
void subtract_one(Word& references) noexcept { references.fetch_sub(1, std::memory_order_release); }

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : segment_(std::move(other.segment_)),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      references_(std::exchange(other.references_, nullptr)) {}

Lease& Lease::operator=(Lease&& other) noexcept {
    Lease old(std::move(*this));
    segment_ = std::move(other.segment_);
    memory_ = std::exchange(other.memory_, nullptr);
    size_ = std::exchange(other.size_, 0);
    references_ = std::exchange(other.references_, nullptr);
    return *this;
}

Lease::~Lease() {
    if (references_ != nullptr) subtract_one(*references_);
}

PeerArena::~PeerArena() { os::Segment::unlink_numbered(prefix_); }

const std::shared_ptr<os::Segment>& PeerArena::segment_of(const ArenaReference& reference) {
    const auto found = segments_.find(reference.segment);
    if (found != segments_.end()) return found->second;
    std::erase_if(segments_,
                  [](const auto& entry) { return header_of(*entry.second).retired.load() != 0; });
    auto segment = std::make_shared<os::Segment>(os::Segment::open(name_of(reference.segment)));
    segment->unlink();  // both have it: from here on a crash of both leaves nothing behind
    if (!is_arena(*segment)) {
        throw ProtocolError("the peer's arena segment " + std::to_string(reference.segment) +
                            " is not an arena");
    }
    return segments_.emplace(reference.segment, std::move(segment)).first->second;
}

Lease PeerArena::acquire(const ArenaReference& reference) {
    const auto segment = [&] {
        try {
            return segment_of(reference);
        } catch (const ProtocolError&) {
            throw;
        } catch (const std::exception&) {
            give_back(reference);
            throw;
        }
    }();
    if (reference.slot >= kArenaSlots || reference.offset % kAttachmentAlignment != 0 ||
        reference.offset < kArenaDataOffset || reference.offset > segment->size() ||
        reference.size > segment->size() - reference.offset) {
        throw ProtocolError("the peer refers to " + std::to_string(reference.size) +
                            " bytes at offset " + std::to_string(reference.offset) +
                            " of an arena segment of " + std::to_string(segment->size()) +
                            " bytes");
    }
    return {segment, segment->data() + reference.offset, reference.size,
            &header_of(*segment).slots[reference.slot]};
}

void PeerArena::give_back(const ArenaReference& reference) noexcept {
    if (reference.slot >= kArenaSlots) return;
    const auto found = segments_.find(reference.segment);
    if (found != segments_.end()) {
        subtract_one(header_of(*found->second).slots[reference.slot]);
        return;
    }
    try {
        // The header of a segment that is too large to map fits always. Without this, its owner
        // would never get the memory back.
        const auto segment = os::Segment::open(name_of(reference.segment), kArenaDataOffset);
        if (is_arena(segment)) subtract_one(header_of(segment).slots[reference.slot]);
    } catch (const std::exception&) {
        // The segment is not there: its owner has given it up.
    }
}

}  // namespace bridge32::wire
