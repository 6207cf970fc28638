// Memory that both processes see. Each side owns an arena: segments in which only it allocates. It
// hands out blocks, writes them, and sends references to them; the peer reads in place and then
// decrements the count. So no lock is shared, nothing is copied, and repeated blocks map nothing
// new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "os/fork.hpp"
#include "wire/layout.hpp"
#include "wire/slab.hpp"

namespace bridge32::wire {

class ArenaPool;  // its segments, of which blocks hold a share

/// The content of a new block: zeros, or whatever was there before, which costs nothing.
enum class Content { kZero, kAny };

/// A block of our own arena. Thread-safe; may outlive the arena and the channel. The peer's
/// references keep the memory from being reused, but do not keep this object alive.
class Block {
public:
    Block(std::shared_ptr<ArenaPool> pool, std::uint64_t size);
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block();

    /// Aligned to 64; never null. The peer can write to it, too.
    std::byte* data() const noexcept { return slab_->memory(slot_); }
    /// The requested size in bytes.
    std::uint64_t size() const noexcept { return size_; }

private:
    friend class Arena;

    std::shared_ptr<ArenaPool> pool_;
    std::shared_ptr<Slab> slab_;
    std::uint32_t slot_ = 0;
    std::uint64_t size_;
    os::OwnerProcess owner_;
};

/// The owner's side. Thread-safe. The memory is freed once its blocks are gone and the peer has
/// released it.
class Arena {
public:
    /// A place in one of our blocks, which can be sent to the peer.
    struct Place {
        ArenaReference reference;
        Word* references;  ///< of the block: add one before sending `reference`
        Slab* slab;        ///< must be given to the peer before that
    };

    /// Segments are called `prefix` and a number.
    explicit Arena(std::string prefix);
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    /// A new block; the size may be 0. Throws bridge32::Error with the size if shared memory or
    /// address space is not available.
    std::shared_ptr<Block> make(std::uint64_t size, Content content = Content::kZero);

    /// True if there are blocks. Cheap.
    bool has_blocks() const noexcept;

    /// Where [memory, memory + size) is, when all of it lies in one block that somebody still
    /// has, and begins at a multiple of 64; else nothing.
    std::optional<Place> find(const void* memory, std::uint64_t size) const;

    /// The number of mapped segments, for tests and statistics.
    std::size_t segment_count() const;

private:
    std::shared_ptr<ArenaPool> pool_;
};

}  // namespace bridge32::wire
