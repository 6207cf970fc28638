#include "os/segment.hpp"

#include <algorithm>
#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/permissions.hpp>
#include <boost/interprocess/windows_shared_memory.hpp>

#include "bridge32/error.hpp"
#include "os/windows/api.hpp"

namespace bridge32::os {

namespace ipc = boost::interprocess;

// Windows forgets a segment's name with the last handle to it: there is nothing to unlink, and
// whoever maps a segment keeps its handle, so that the peer finds the name.
struct Segment::Mapping {
    std::shared_ptr<const ipc::windows_shared_memory> object;
    ipc::mapped_region region;
};

namespace {

ipc::mapped_region map(const ipc::windows_shared_memory& object, const std::string& name,
                       std::uint64_t size) {
    require_addressable(name, size);
    try {
        return ipc::mapped_region(object, ipc::read_write, 0, static_cast<std::size_t>(size));
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot map the segment " + name + " of " + size_in_words(size) +
                    " into this " + std::to_string(8 * sizeof(void*)) +
                    "-bit process: " + e.what());
    }
}

std::uint64_t size_of(const ipc::windows_shared_memory& object, const std::string& name) {
    const auto size = object.get_size();
    if (size <= 0) throw Error("the segment " + name + " is empty");
    return static_cast<std::uint64_t>(size);
}

std::shared_ptr<const ipc::windows_shared_memory> open_existing(const std::string& name) {
    try {
        return std::make_shared<const ipc::windows_shared_memory>(ipc::open_only, name.c_str(),
                                                                  ipc::read_write);
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot open the shared-memory segment " + name + ": " + e.what());
    }
}

}  // namespace

Segment::Segment(std::string name, std::unique_ptr<Mapping> mapping)
    : name_(std::move(name)),
      mapping_(std::move(mapping)),
      data_(static_cast<std::byte*>(mapping_->region.get_address())),
      size_(mapping_->region.get_size()) {}

Segment::Segment(Segment&&) noexcept = default;
Segment& Segment::operator=(Segment&&) noexcept = default;
Segment::~Segment() = default;

Segment Segment::create(const std::string& name, std::uint64_t size) {
    require_addressable(name, size);
    ipc::permissions permissions;
    permissions.set_permissions(user_only());
    try {
        // The system reserves all of it, in memory or in its paging file, or fails here.
        auto object = std::make_shared<const ipc::windows_shared_memory>(
            ipc::create_only, name.c_str(), ipc::read_write, static_cast<std::size_t>(size),
            permissions);
        auto region = map(*object, name, size);
        return {name, std::make_unique<Mapping>(Mapping{std::move(object), std::move(region)})};
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot create the shared-memory segment " + name + " of " +
                    size_in_words(size) + ": " + e.what());
    }
}

Segment Segment::open(const std::string& name, std::uint64_t at_most) {
    auto object = open_existing(name);
    auto region = map(*object, name, std::min(size_of(*object, name), at_most));
    return {name, std::make_unique<Mapping>(Mapping{std::move(object), std::move(region)})};
}

Segment Segment::open_for_reopening(const std::string& name, std::uint64_t /*from*/) {
    return open(name);
}

Segment Segment::reopen(std::uint64_t at_most) const {
    const auto& object = mapping_->object;
    auto region = map(*object, name_, std::min(size_of(*object, name_), at_most));
    return {name_, std::make_unique<Mapping>(Mapping{object, std::move(region)})};
}

void Segment::unlink(const std::string& /*name*/) noexcept {}

void Segment::unlink_numbered(const std::string& /*prefix*/) noexcept {}

std::vector<NamedSegment> Segment::list() { return {}; }

/// Nobody can cut a section of memory short.
bool Segment::replace_lost_memory(const void* /*address*/) noexcept { return false; }

}  // namespace bridge32::os
