// The segments of an arena, shared by the arena and its blocks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "wire/arena.hpp"
#include "wire/slab.hpp"

namespace bridge32::wire {

/// All segments that an owner has, and which of them have room. Thread-safe. An arena and its
/// blocks own it together; a block that outlives the arena keeps its own segment alone.
class ArenaPool {
public:
    explicit ArenaPool(std::string prefix) : prefix_(std::move(prefix)) {}

    /// A block of at least `size` bytes, in use. Throws bridge32::Error.
    std::pair<std::shared_ptr<Slab>, std::uint32_t> take(std::uint64_t size);
    void let_go(Slab& slab, std::uint32_t slot) noexcept;

    bool has_blocks() const noexcept { return blocks_.load(std::memory_order_relaxed) != 0; }
    std::optional<Arena::Place> find(const std::byte* memory, std::uint64_t size) const;
    std::size_t segment_count() const;

    /// The arena ends: removes all names, and lets go of the segments.
    void close() noexcept;

private:
    using Slabs = std::multimap<std::uint64_t, std::shared_ptr<Slab>>;

    std::optional<std::pair<std::shared_ptr<Slab>, std::uint32_t>> take_from_existing(
        std::uint64_t block_bytes, std::uint64_t size);
    bool retire_idle(std::size_t large_to_keep, bool keep_small);
    std::shared_ptr<Slab> make_slab(std::uint32_t number, std::uint64_t block_bytes);
    Slabs::iterator retire(Slabs::iterator slab);

    const std::string prefix_;
    mutable std::mutex mutex_;
    Slabs slabs_;  ///< by the size of their blocks
    std::map<const std::byte*, Slab*, std::less<>> by_address_;
    std::uint32_t next_number_ = 0;
    std::atomic<std::uint32_t> blocks_{0};
};

}  // namespace bridge32::wire
