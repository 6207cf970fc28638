// The peer's arena, from the reader's side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "os/fork.hpp"
#include "os/segment.hpp"
#include "wire/layout.hpp"
#include "wire/link.hpp"

namespace bridge32::wire {

/// A reference to a block of the peer's arena, which we hold and give back at the end of its
/// life. The memory stays mapped until then, whatever becomes of the arena and the channel. Any
/// thread may let go of it.
class Lease {
public:
    Lease() = default;
    Lease(std::shared_ptr<os::Segment> segment, const std::byte* memory, std::uint64_t size,
          Word* references) noexcept
        : segment_(std::move(segment)),
          memory_(memory),
          size_(size),
          references_(references),
          owner_(std::in_place) {}
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    const std::byte* memory() const noexcept { return memory_; }
    std::uint64_t size() const noexcept { return size_; }

private:
    std::shared_ptr<os::Segment> segment_;
    const std::byte* memory_ = nullptr;
    std::uint64_t size_ = 0;
    Word* references_ = nullptr;
    std::optional<os::OwnerProcess> owner_;  // a child made by fork gives nothing back
};

/// The peer's arena, mapped piece by piece as references come in. In a 32-bit process, large
/// segments that nobody reads are folded, to their header, when address space runs out, and
/// mapped again when they are needed. Not thread-safe; its leases are.
class PeerArena {
public:
    /// Its segments come over `link`, which outlives this object, and are called `prefix` and a
    /// number.
    PeerArena(std::string prefix, Link& link) : prefix_(std::move(prefix)), link_(&link) {}
    PeerArena(const PeerArena&) = delete;
    PeerArena& operator=(const PeerArena&) = delete;

    /// The memory that a reference means. Throws ProtocolError when it lies outside of its
    /// segment, and bridge32::Error naming the size when the segment cannot be mapped; then the
    /// reference is given back all the same.
    Lease acquire(const ArenaReference& reference);

    /// Releases a reference unread, even if it is invalid.
    void give_back(const ArenaReference& reference) noexcept;

    std::size_t segment_count() const noexcept { return segments_.size(); }

private:
    struct Mapped {
        std::shared_ptr<os::Segment> segment;
        bool folded;  ///< only its header is mapped, and its file is kept
    };

    Mapped& find(std::uint32_t number);
    const std::shared_ptr<os::Segment>& whole(Mapped& mapped);
    bool fold_idle();

    std::string prefix_;
    Link* link_;
    std::map<std::uint32_t, Mapped> segments_;
};

}  // namespace bridge32::wire
