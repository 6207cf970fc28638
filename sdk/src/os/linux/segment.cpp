#include "os/segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/permissions.hpp>
#include <boost/interprocess/shared_memory_object.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>

#include "bridge32/error.hpp"

namespace bridge32::os {

namespace ipc = boost::interprocess;

// A 32-bit process must be able to look at a segment of 2 GiB and more, to say that it is too
// large.
static_assert(sizeof(off_t) == 8, "compile with -D_FILE_OFFSET_BITS=64");

/// Where the segments of this process lie, for a signal handler. Those beyond the table's size
/// are mapped all the same, and not known here.
struct Place {
    std::atomic<std::uintptr_t> begin{0};  ///< 0: free
    std::atomic<std::uintptr_t> end{0};    ///< 0: not filled in yet
};
static std::array<Place, 8192> places;
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "a signal handler uses them");

class KnownPlace {
public:
    KnownPlace(const void* data, std::size_t size) noexcept {
        const auto begin = reinterpret_cast<std::uintptr_t>(data);
        for (auto& place : places) {
            std::uintptr_t free = 0;
            if (!place.begin.compare_exchange_strong(free, begin)) continue;
            place.end.store(begin + size);
            place_ = &place;
            return;
        }
    }
    KnownPlace(const KnownPlace&) = delete;
    KnownPlace& operator=(const KnownPlace&) = delete;
    ~KnownPlace() {
        if (place_ == nullptr) return;
        place_->end.store(0);
        place_->begin.store(0);
    }

private:
    Place* place_ = nullptr;
};

struct Segment::Mapping {
    ipc::mapped_region region;
    std::shared_ptr<const ipc::shared_memory_object> file = nullptr;  ///< where it is to be kept
    KnownPlace place{region.get_address(), region.get_size()};
};

namespace {

ipc::mapped_region map(const ipc::shared_memory_object& object, const std::string& name,
                       std::uint64_t size) {
    try {
        return ipc::mapped_region(object, ipc::read_write, 0, static_cast<std::size_t>(size));
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot map the segment " + name + " of " + size_in_words(size) +
                    " into this " + std::to_string(8 * sizeof(void*)) +
                    "-bit process: " + e.what());
    }
}

/// Maps what exists, once it is known to be ours and to fit.
ipc::mapped_region map_existing(const ipc::shared_memory_object& object, const std::string& name,
                                std::uint64_t at_most) {
    struct stat info {};
    if (::fstat(object.get_mapping_handle().handle, &info) != 0) {
        throw Error("cannot inspect the segment " + name + ": " + std::strerror(errno));
    }
    if (info.st_uid != ::geteuid()) {
        throw Error("the segment " + name + " belongs to another user (uid " +
                    std::to_string(info.st_uid) + ")");
    }
    const auto size = std::min(static_cast<std::uint64_t>(info.st_size), at_most);
    require_addressable(name, size);
    if (size == 0) throw Error("the segment " + name + " is empty");
    return map(object, name, size);
}

ipc::shared_memory_object open_existing(const std::string& name) {
    try {
        return {ipc::open_only, name.c_str(), ipc::read_write};
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
    ipc::permissions user_only;
    user_only.set_permissions(0600);
    ipc::shared_memory_object object;
    try {
        object =
            ipc::shared_memory_object(ipc::create_only, name.c_str(), ipc::read_write, user_only);
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot create the shared-memory segment " + name + ": " + e.what());
    }
    try {
        // posix_fallocate sets the size too. Without it, a full /dev/shm is a SIGBUS at the
        // first touch of a page that is not to be had.
        int error = 0;
        do {
            error =
                ::posix_fallocate(object.get_mapping_handle().handle, 0, static_cast<off_t>(size));
        } while (error == EINTR);
        if (error != 0) {
            throw Error("cannot reserve " + size_in_words(size) + " of shared memory: " +
                        std::strerror(error) + ". /dev/shm may be too small or full");
        }
        return {name, std::unique_ptr<Mapping>(new Mapping{map(object, name, size)})};
    } catch (...) {
        unlink(name);
        throw;
    }
}

Segment Segment::open(const std::string& name, std::uint64_t at_most) {
    const auto file = open_existing(name);
    return {name, std::unique_ptr<Mapping>(new Mapping{map_existing(file, name, at_most)})};
}

Segment Segment::open_for_reopening(const std::string& name, std::uint64_t from) {
    auto file = std::make_shared<const ipc::shared_memory_object>(open_existing(name));
    auto region = map_existing(*file, name, std::numeric_limits<std::uint64_t>::max());
    if (region.get_size() < from) file = nullptr;
    return {name, std::unique_ptr<Mapping>(new Mapping{std::move(region), std::move(file)})};
}

Segment Segment::reopen(std::uint64_t at_most) const {
    if (mapping_->file == nullptr) throw Error("the file of segment " + name_ + " was not kept");
    return {name_, std::unique_ptr<Mapping>(
                       new Mapping{map_existing(*mapping_->file, name_, at_most), mapping_->file})};
}

bool Segment::replace_lost_memory(const void* address) noexcept {
    constexpr std::uintptr_t kPage = 4096;
    const auto lost = reinterpret_cast<std::uintptr_t>(address);
    for (const auto& place : places) {
        const std::uintptr_t begin = place.begin.load();
        const std::uintptr_t end = place.end.load();
        if (begin == 0 || lost < begin || lost >= end) continue;
        // A file is cut at its end: what lies behind is lost as well.
        const std::uintptr_t from = lost / kPage * kPage;
        return ::mmap(reinterpret_cast<void*>(from), end - from, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    }
    return false;
}

void Segment::unlink(const std::string& name) noexcept {
    ipc::shared_memory_object::remove(name.c_str());
}

void Segment::unlink_numbered(const std::string& prefix) noexcept {
    try {
        std::error_code none;  // a system that keeps its segments elsewhere has no such folder
        for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", none)) {
            const std::string name = entry.path().filename().string();
            if (name.size() > prefix.size() && name.starts_with(prefix) &&
                name.find_first_not_of("0123456789", prefix.size()) == std::string::npos) {
                unlink(name);
            }
        }
    } catch (const std::exception&) {
        // The folder changed under us, or there is no memory: a name more is left.
    }
}

std::vector<NamedSegment> Segment::list() {
    std::vector<NamedSegment> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", none)) {
        struct stat info {};
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("bridge32-") || ::lstat(entry.path().c_str(), &info) != 0 ||
            info.st_uid != ::geteuid()) {
            continue;
        }
        // The time of the last change of its size: of its making.
        const auto made = std::chrono::seconds(info.st_ctim.tv_sec) +
                          std::chrono::milliseconds(info.st_ctim.tv_nsec / 1'000'000);
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        found.push_back({name, static_cast<std::uint64_t>(info.st_size),
                         std::chrono::duration_cast<std::chrono::milliseconds>(now - made)});
    }
    return found;
}

}  // namespace bridge32::os
