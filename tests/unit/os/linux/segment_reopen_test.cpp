// Segments whose names are gone: mapped once more, or never mapped by anybody.
#include <doctest/doctest.h>

#include <bridge32/error.hpp>
#include <optional>
#include <string>

#include "base/names.hpp"
#include "os/segment.hpp"

using namespace bridge32;
using bridge32::os::Segment;

TEST_CASE("segment: one whose file was kept can be mapped again without its name") {
    const auto first = Segment::create(bridge32::unguessable_name(), 100'000);
    std::optional<Segment> second = Segment::open_for_reopening(first.name(), 100'000);
    first.unlink();
    second->data()[99'999] = std::byte{42};

    std::optional<Segment> part = second->reopen(4096);
    second.reset();
    const Segment third = part->reopen();
    part.reset();

    CHECK(third.size() == 100'000);
    CHECK(third.name() == first.name());
    CHECK(third.data()[99'999] == std::byte{42});
    third.data()[0] = std::byte{7};
    CHECK(first.data()[0] == std::byte{7});
}

TEST_CASE("segment: the file of one that is too small for that is not kept") {
    const auto first = Segment::create(bridge32::unguessable_name(), 4096);
    const auto second = Segment::open_for_reopening(first.name(), 4097);
    first.unlink();

    CHECK(second.size() == 4096);
    CHECK_THROWS_AS(second.reopen(), Error);
    CHECK_THROWS_AS(first.reopen(), Error);
}

TEST_CASE("segment: numbered names can be removed together, and no others") {
    const std::string prefix = bridge32::unguessable_name();
    const auto first = Segment::create(prefix + "0", 4096);
    const auto second = Segment::create(prefix + "1234567890", 4096);
    const auto other = Segment::create(prefix + "1x", 4096);
    const auto none = Segment::create(prefix, 4096);

    Segment::unlink_numbered(prefix);

    CHECK_THROWS_AS(Segment::open(first.name()), Error);
    CHECK_THROWS_AS(Segment::open(second.name()), Error);
    CHECK(Segment::open(other.name()).size() == 4096);
    CHECK(Segment::open(none.name()).size() == 4096);
    other.unlink();
    none.unlink();
}
