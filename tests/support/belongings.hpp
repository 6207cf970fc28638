// What a process has and must give back.
#pragma once

#include <cstddef>

namespace bridge32::test {

/// How many descriptors (on Windows: handles), threads and children this process has.
struct Belongings {
    std::ptrdiff_t descriptors = 0;
    std::ptrdiff_t threads = 0;
    std::ptrdiff_t children = 0;
    friend bool operator==(const Belongings&, const Belongings&) = default;
};

Belongings belongings();

}  // namespace bridge32::test
