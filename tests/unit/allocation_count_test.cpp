#include "support/allocation_count.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <new>

namespace allocation_count_test {

TEST_CASE("allocation_count: an allocation is counted") {
    const std::uint64_t before = bridge32::test::allocation_count();

    ::operator delete(::operator new(1));

    CHECK(bridge32::test::allocation_count() - before == 1);
}

}  // namespace allocation_count_test
