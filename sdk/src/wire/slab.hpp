// One segment of an arena, as its owner sees it: blocks of one size, and who uses them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "os/segment.hpp"
#include "wire/layout.hpp"
#include "wire/link.hpp"

namespace bridge32::wire {

/// Blocks up to this size share a segment with others; a larger one has a segment of its own.
inline constexpr std::uint64_t kLargestSmallBlock = 512 * 1024;

/// The size of the block for `size` bytes, which are at most 2^62: a power of two, or for large
/// ones steps of an eighth of one, so that sizes that differ a little share blocks.
std::uint64_t block_bytes_for(std::uint64_t size) noexcept;

/// A segment that we have made, and its blocks. A block is free when neither we nor the peer use
/// it: our use is private, the peer's is the number of references that it holds, in the block's
/// slot. A peer that counts wrongly makes blocks unusable, or reads what has changed; it cannot
/// make us use one block twice. Not thread-safe.
class Slab {
public:
    /// Makes the segment `prefix` + `number`, with an eighth as many blocks as the owner has of
    /// this size, or a few: so that many blocks need few segments, and few descriptors. Throws
    /// bridge32::Error.
    Slab(const std::string& prefix, std::uint32_t number, std::uint64_t block_bytes,
         std::size_t blocks_before = 0);
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;

    /// A block that was free and is used by us from now on, for `size` bytes; nothing when all
    /// are in use.
    std::optional<std::uint32_t> take(std::uint64_t size);
    /// Ends our use of the block. It is free once the peer's use has ended, too.
    void let_go(std::uint32_t slot) noexcept;
    /// True if all blocks are free.
    bool idle() noexcept;

    std::byte* memory(std::uint32_t slot) const noexcept;
    /// True if the block's memory is still zero because it was never used.
    bool fresh(std::uint32_t slot) const noexcept { return uses_[slot].times == 1; }
    /// The number of references to the block that the peer holds. Increment it before sending
    /// another.
    Word& references(std::uint32_t slot) const noexcept { return header().slots[slot]; }
    /// Where memory lies that is inside of a block that we use, at a place that a reference can
    /// name; else nothing.
    std::optional<ArenaReference> find(const std::byte* memory, std::uint64_t size) const noexcept;

    std::uint32_t number() const noexcept { return number_; }
    std::uint64_t block_bytes() const noexcept { return block_bytes_; }
    std::size_t block_count() const noexcept { return uses_.size(); }
    const std::byte* begin() const noexcept { return segment_.data(); }

    /// Tells the peer that this segment will not be used again.
    void retire() noexcept { header().retired.store(1); }
    /// Gives the segment to the peer, once; false if the link accepts none now. Called before a
    /// reference is sent, by one thread at a time.
    bool give(Link& link);

private:
    struct Use {
        std::uint64_t size = 0;   ///< that its user asked for; 0 if it is free
        std::uint32_t times = 0;  ///< 0, 1, or 2 for more
    };

    ArenaHeader& header() const noexcept {
        return *reinterpret_cast<ArenaHeader*>(segment_.data());
    }
    void reclaim(std::size_t at_most) noexcept;

    os::Segment segment_;
    std::uint32_t number_;
    std::uint64_t block_bytes_;
    bool given_ = false;
    std::vector<Use> uses_;            ///< by slot
    std::vector<std::uint32_t> free_;  ///< the last one was in use last
    std::vector<std::uint32_t> lent_;  ///< not ours any more; the peer's when we last looked
};

}  // namespace bridge32::wire
