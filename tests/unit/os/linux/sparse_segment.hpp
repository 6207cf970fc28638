// A segment of any size that takes no memory: a hole.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "os/linux/segment_file.hpp"

namespace bridge32::test {

inline std::shared_ptr<const os::SegmentFile> sparse_file(std::uint64_t size) {
    const int fd = ::memfd_create("bridge32-test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    REQUIRE(fd >= 0);
    REQUIRE(::ftruncate64(fd, static_cast<off64_t>(size)) == 0);
    REQUIRE(::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0);
    return std::make_shared<const os::SegmentFile>(fd);
}

/// Of which the first bytes are mapped.
inline os::Segment sparse_segment(std::uint64_t size, std::uint64_t mapped = os::Segment::kAll) {
    return os::Segment::map("bridge32-test", sparse_file(size), mapped);
}

}  // namespace bridge32::test
