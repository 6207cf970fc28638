#include "os/segment.hpp"

#include <algorithm>
#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/permissions.hpp>
#include <utility>

#include "bridge32/error.hpp"
#include "os/windows/api.hpp"
#include "os/windows/segment_file.hpp"

namespace bridge32::os {

namespace ipc = boost::interprocess;

struct Segment::Mapping {
    std::shared_ptr<const SegmentFile> file;
    ipc::mapped_region region;
};

std::shared_ptr<const SegmentFile> open_segment(const std::string& name) {
    try {
        return std::make_shared<const SegmentFile>(
            ipc::windows_shared_memory(ipc::open_only, name.c_str(), ipc::read_write));
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot open the shared-memory segment " + name + ": " + e.what());
    }
}

Segment::Segment(std::string name, std::unique_ptr<Mapping> mapping)
    : name_(std::move(name)),
      mapping_(std::move(mapping)),
      data_(static_cast<std::byte*>(mapping_->region.get_address())),
      size_(mapping_->region.get_size()) {}

Segment::Segment(Segment&&) noexcept = default;
Segment& Segment::operator=(Segment&&) noexcept = default;
Segment::~Segment() = default;

const std::shared_ptr<const SegmentFile>& Segment::file() const noexcept { return mapping_->file; }

/// Windows forgets a segment's name with the last handle to it.
void Segment::let_go_of_file() noexcept {}

Segment Segment::create(const std::string& name, std::uint64_t size) {
    require_addressable(name, size);
    ipc::permissions permissions;
    permissions.set_permissions(user_only());
    try {
        // The system reserves all of it, in memory or in its paging file, or fails here.
        return map(name, std::make_shared<const SegmentFile>(ipc::windows_shared_memory(
                             ipc::create_only, name.c_str(), ipc::read_write,
                             static_cast<std::size_t>(size), permissions)));
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot create the shared-memory segment " + name + " of " +
                    size_in_words(size) + ": " + e.what());
    }
}

Segment Segment::map(const std::string& name, std::shared_ptr<const SegmentFile> file,
                     std::uint64_t at_most) {
    const auto whole = file->memory.get_size();
    if (whole <= 0) throw Error("the segment " + name + " is empty");
    const auto size = std::min(static_cast<std::uint64_t>(whole), at_most);
    require_addressable(name, size);
    try {
        ipc::mapped_region region(file->memory, ipc::read_write, 0, static_cast<std::size_t>(size));
        return {name, std::make_unique<Mapping>(Mapping{std::move(file), std::move(region)})};
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot map the segment " + name + " of " + size_in_words(size) +
                    " into this " + std::to_string(8 * sizeof(void*)) +
                    "-bit process: " + e.what());
    }
}

/// Nobody can cut a section of memory short.
bool Segment::replace_lost_memory(const void* /*address*/) noexcept { return false; }

}  // namespace bridge32::os
