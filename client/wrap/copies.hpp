// What the program and the library know of each other's memory: copies of the library's text, and
// numbers for the program's pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace bridge32::wrap {

/// Text and arrays that stay the library's: a copy for each address, which the next copy of the
/// same address takes the place of. Thread-safe.
class Copies {
public:
    /// Stays valid for ever. Its contents change when the same address is copied again and its
    /// contents have changed, as those of a static buffer do; they move if they have grown.
    const std::byte* keep(std::uint32_t address, std::span<const std::byte> data);

    /// Memory that the library has given to the program, from `malloc`; known by `take_back`.
    std::byte* give(std::uint32_t address, std::span<const std::byte> data);
    /// The library's address of what `give` returned, which is freed. Throws Error if it did not.
    std::uint32_t take_back(const void* given);

private:
    std::mutex mutex_;
    std::map<std::uint32_t, std::vector<std::byte>> kept_{};
    std::vector<std::vector<std::byte>> grown_{};  // somebody may have a pointer to it
    std::unordered_map<const void*, std::uint32_t> given_{};
};

/// Numbers of 32 bits that stand for pointers of the program. Thread-safe.
class Tokens {
public:
    /// The same one for the same pointer; 0 for null.
    std::uint32_t token(const void* pointer);
    /// Throws Error for what is no token.
    void* pointer(std::uint32_t token);

private:
    std::mutex mutex_;
    std::unordered_map<const void*, std::uint32_t> tokens_{};
    std::vector<const void*> pointers_{};
};

}  // namespace bridge32::wrap
