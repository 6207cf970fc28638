#include "wire/peer_arena.hpp"

#include <exception>
#include <limits>
#include <new>

#include "bridge32/error.hpp"

namespace bridge32::wire {

namespace {

// Keeping a segment's file costs a descriptor, of which there may be a thousand; without it, the
// segment stays mapped whole, since its name is gone. In 64 bits, address space does not run out.
constexpr std::uint64_t kFoldsFrom =
    sizeof(void*) == 4 ? 16 * 1024 * 1024 : std::numeric_limits<std::uint64_t>::max();

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
      references_(std::exchange(other.references_, nullptr)),
      owner_(other.owner_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
    Lease old(std::move(*this));
    segment_ = std::move(other.segment_);
    memory_ = std::exchange(other.memory_, nullptr);
    size_ = std::exchange(other.size_, 0);
    references_ = std::exchange(other.references_, nullptr);
    owner_ = other.owner_;
    return *this;
}

Lease::~Lease() {
    if (references_ != nullptr && owner_->is_this()) subtract_one(*references_);
}

PeerArena::~PeerArena() { os::Segment::unlink_numbered(prefix_); }

const std::shared_ptr<os::Segment>& PeerArena::segment_of(const ArenaReference& reference) {
    const auto found = segments_.find(reference.segment);
    if (found != segments_.end()) {
        Mapped& mapped = found->second;
        if (mapped.folded) {
            mapped.segment = map([&] { return mapped.segment->reopen(); });
            mapped.folded = false;
        }
        return mapped.segment;
    }
    std::erase_if(segments_, [](const auto& entry) {
        return header_of(*entry.second.segment).retired.load() != 0;
    });
    const std::string name = name_of(reference.segment);
    auto segment = map([&] { return os::Segment::open_for_reopening(name, kFoldsFrom); });
    segment->unlink();  // both have it: from here on a crash of both leaves nothing behind
    if (!is_arena(*segment)) {
        throw ProtocolError("the peer's arena segment " + std::to_string(reference.segment) +
                            " is not an arena");
    }
    const bool folds = segment->size() >= kFoldsFrom;
    return segments_.emplace(reference.segment, Mapped{std::move(segment), folds})
        .first->second.segment;
}

/// Maps a segment; when that fails, once more after making room.
template <class Map>
std::shared_ptr<os::Segment> PeerArena::map(const Map& map_segment) {
    try {
        return std::make_shared<os::Segment>(map_segment());
    } catch (const Error&) {
        if (!fold_idle()) throw;
    }
    return std::make_shared<os::Segment>(map_segment());
}

bool PeerArena::fold_idle() {
    bool any = false;
    for (auto& [number, mapped] : segments_) {
        // Leases share it; they only become fewer while we look.
        if (!mapped.folds || mapped.folded || mapped.segment.use_count() != 1) continue;
        mapped.segment = std::make_shared<os::Segment>(mapped.segment->reopen(kArenaDataOffset));
        mapped.folded = true;
        any = true;
    }
    return any;
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
        subtract_one(header_of(*found->second.segment).slots[reference.slot]);
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
