#include "wire/peer_arena.hpp"

#include <exception>
#include <limits>
#include <new>
#include <string>

#include "bridge32/error.hpp"

namespace bridge32::wire {

namespace {

// A segment can be folded while its file is kept, which costs a descriptor. In 64 bits, address
// space does not run out.
constexpr std::uint64_t kFoldsFrom =
    sizeof(void*) == 4 ? 16 * 1024 * 1024 : std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kMostFiles = 256;  // as many of these as address space has room for

ArenaHeader& header_of(const os::Segment& segment) {
    return *reinterpret_cast<ArenaHeader*>(segment.data());
}

bool is_arena(const os::Segment& segment) {
    return segment.size() >= kArenaDataOffset && header_of(segment).magic == kArenaMagic &&
           header_of(segment).wire_version == kWireVersion;
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

/// The segment, of which at least the header is mapped: that fits always, and without it the owner
/// would never get a block back.
PeerArena::Mapped& PeerArena::find(std::uint32_t number) {
    const auto found = segments_.find(number);
    if (found != segments_.end()) return found->second;
    std::erase_if(segments_, [](const auto& entry) {
        return header_of(*entry.second.segment).retired.load() != 0;
    });
    const std::string name = prefix_ + std::to_string(number);
    auto header = std::make_shared<os::Segment>(
        os::Segment::map(name, link_->take(SegmentKind::kArena, number, name), kArenaDataOffset));
    if (!is_arena(*header)) {
        throw ProtocolError("the peer's arena segment " + std::to_string(number) +
                            " is not an arena");
    }
    return segments_.emplace(number, Mapped{std::move(header), true}).first->second;
}

/// Maps all of it; when that fails, once more after making room.
const std::shared_ptr<os::Segment>& PeerArena::whole(Mapped& mapped) {
    if (!mapped.folded) return mapped.segment;
    const auto map = [&] {
        return std::make_shared<os::Segment>(
            os::Segment::map(mapped.segment->name(), mapped.segment->file()));
    };
    std::shared_ptr<os::Segment> segment;
    try {
        segment = map();
    } catch (const Error&) {
        if (!fold_idle()) throw;
        segment = map();
    }
    mapped.segment = std::move(segment);
    mapped.folded = false;
    if (mapped.segment->size() < kFoldsFrom || segments_.size() > kMostFiles) {
        mapped.segment->let_go_of_file();
    }
    return mapped.segment;
}

bool PeerArena::fold_idle() {
    bool any = false;
    for (auto& [number, mapped] : segments_) {
        // Leases share it; they only become fewer while we look.
        if (mapped.folded || mapped.segment->size() < kFoldsFrom ||
            mapped.segment->file() == nullptr || mapped.segment.use_count() != 1) {
            continue;
        }
        mapped.segment = std::make_shared<os::Segment>(
            os::Segment::map(mapped.segment->name(), mapped.segment->file(), kArenaDataOffset));
        mapped.folded = true;
        any = true;
    }
    return any;
}

Lease PeerArena::acquire(const ArenaReference& reference) {
    const auto segment = [&] {
        try {
            return whole(find(reference.segment));
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
    try {
        subtract_one(header_of(*find(reference.segment).segment).slots[reference.slot]);
    } catch (const std::exception&) {
        // The segment is not there: its owner has given it up.
    }
}

}  // namespace bridge32::wire
