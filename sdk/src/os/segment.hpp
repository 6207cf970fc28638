// A shared-memory segment: memory that a process shares with those whom it hands the segment to.
//
// On Linux a segment has no name. It is a memfd, sealed so that nobody can cut it short under those
// who have mapped it, or, where a system or a seccomp filter refuses memfd_create, a file without a
// name in /dev/shm. Its maker passes the descriptor on. On Windows it is a named section.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

namespace bridge32::os {

/// The memory of a segment, mapped or not: a descriptor, or a handle. Closed with its last share.
class SegmentFile;

/// A mapped segment. The mapping lasts as long as the object. Movable.
class Segment {
public:
    static constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

    /// Creates a segment of `size` zero bytes, for this user alone. `name` is what it is called in
    /// errors and in /proc/PID/maps; on Windows also how others open it. The memory is reserved, so
    /// that a lack of memory is an error here and not a fault later. Throws bridge32::Error if the
    /// memory is not available, or on Windows if the name exists.
    static Segment create(const std::string& name, std::uint64_t size);

    /// Maps memory that there is, all of it or its first `at_most` bytes, and keeps `file`. Throws
    /// bridge32::Error if it does not fit in this process's address space.
    static Segment map(const std::string& name, std::shared_ptr<const SegmentFile> file,
                       std::uint64_t at_most = kAll);

    Segment(Segment&&) noexcept;
    Segment& operator=(Segment&&) noexcept;
    ~Segment();

    std::byte* data() const noexcept { return data_; }
    std::uint64_t size() const noexcept { return size_; }
    const std::string& name() const noexcept { return name_; }

    /// For handing it on, and for mapping it once more; null after `let_go_of_file`.
    const std::shared_ptr<const SegmentFile>& file() const noexcept;
    /// Frees the descriptor. The memory stays mapped. On Windows, where the name would go with the
    /// handle, this does nothing.
    void let_go_of_file() noexcept;

    /// For the handler of the fault that touching memory of a file is when somebody has cut the
    /// file short: when `address` lies in a mapped segment, puts zeros in the place of what is lost
    /// there, and returns true. Async-signal-safe.
    static bool replace_lost_memory(const void* address) noexcept;

private:
    struct Mapping;
    Segment(std::string name, std::unique_ptr<Mapping> mapping);

    std::string name_;
    std::unique_ptr<Mapping> mapping_;
    std::byte* data_ = nullptr;
    std::uint64_t size_ = 0;
};

/// "1048576 bytes (1 MiB)".
std::string size_in_words(std::uint64_t bytes);

/// A mapping's size is a size_t; a segment made by a 64-bit peer may not fit a 32-bit process.
/// Throws bridge32::Error, which names the size.
void require_addressable(const std::string& name, std::uint64_t size);

}  // namespace bridge32::os
