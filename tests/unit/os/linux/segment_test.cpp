#include "os/segment.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bridge32/error.hpp>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "os/linux/segment_file.hpp"
#include "unit/os/linux/sparse_segment.hpp"

namespace linux_segment_test {

using namespace bridge32;
using bridge32::os::Segment;
using bridge32::os::SegmentFile;
using bridge32::test::sparse_file;

namespace {

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

std::shared_ptr<const SegmentFile> file_in(const char* folder, std::uint64_t size) {
    const int fd = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return nullptr;
    REQUIRE(::ftruncate64(fd, static_cast<off64_t>(size)) == 0);
    return std::make_shared<const SegmentFile>(fd);
}

}  // namespace

TEST_CASE("segment: what one mapping writes, another reads") {
    const auto made = Segment::create("bridge32-test", 10'000);
    REQUIRE(made.size() == 10'000);
    CHECK(made.name() == "bridge32-test");
    CHECK(std::all_of(made.data(), made.data() + 10'000,
                      [](std::byte b) { return b == std::byte{0}; }));

    const auto opened = Segment::map("other", made.file());
    REQUIRE(opened.size() == 10'000);
    std::memset(made.data(), 0x42, 10'000);

    CHECK(opened.data() != made.data());
    CHECK(std::memcmp(opened.data(), made.data(), 10'000) == 0);
    CHECK(Segment::map("other", made.file(), 4096).size() == 4096);
}

TEST_CASE("segment: nobody can change its size, and no exec or fork hands it on") {
    if (!os::makes_sealed_segments()) {
        MESSAGE("[skipped] memfd_create is not to be had here");
        return;
    }
    const auto segment = Segment::create("bridge32-test", 10'000);
    const int fd = segment.file()->fd();

    CHECK(::ftruncate(fd, 100) != 0);
    CHECK(::ftruncate(fd, 20'000) != 0);
    CHECK(::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) != 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    segment.data()[9'999] = std::byte{1};
}

TEST_CASE("segment: its memory outlives its file, and it has no descriptor then") {
    auto segment = Segment::create("bridge32-test", 4096);
    const int fd = segment.file()->fd();

    segment.let_go_of_file();

    CHECK(segment.file() == nullptr);
    CHECK(::fcntl(fd, F_GETFD) == -1);
    segment.data()[0] = std::byte{9};
    CHECK(segment.data()[0] == std::byte{9});
}

TEST_CASE("segment: an empty one is refused") {
    CHECK(contains(error_of([] { Segment::map("bridge32-test", sparse_file(0)); }), "is empty"));
}

TEST_CASE("segment: a size that does not fit the address space is an error that names it") {
    constexpr std::uint64_t kFiveGiB = std::uint64_t{5} << 30;
    const auto large = sparse_file(kFiveGiB);

    if (sizeof(void*) == 4) {
        const auto error = error_of([&] { Segment::map("bridge32-test", large); });
        CHECK(contains(error, "5368709120 bytes (5120 MiB)"));
        CHECK(contains(error, "address space of a 32-bit process"));
        CHECK(contains(error_of([] { Segment::create("bridge32-test", kFiveGiB); }),
                       "5368709120 bytes (5120 MiB)"));
    } else {
        CHECK(Segment::map("bridge32-test", large).size() == kFiveGiB);
    }
}

TEST_CASE("segment: the first bytes of one that is too large can be mapped") {
    const auto large = sparse_file(std::uint64_t{1} << 50);

    const auto first = Segment::map("bridge32-test", large, 4096);
    CHECK(first.size() == 4096);
    first.data()[4095] = std::byte{7};

    CHECK(Segment::map("bridge32-test", large, 8192).data()[4095] == std::byte{7});
    CHECK_FALSE(error_of([&] { Segment::map("bridge32-test", large); }).empty());
}

TEST_CASE("segment: more than the machine has is an error that names it, and kills nobody") {
    const auto error =
        error_of([] { Segment::create("bridge32-test", (SIZE_MAX >> 2) / 4096 * 4096); });

    CHECK(contains(error, std::to_string((SIZE_MAX >> 2) / 4096 * 4096) + " bytes") ==
          (sizeof(void*) == 8));
    CHECK(contains(error_of([] { Segment::create("bridge32-test", std::uint64_t{1} << 62); }),
                   "4611686018427387904 bytes"));
}

TEST_CASE("segment: moving moves the mapping") {
    auto first = Segment::create("one", 100);
    first.data()[5] = std::byte{5};

    Segment second(std::move(first));
    CHECK(second.data()[5] == std::byte{5});
    auto third = Segment::create("other", 100);
    third = std::move(second);

    CHECK(third.name() == "one");
    CHECK(third.data()[5] == std::byte{5});
}

TEST_CASE("segment: what a peer sent must be memory of the size that it said") {
    const auto good = sparse_file(8192);
    CHECK_NOTHROW(os::check_sent_segment(*good, 8192, true));
    CHECK_THROWS_AS(os::check_sent_segment(*good, 4096, true), ProtocolError);
    CHECK_THROWS_AS(os::check_sent_segment(*good, 12'288, false), ProtocolError);

    const SegmentFile folder(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const SegmentFile device(::open("/dev/zero", O_RDWR | O_CLOEXEC));
    const SegmentFile file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    for (const SegmentFile* other : {&folder, &device, &file}) {
        struct stat info {};
        REQUIRE(::fstat(other->fd(), &info) == 0);
        const auto size = static_cast<std::uint64_t>(info.st_size);
        CHECK_THROWS_AS(os::check_sent_segment(*other, size, false), ProtocolError);
    }
}

TEST_CASE("segment: who cannot survive a cut asks for seals") {
    const auto unsealed = file_in("/dev/shm", 8192);
    if (unsealed == nullptr) {
        MESSAGE("[skipped] no /dev/shm here");
        return;
    }
    CHECK_NOTHROW(os::check_sent_segment(*unsealed, 8192, false));
    CHECK_THROWS_AS(os::check_sent_segment(*unsealed, 8192, true), ProtocolError);

    const SegmentFile shrinkable(::memfd_create("bridge32-test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    REQUIRE(::ftruncate(shrinkable.fd(), 8192) == 0);
    CHECK_THROWS_AS(os::check_sent_segment(shrinkable, 8192, true), ProtocolError);
    REQUIRE(::fcntl(shrinkable.fd(), F_ADD_SEALS, F_SEAL_GROW) == 0);
    CHECK_THROWS_AS(os::check_sent_segment(shrinkable, 8192, true), ProtocolError);
    REQUIRE(::fcntl(shrinkable.fd(), F_ADD_SEALS, F_SEAL_SHRINK) == 0);
    CHECK_NOTHROW(os::check_sent_segment(shrinkable, 8192, true));
}

}  // namespace linux_segment_test
