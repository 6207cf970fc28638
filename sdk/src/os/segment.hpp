// A shared-memory segment: a mapping of named memory that only its user can read and write.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace bridge32::os {

/// A segment with a name.
struct NamedSegment {
    std::string name;
    std::uint64_t size;
    std::chrono::milliseconds age;
};

/// A mapped segment. The mapping lasts as long as the object; the name lasts until `unlink`, which
/// either side may call once both have mapped it. Movable.
class Segment {
public:
    /// Creates a segment of `size` zero bytes, mode 0600. The memory is reserved, so that a lack of
    /// memory is an error here and not a fault later. Throws bridge32::Error if the name exists or
    /// the memory is not available.
    static Segment create(const std::string& name, std::uint64_t size);

    /// Maps an existing segment, or its first `at_most` bytes. Throws bridge32::Error if there is
    /// none, it belongs to another user, or it does not fit in this process's address space.
    static Segment open(const std::string& name,
                        std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max());

    /// Maps all of an existing segment. Keeps its file, which is a descriptor, for `reopen` when
    /// it has `from` bytes or more. Throws as `open` does.
    static Segment open_for_reopening(const std::string& name, std::uint64_t from);
    /// Maps the memory once more, all of it or its first `at_most` bytes, whatever has become of
    /// its name. For segments whose file was kept, and those from here. Throws bridge32::Error.
    Segment reopen(std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max()) const;

    Segment(Segment&&) noexcept;
    Segment& operator=(Segment&&) noexcept;
    ~Segment();

    std::byte* data() const noexcept { return data_; }
    std::uint64_t size() const noexcept { return size_; }
    const std::string& name() const noexcept { return name_; }

    /// Removes the name; the memory is freed with its last mapping. Harmless if it is already gone.
    void unlink() const noexcept { unlink(name_); }
    static void unlink(const std::string& name) noexcept;
    /// Removes all names that are `prefix` and a number.
    static void unlink_numbered(const std::string& prefix) noexcept;
    /// This user's segments with a bridge32 name; none on platforms where the name disappears with
    /// its last user.
    static std::vector<NamedSegment> list();

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
