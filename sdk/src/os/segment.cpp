#include "os/segment.hpp"

#include <cstddef>
#include <limits>

#include "bridge32/error.hpp"
#include "os/process.hpp"

namespace bridge32::os {

std::string size_in_words(std::uint64_t bytes) {
    return std::to_string(bytes) + " bytes (" + std::to_string(bytes >> 20) + " MiB)";
}

void require_addressable(const std::string& name, std::uint64_t size) {
    if (size <= std::numeric_limits<std::size_t>::max() / 2) return;
    throw Error("cannot map the segment " + name + ": " + size_in_words(size) +
                " do not fit in the address space of a " + std::to_string(own_bits()) +
                "-bit process");
}

}  // namespace bridge32::os
