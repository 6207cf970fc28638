// Checked random access to the bytes of a library file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "os/regular_file.hpp"

namespace bridge32::binary {

// Limits beyond any real library, so that a damaged file costs little time and memory.
inline constexpr std::size_t kMaxNeeded = 1024;
inline constexpr std::size_t kMaxTextSize = 4096;
inline constexpr std::size_t kMaxTableEntries = 65536;
inline constexpr std::size_t kMaxSymbolBytes = 32U << 20;  // of one table, and of all its names:
                                                           // many may be parts of one text

/// Reads from a file or from memory. An access that is not completely inside yields nothing: no
/// offset in the file is trusted.
class ImageReader {
public:
    /// `bytes` must outlive the reader.
    explicit ImageReader(std::span<const std::byte> bytes) : bytes_(bytes), size_(bytes.size()) {}

    /// A file that cannot be opened, or is not a regular one, has `is_open() == false` and no
    /// bytes.
    explicit ImageReader(const std::filesystem::path& file);

    bool is_open() const noexcept { return !from_file_ || file_ != nullptr; }
    std::uint64_t size() const noexcept { return size_; }

    bool contains(std::uint64_t offset, std::uint64_t size) const noexcept {
        return offset <= size_ && size <= size_ - offset;
    }

    bool read(std::uint64_t offset, std::span<std::byte> to);

    template <class T>
    std::optional<T> get(std::uint64_t offset) {
        T value;
        if (!read(offset, std::as_writable_bytes(std::span(&value, 1)))) return std::nullopt;
        return value;
    }

    /// The zero-terminated text at `offset`, whose zero must come within `max_size` bytes
    /// and before the end.
    std::optional<std::string> text(std::uint64_t offset, std::uint64_t max_size);

private:
    std::span<const std::byte> bytes_;
    os::RegularFile file_;
    bool from_file_ = false;
    std::uint64_t size_ = 0;
};

}  // namespace bridge32::binary
