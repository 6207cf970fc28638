// What a library was built for: decides sizes, alignments and conventions.
#pragma once

#include <cstdint>

namespace bridge32::interfaces {

enum class Platform : std::uint8_t { linux_, windows_ };

/// Sizes and layouts are those of GCC and Clang on Linux (System V), and of Visual C++ and MinGW on
/// Windows.
struct Target {
    Platform platform;
    int bits;  ///< 32 or 64

    bool operator==(const Target&) const = default;
};

}  // namespace bridge32::interfaces
