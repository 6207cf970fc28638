// Counts what a test's code takes from the heap.
#pragma once

#include <cstdint>

namespace bridge32::test {

/// How often this thread has called operator new.
std::uint64_t allocation_count() noexcept;

}  // namespace bridge32::test
