#include "os/give_back.hpp"

#include <sys/mman.h>

namespace bridge32::os {

void give_back(std::byte* begin, std::size_t size) noexcept { ::madvise(begin, size, MADV_REMOVE); }

}  // namespace bridge32::os
