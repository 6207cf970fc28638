#include "wire/arena.hpp"

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::wire {

namespace {

// Free segments kept for the next message. More than a few sizes in turn are rare.
constexpr std::size_t kMaxFreeSegments = 4;
constexpr std::uint64_t kSmallestBlock = 256 * 1024;

ArenaHeader& header_of(const os::Segment& segment) {
    return *reinterpret_cast<ArenaHeader*>(segment.data());
}

bool is_free(const os::Segment& segment) {
    return header_of(segment).slots[0].load(std::memory_order_acquire) !=
           static_cast<std::uint32_t>(BlockState::kInUse);
}

/// Sizes in steps of an eighth of a power of two, so that sizes that differ a little from call
/// to call share a block.
std::uint64_t block_size(std::uint64_t size) {
    const std::uint64_t wanted = std::max(size, kSmallestBlock);
    return round_up(wanted, std::bit_floor(wanted) / 8);
}

bool is_arena(const os::Segment& segment) {
    return segment.size() >= kArenaDataOffset && header_of(segment).magic == kArenaMagic;
}

/// The header of a segment that is too large to map fits always. Without this, its owner would
/// never get the memory back.
void release_unmapped(const std::string& name, std::uint32_t slot) noexcept {
    try {
        const auto segment = os::Segment::open(name, kArenaDataOffset);
        if (!is_arena(segment) || slot >= kArenaSlots) return;
        header_of(segment).slots[slot].store(static_cast<std::uint32_t>(BlockState::kFree),
                                             std::memory_order_release);
    } catch (const Error&) {
        // The segment is not there: its owner has given it up.
    }
}

}  // namespace

Arena::~Arena() {
    for (auto& [number, segment] : segments_)
        segment.unlink();
}

Arena::Block Arena::allocate(std::uint64_t size) {
    const std::uint64_t wanted = block_size(size) + kArenaDataOffset;
    auto best = segments_.end();
    for (auto it = segments_.begin(); it != segments_.end(); ++it) {
        const std::uint64_t has = it->second.size();
        if (has < wanted || has > 2 * wanted || !is_free(it->second)) continue;
        if (best == segments_.end() || has < best->second.size()) best = it;
    }
    if (best == segments_.end()) {
        retire_surplus();
        const std::uint32_t number = next_++;
        auto segment = os::Segment::create(prefix_ + std::to_string(number), wanted);
        auto* header = new (segment.data()) ArenaHeader{};
        header->magic = kArenaMagic;
        header->wire_version = kWireVersion;
        header->segment_bytes = wanted;
        best = segments_.emplace(number, std::move(segment)).first;
    }
    Word& state = header_of(best->second).slots[0];
    state.store(static_cast<std::uint32_t>(BlockState::kInUse));
    return {
        {kArenaDataOffset, size, best->first, 0}, best->second.data() + kArenaDataOffset, &state};
}

void Arena::retire_surplus() {
    std::vector<std::uint32_t> free;
    for (const auto& [number, segment] : segments_) {
        if (is_free(segment)) free.push_back(number);
    }
    // The oldest first: a size that is still in use is found again and again.
    for (std::size_t i = 0; i + kMaxFreeSegments <= free.size(); ++i) {
        const auto it = segments_.find(free[i]);
        header_of(it->second).retired.store(1);
        it->second.unlink();
        segments_.erase(it);
    }
}

Lease::Lease(Lease&& other) noexcept
    : segment_(std::move(other.segment_)),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      state_(std::exchange(other.state_, nullptr)) {}

Lease& Lease::operator=(Lease&& other) noexcept {
    Lease old(std::move(*this));
    segment_ = std::move(other.segment_);
    memory_ = std::exchange(other.memory_, nullptr);
    size_ = std::exchange(other.size_, 0);
    state_ = std::exchange(other.state_, nullptr);
    return *this;
}

Lease::~Lease() {
    if (state_ != nullptr) {
        state_->store(static_cast<std::uint32_t>(BlockState::kFree), std::memory_order_release);
    }
}

std::shared_ptr<os::Segment> PeerArena::map(const ArenaReference& reference) const {
    const std::string name = prefix_ + std::to_string(reference.segment);
    try {
        return std::make_shared<os::Segment>(os::Segment::open(name));
    } catch (const Error&) {
        release_unmapped(name, reference.slot);
        throw;
    }
}

Lease PeerArena::acquire(const ArenaReference& reference) {
    auto found = segments_.find(reference.segment);
    if (found == segments_.end()) {
        std::erase_if(segments_, [](const auto& entry) {
            return header_of(*entry.second).retired.load() != 0;
        });
        auto segment = map(reference);
        segment->unlink();  // both have it: from here on a crash of both leaves nothing behind
        if (!is_arena(*segment)) {
            throw ProtocolError("the peer's arena segment " + std::to_string(reference.segment) +
                                " is not an arena");
        }
        found = segments_.emplace(reference.segment, std::move(segment)).first;
    }
    const auto& segment = found->second;
    if (reference.slot >= kArenaSlots || reference.offset % kFrameAlignment != 0 ||
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

}  // namespace bridge32::wire
