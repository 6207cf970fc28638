#include "wire/slab.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace bridge32::wire {

namespace {

constexpr std::uint64_t kSmallestBlock = 256;
// Small blocks come this much at a time: each segment costs system calls on both sides.
constexpr std::uint64_t kBytesOfSmallBlocks = 1024 * 1024;
constexpr std::uint64_t kFewestSmallBlocks = 4;

// How many of the blocks that the peer had last are looked at before a free one is taken. In a
// sequence of calls the peer is through with the last, which is still in the caches.
constexpr std::size_t kRecent = 4;

// A 32-bit process must find room for a whole segment.
constexpr std::uint64_t kBytesOfManyBlocks = 64 * 1024 * 1024;

std::uint32_t new_blocks(std::uint64_t block_bytes, std::size_t before) {
    const std::uint64_t fewest = block_bytes > kLargestSmallBlock ? 1 : kFewestSmallBlocks;
    const std::uint64_t usual = std::max(kBytesOfSmallBlocks / block_bytes, fewest);
    const std::uint64_t most = std::max(kBytesOfManyBlocks / block_bytes, fewest);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(std::clamp<std::uint64_t>(before / 8, usual, most), kArenaSlots));
}

}  // namespace

std::uint64_t block_bytes_for(std::uint64_t size) noexcept {
    if (size <= kLargestSmallBlock) return std::max(std::bit_ceil(size), kSmallestBlock);
    return round_up(size, std::bit_floor(size) / 8);
}

Slab::Slab(const std::string& prefix, std::uint32_t number, std::uint64_t block_bytes,
           std::size_t blocks_before)
    : segment_(os::Segment::create(
          prefix + std::to_string(number),
          kArenaDataOffset + new_blocks(block_bytes, blocks_before) * block_bytes)),
      number_(number),
      block_bytes_(block_bytes) {
    auto* header = new (segment_.data()) ArenaHeader{};
    header->magic = kArenaMagic;
    header->wire_version = kWireVersion;
    header->segment_bytes = segment_.size();
    const std::uint32_t count = new_blocks(block_bytes, blocks_before);
    uses_.resize(count);
    lent_.reserve(count);
    free_.reserve(count);
    for (std::uint32_t slot = count; slot > 0; --slot)
        free_.push_back(slot - 1);
}

bool Slab::give(Link& link) {
    if (given_) return true;
    if (!link.give(SegmentKind::kArena, number_, segment_)) return false;
    segment_.let_go_of_file();
    given_ = true;
    return true;
}

std::optional<std::uint32_t> Slab::take(std::uint64_t size) {
    reclaim(free_.empty() ? lent_.size() : kRecent);
    if (free_.empty()) return std::nullopt;
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    uses_[slot].size = size;
    uses_[slot].times = std::min(uses_[slot].times + 1, 2U);
    return slot;
}

void Slab::let_go(std::uint32_t slot) noexcept {
    uses_[slot].size = 0;
    lent_.push_back(slot);  // has room for all
}

bool Slab::idle() noexcept {
    reclaim(lent_.size());
    return free_.size() == uses_.size();
}

void Slab::reclaim(std::size_t at_most) noexcept {
    for (std::size_t i = lent_.size(); i > 0 && at_most > 0; --i, --at_most) {
        const std::uint32_t slot = lent_[i - 1];
        // Acquire: what the peer has read of the block, it has read before.
        if (references(slot).load(std::memory_order_acquire) != 0) continue;
        lent_[i - 1] = lent_.back();
        lent_.pop_back();
        free_.push_back(slot);
    }
}

std::byte* Slab::memory(std::uint32_t slot) const noexcept {
    return segment_.data() + static_cast<std::size_t>(kArenaDataOffset + slot * block_bytes_);
}

std::optional<ArenaReference> Slab::find(const std::byte* memory,
                                         std::uint64_t size) const noexcept {
    // As numbers: the memory may be behind the segment, and belong to something else.
    const std::uint64_t offset = reinterpret_cast<std::uintptr_t>(memory) -
                                 reinterpret_cast<std::uintptr_t>(segment_.data());
    if (offset < kArenaDataOffset || offset % kAttachmentAlignment != 0) return std::nullopt;
    const std::uint64_t slot = (offset - kArenaDataOffset) / block_bytes_;
    if (slot >= uses_.size()) return std::nullopt;
    const std::uint64_t place = (offset - kArenaDataOffset) % block_bytes_;
    const std::uint64_t in_use = uses_[static_cast<std::size_t>(slot)].size;
    if (place > in_use || size > in_use - place) return std::nullopt;
    return ArenaReference{offset, size, number_, static_cast<std::uint32_t>(slot)};
}

}  // namespace bridge32::wire
