// Little-endian structures as bytes, for the writers of files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace bridge32::tool {

inline std::uint64_t rounded_up(std::uint64_t value, std::uint64_t to) {
    return (value + to - 1) / to * to;
}

/// FNV-1a, to identify a content; different bases give different hashes.
inline constexpr std::uint64_t kHashBasis = 0xcbf29ce484222325ULL;
inline std::uint64_t content_hash(std::string_view content, std::uint64_t basis = kHashBasis) {
    for (const char c : content)
        basis = (basis ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return basis;
}

/// A part of a file that grows at its end.
class Bytes {
public:
    template <class T>
    void add(const T& value) {
        static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }

    void add(std::initializer_list<int> bytes) {
        for (const int byte : bytes)
            bytes_.push_back(static_cast<char>(byte));
    }

    /// With a zero at its end. Returns where it begins.
    std::uint32_t add_text(std::string_view text) {
        const auto at = static_cast<std::uint32_t>(bytes_.size());
        bytes_.append(text).push_back('\0');
        return at;
    }

    void add_zeros(std::uint64_t count) { extend_to(size() + count); }

    void add_raw(std::string_view bytes) { bytes_.append(bytes); }

    void align(std::size_t to, char with = '\0') {
        bytes_.resize(static_cast<std::size_t>(rounded_up(size(), to)), with);
    }

    /// Zeros up to `place`, which is not before the end.
    void extend_to(std::uint64_t place) { bytes_.resize(static_cast<std::size_t>(place)); }

    /// Overwrites what is there.
    template <class T>
    void put(std::uint64_t at, const T& value) {
        const auto begin = static_cast<std::size_t>(at);
        std::memcpy(&bytes_.at(begin + sizeof value - 1) + 1 - sizeof value, &value, sizeof value);
    }

    std::size_t size() const noexcept { return bytes_.size(); }
    const std::string& str() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace bridge32::tool
