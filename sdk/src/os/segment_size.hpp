// Sizes of segments, as every platform checks and reports them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "bridge32/error.hpp"
#include "os/process.hpp"

namespace bridge32::os {

inline std::string in_words(std::uint64_t bytes) {
    return std::to_string(bytes) + " bytes (" + std::to_string(bytes >> 20) + " MiB)";
}

/// A mapping's size is a size_t; a segment made by a 64-bit peer may not fit a 32-bit process.
/// Throws bridge32::Error, which names the size.
inline void require_addressable(const std::string& name, std::uint64_t size) {
    if (size > std::numeric_limits<std::size_t>::max() / 2) {
        throw Error("cannot map the segment " + name + ": " + in_words(size) +
                    " do not fit the address space of a " + std::to_string(own_bits()) +
                    "-bit process");
    }
}

}  // namespace bridge32::os
