// Bulk memory for what does not fit the ring. Each side owns an arena: segments in which it
// alone allocates. The peer only reads, and marks a block as free; the owner then uses the block
// again. So no lock is shared, and repeated messages of one size map nothing new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "os/segment.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

/// The owner's side. Not thread-safe. The names of the segments go with the object, the
/// memory when the peer has let go of it too.
class Arena {
public:
    struct Block {
        ArenaReference reference;  ///< `size` as asked for
        std::byte* memory;         ///< aligned to 64; ours until the reference is sent
        Word* state;               ///< store BlockState::kFree to take the block back unsent
    };

    /// Segments are called `prefix` and a number.
    explicit Arena(std::string prefix) : prefix_(std::move(prefix)) {}
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    /// A block of at least `size` bytes, in use. Throws bridge32::Error naming the size when
    /// shared memory or address space is not to be had.
    Block allocate(std::uint64_t size);

    /// How many segments are mapped now, for tests and statistics.
    std::size_t segment_count() const noexcept { return segments_.size(); }

private:
    void retire_surplus();

    std::string prefix_;
    std::map<std::uint32_t, os::Segment> segments_;
    std::uint32_t next_ = 0;
};

/// A block of the peer's arena that we read. Releases it at the end of its life. Any thread
/// may let go of it.
class Lease {
public:
    Lease() = default;
    Lease(std::shared_ptr<os::Segment> segment, const std::byte* memory, std::uint64_t size,
          Word* state) noexcept
        : segment_(std::move(segment)), memory_(memory), size_(size), state_(state) {}
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    const std::byte* memory() const noexcept { return memory_; }
    std::uint64_t size() const noexcept { return size_; }

private:
    std::shared_ptr<os::Segment> segment_;
    const std::byte* memory_ = nullptr;
    std::uint64_t size_ = 0;
    Word* state_ = nullptr;
};

/// The peer's arena, mapped piece by piece as references come in. Not thread-safe.
class PeerArena {
public:
    explicit PeerArena(std::string prefix) : prefix_(std::move(prefix)) {}

    /// The block that a reference means. Throws ProtocolError when it lies outside of its
    /// segment, and bridge32::Error naming the size when the segment cannot be mapped; then the
    /// block is released all the same.
    Lease acquire(const ArenaReference& reference);

    std::size_t segment_count() const noexcept { return segments_.size(); }

private:
    std::shared_ptr<os::Segment> map(const ArenaReference& reference) const;

    std::string prefix_;
    std::map<std::uint32_t, std::shared_ptr<os::Segment>> segments_;
};

}  // namespace bridge32::wire
