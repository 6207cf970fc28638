// The descriptor behind a segment, and what must hold of one that somebody else has sent.
#pragma once

#include <boost/interprocess/detail/os_file_functions.hpp>
#include <cstdint>
#include <memory>

#include "os/fork.hpp"
#include "os/segment.hpp"

namespace bridge32::os {

/// What boost::interprocess::mapped_region maps.
class SegmentFile {
public:
    /// Takes the descriptor over.
    explicit SegmentFile(int fd) noexcept : handle_(fd) {}

    int fd() const noexcept { return static_cast<int>(handle_.get()); }
    boost::interprocess::mapping_handle_t get_mapping_handle() const noexcept;
    boost::interprocess::mode_t get_mode() const noexcept {
        return boost::interprocess::read_write;
    }

private:
    OwnHandle handle_;
};

/// True if `Segment::create` makes sealed memfds in this process; false if it makes files in
/// /dev/shm, because memfd_create is refused, or because BRIDGE32_SHARED_MEMORY=dev_shm wants that.
bool makes_sealed_segments();

/// Throws ProtocolError unless `file` is plain memory of exactly `size` bytes. `sealed`: it must
/// also be certain that nobody can change its size.
void check_sent_segment(const SegmentFile& file, std::uint64_t size, bool sealed);

}  // namespace bridge32::os
