#include "os/segment.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bridge32/error.hpp>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/names.hpp"
#include "unit/os/sparse_segment.hpp"

namespace linux_segment_test {

using namespace bridge32;
using bridge32::unguessable_name;
using bridge32::os::Segment;
using bridge32::test::SparseSegment;

namespace {

struct stat status_of(const std::string& name) {
    struct stat info {};
    ::stat(("/dev/shm/" + name).c_str(), &info);
    return info;
}

bool exists(const std::string& name) { return ::access(("/dev/shm/" + name).c_str(), F_OK) == 0; }

/// The message of the bridge32::Error that `action` throws, empty when it throws none.
template <class Action>
std::string error_of(const Action& action) {
    try {
        action();
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("segment: what one mapping writes, another reads") {
    const auto name = unguessable_name();
    const auto made = Segment::create(name, 10'000);
    REQUIRE(made.size() == 10'000);
    CHECK(made.name() == name);
    CHECK(std::all_of(made.data(), made.data() + 10'000,
                      [](std::byte b) { return b == std::byte{0}; }));

    const auto opened = Segment::open(name);
    REQUIRE(opened.size() == 10'000);
    std::memset(made.data(), 0x42, 10'000);

    CHECK(opened.data() != made.data());
    CHECK(std::memcmp(opened.data(), made.data(), 10'000) == 0);
    made.unlink();
}

TEST_CASE("segment: it belongs to its user alone, whatever the umask") {
    for (const mode_t mask : {mode_t{0}, mode_t{0277}}) {
        const auto name = unguessable_name();
        const mode_t before = ::umask(mask);
        const auto segment = Segment::create(name, 100);
        ::umask(before);

        CHECK((status_of(name).st_mode & 07777) == 0600);
        CHECK(status_of(name).st_uid == ::geteuid());
        segment.unlink();
    }
}

TEST_CASE("segment: unlinking removes the name, keeps the memory, and may be repeated") {
    const auto name = unguessable_name();
    const auto made = Segment::create(name, 4096);
    const auto opened = Segment::open(name);

    opened.unlink();
    CHECK_FALSE(exists(name));
    made.unlink();
    Segment::unlink(name);
    made.data()[0] = std::byte{9};

    CHECK(opened.data()[0] == std::byte{9});
    CHECK_FALSE(error_of([&] { Segment::open(name); }).empty());
}

TEST_CASE("segment: a name is taken once") {
    const auto name = unguessable_name();
    const auto segment = Segment::create(name, 100);
    segment.data()[0] = std::byte{1};

    const auto error = error_of([&] { Segment::create(name, 100); });

    CHECK(contains(error, name));
    CHECK(Segment::open(name).data()[0] == std::byte{1});
    segment.unlink();
}

TEST_CASE("segment: what is not there cannot be opened") {
    const auto name = unguessable_name();

    CHECK(contains(error_of([&] { Segment::open(name); }), name));
}

TEST_CASE("segment: an empty one is refused") {
    const SparseSegment empty(unguessable_name(), 0);

    CHECK(contains(error_of([&] { Segment::open(empty.name()); }), "is empty"));
}

TEST_CASE("segment: a size that does not fit the address space is an error that names it") {
    constexpr std::uint64_t kFiveGiB = std::uint64_t{5} << 30;
    const SparseSegment large(unguessable_name(), kFiveGiB);

    if (sizeof(void*) == 4) {
        const auto error = error_of([&] { Segment::open(large.name()); });
        CHECK(contains(error, "5368709120 bytes (5120 MiB)"));
        CHECK(contains(error, "address space of a 32-bit process"));
        CHECK(contains(error_of([&] { Segment::create(unguessable_name(), kFiveGiB); }),
                       "5368709120 bytes (5120 MiB)"));
    } else {
        CHECK(Segment::open(large.name()).size() == kFiveGiB);
    }
}

TEST_CASE("segment: the first bytes of one that is too large can be mapped") {
    const SparseSegment large(unguessable_name(), std::uint64_t{1} << 50);

    const auto first = Segment::open(large.name(), 4096);
    CHECK(first.size() == 4096);
    first.data()[4095] = std::byte{7};

    CHECK(Segment::open(large.name(), 8192).data()[4095] == std::byte{7});
    CHECK_FALSE(error_of([&] { Segment::open(large.name()); }).empty());
}

TEST_CASE("segment: a size that nobody can map is an error that names it, and leaves nothing") {
    const auto name = unguessable_name();

    const auto error = error_of([&] { Segment::create(name, std::uint64_t{1} << 62); });

    CHECK(contains(error, "4611686018427387904 bytes"));
    CHECK_FALSE(exists(name));
}

TEST_CASE("segment: more than shared memory holds is an error here, not a fault later") {
    struct statvfs64 mount {};
    REQUIRE(::statvfs64("/dev/shm", &mount) == 0);
    const std::uint64_t capacity = std::uint64_t{mount.f_blocks} * mount.f_frsize;
    if (capacity == 0 || capacity > (SIZE_MAX >> 2)) {
        MESSAGE("[skipped] /dev/shm is too large to ask for more than it holds");
        return;
    }
    const auto name = unguessable_name();

    const auto error = error_of([&] { Segment::create(name, capacity + (1 << 20)); });

    CHECK(contains(error, "/dev/shm may be too small or full"));
    CHECK_FALSE(exists(name));
}

TEST_CASE("segment: another user's process cannot open it") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can become another user");
        return;
    }
    const auto name = unguessable_name();
    const auto segment = Segment::create(name, 4096);

    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        constexpr uid_t kNobody = 65534;
        if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(2);
        ::_exit(contains(error_of([&] { Segment::open(name); }), name) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);

    CHECK(status == 0);
    segment.unlink();
}

TEST_CASE("segment: one that belongs to another user is refused, even to root") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can give a file away");
        return;
    }
    const auto name = unguessable_name();
    const auto segment = Segment::create(name, 4096);
    REQUIRE(::chown(("/dev/shm/" + name).c_str(), 65534, 65534) == 0);

    CHECK(contains(error_of([&] { Segment::open(name); }), "belongs to another user (uid 65534)"));

    segment.unlink();
}

TEST_CASE("segment: moving moves the mapping") {
    const auto name = unguessable_name();
    auto first = Segment::create(name, 100);
    first.data()[5] = std::byte{5};

    Segment second(std::move(first));
    CHECK(second.data()[5] == std::byte{5});
    auto third = Segment::create(unguessable_name(), 100);
    third.unlink();
    third = std::move(second);

    CHECK(third.name() == name);
    CHECK(third.data()[5] == std::byte{5});
    third.unlink();
}

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

}  // namespace linux_segment_test
