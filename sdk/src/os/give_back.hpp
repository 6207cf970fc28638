// Memory that nobody needs any more, in mappings that others may keep.
#pragma once

#include <cstddef>

namespace bridge32::os {

/// Gives the system the memory behind a part of a segment, for every process that maps it; there
/// it reads as zeros from now on. `begin` and `size` are multiples of a page. Where the system
/// cannot do that, the memory goes with the last mapping.
void give_back(std::byte* begin, std::size_t size) noexcept;

}  // namespace bridge32::os
