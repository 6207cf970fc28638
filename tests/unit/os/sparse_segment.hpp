// A segment of any size that takes no memory: a hole.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "os/segment.hpp"

namespace bridge32::test {

class SparseSegment {
public:
    SparseSegment(std::string name, std::uint64_t size) : name_(std::move(name)) {
        const int fd = ::shm_open(("/" + name_).c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
        REQUIRE(fd >= 0);
        const int result = ::ftruncate64(fd, static_cast<off64_t>(size));
        ::close(fd);
        REQUIRE(result == 0);
    }
    SparseSegment(const SparseSegment&) = delete;
    SparseSegment& operator=(const SparseSegment&) = delete;
    ~SparseSegment() { os::Segment::unlink(name_); }

    const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
};

}  // namespace bridge32::test
