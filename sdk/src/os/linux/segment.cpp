#include "os/segment.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/interprocess/mapped_region.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

#include "bridge32/error.hpp"
#include "os/environment.hpp"
#include "os/linux/segment_file.hpp"
#include "os/no_size_signal.hpp"
#include "os/process.hpp"

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
    std::shared_ptr<const SegmentFile> file;
    ipc::mapped_region region;
    KnownPlace place{region.get_address(), region.get_size()};
};

namespace {

constexpr const char* kFallBackVariable = "BRIDGE32_SHARED_MEMORY";
constexpr const char* kFallBack = "dev_shm";
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
// From here on it is worth a look whether the memory is there: without a limit of its own, the
// kernel would have it from other processes, by ending them.
constexpr std::uint64_t kLooksForMemoryFrom = 64 * 1024 * 1024;

int make_memfd(const std::string& name) noexcept {
    constexpr unsigned kNoExec = 0x0008;  // MFD_NOEXEC_SEAL: since Linux 6.3, and may be demanded
    constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    const int fd = ::memfd_create(name.c_str(), kFlags | kNoExec);
    return fd >= 0 || errno != EINVAL ? fd : ::memfd_create(name.c_str(), kFlags);
}

constexpr int kWanted = -1;

bool is_refusal(int error) noexcept { return error == ENOSYS || error == EPERM || error == EACCES; }

/// Why this process makes its segments in /dev/shm: kWanted, or the error with which memfd_create
/// is refused; 0 if it does not. A seccomp filter may come at any time.
std::atomic<int>& why_dev_shm() {
    static std::atomic<int> why{[] {
        if (environment_variable(kFallBackVariable) == kFallBack) return kWanted;
        const int fd = make_memfd("bridge32-probe");
        if (fd < 0) return is_refusal(errno) ? errno : 0;
        ::close(fd);
        return 0;
    }()};
    return why;
}

/// What to do about /dev/shm, which serves only because something else is not there.
std::string hint() {
    const int why = why_dev_shm();
    if (why == 0) return {};
    return ". " +
           (why == kWanted ? std::string(kFallBackVariable) + " is " + kFallBack
                           : std::string("memfd_create is refused (") + std::strerror(why) + ")") +
           ", so shared memory lies in /dev/shm, which must exist, be writable, and have room "
           "(mount -t tmpfs tmpfs /dev/shm; docker run --shm-size=1g)";
}

/// A file without a name: nobody can open it, and nothing is left when its users have died.
struct NewFile {
    std::shared_ptr<const SegmentFile> file;
    bool memfd;  ///< it can be sealed
};

NewFile make_file(const std::string& name) {
    bool memfd = makes_sealed_segments();
    int fd = memfd ? make_memfd(name) : -1;
    if (memfd && fd < 0 && is_refusal(errno)) {
        why_dev_shm() = errno;
        memfd = false;
    }
    if (!memfd) fd = ::open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return {std::make_shared<const SegmentFile>(fd), memfd};
    const int error = errno;
    throw Error("cannot create the shared-memory segment " + name + ": " + std::strerror(error) +
                (error == EMFILE ? " (see ulimit -n)" : "") + hint());
}

/// The memory that this machine can still give, swap included; no limit if that is not known.
std::uint64_t available_memory() {
    std::ifstream facts("/proc/meminfo");
    std::uint64_t sum = 0;
    bool known = false;
    std::string name;
    for (std::uint64_t kib = 0; facts >> name >> kib; facts.ignore(64, '\n')) {
        if (name == "MemAvailable:") known = true;
        if (name == "MemAvailable:" || name == "SwapFree:") sum += kib * 1024;
    }
    return known ? sum : std::numeric_limits<std::uint64_t>::max();
}

/// Sets the size, and has the system set the memory aside.
void reserve(const NewFile& made, std::uint64_t size) {
    if (made.memfd && size >= kLooksForMemoryFrom) {
        const std::uint64_t available = available_memory();
        if (size > available) {
            throw Error("cannot reserve " + size_in_words(size) +
                        " of shared memory: this machine has " + size_in_words(available) +
                        " left");
        }
    }
    // Without this, a full /dev/shm is a SIGBUS at the first touch of a page.
    int error = 0;
    {
        const NoSizeSignal blocked;
        do {
            error = ::posix_fallocate(made.file->fd(), 0, static_cast<off_t>(size));
        } while (error == EINTR);
    }
    if (error != 0) {
        throw Error("cannot reserve " + size_in_words(size) + " of shared memory: " +
                    std::strerror(error) + (error == EFBIG ? " (see ulimit -f)" : "") + hint());
    }
    if (made.memfd && ::fcntl(made.file->fd(), F_ADD_SEALS, kSeals) != 0) {
        throw Error(std::string("cannot seal shared memory: ") + std::strerror(errno));
    }
}

std::uint64_t size_of(const SegmentFile& file, const std::string& name) {
    struct stat info {};
    if (::fstat(file.fd(), &info) != 0) {
        throw Error("cannot inspect the segment " + name + ": " + std::strerror(errno));
    }
    return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace

ipc::mapping_handle_t SegmentFile::get_mapping_handle() const noexcept {
    return ipc::ipcdetail::mapping_handle_from_file_handle(fd());
}

bool makes_sealed_segments() { return why_dev_shm() == 0; }

void check_sent_segment(const SegmentFile& file, std::uint64_t size, bool sealed) {
    struct stat info {};
    struct statfs system {};
    const int seals = ::fcntl(file.fd(), F_GET_SEALS);  // -1 of anything but memory
    if (::fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode) ||
        ::fstatfs(file.fd(), &system) != 0 || system.f_type != TMPFS_MAGIC || seals < 0) {
        throw ProtocolError("the peer sent a descriptor that is not shared memory");
    }
    constexpr int kNeeded = F_SEAL_SHRINK | F_SEAL_GROW;
    if (sealed && (seals & kNeeded) != kNeeded) {
        throw ProtocolError(
            "the peer sent shared memory that is not sealed, so that its size may change. If its "
            "system refuses memfd_create, start both sides with BRIDGE32_SHARED_MEMORY=dev_shm");
    }
    if (static_cast<std::uint64_t>(info.st_size) != size) {
        throw ProtocolError("the peer sent a segment of " + std::to_string(info.st_size) +
                            " bytes and says that it has " + std::to_string(size));
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
void Segment::let_go_of_file() noexcept { mapping_->file.reset(); }

Segment Segment::create(const std::string& name, std::uint64_t size) {
    require_addressable(name, size);
    auto made = make_file(name);
    reserve(made, size);
    return map(name, std::move(made.file));
}

Segment Segment::map(const std::string& name, std::shared_ptr<const SegmentFile> file,
                     std::uint64_t at_most) {
    const auto size = std::min(size_of(*file, name), at_most);
    require_addressable(name, size);
    if (size == 0) throw Error("the segment " + name + " is empty");
    try {
        ipc::mapped_region region(*file, ipc::read_write, 0, static_cast<std::size_t>(size));
        return {name, std::unique_ptr<Mapping>(new Mapping{std::move(file), std::move(region)})};
    } catch (const ipc::interprocess_exception& e) {
        throw Error("cannot map the segment " + name + " of " + size_in_words(size) +
                    " into this " + std::to_string(own_bits()) + "-bit process: " + e.what());
    }
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

}  // namespace bridge32::os
