// The section behind a segment, and how one is found by its name.
#pragma once

#include <boost/interprocess/windows_shared_memory.hpp>
#include <memory>
#include <string>
#include <utility>

#include "os/segment.hpp"

namespace bridge32::os {

class SegmentFile {
public:
    explicit SegmentFile(boost::interprocess::windows_shared_memory section)
        : memory(std::move(section)) {}

    const boost::interprocess::windows_shared_memory memory;
};

/// Throws bridge32::Error if there is none of this name, or this user may not open it.
std::shared_ptr<const SegmentFile> open_segment(const std::string& name);

}  // namespace bridge32::os
