#include "contestants/shared_page.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bench {

namespace {

void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t value) noexcept {
    ::syscall(SYS_futex, &word, FUTEX_WAIT, value, nullptr, nullptr, 0);
}
void wake(std::atomic<std::uint32_t>& word) noexcept {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

}  // namespace

SharedMapping::SharedMapping(const std::string& name, How how, std::size_t most_elements)
    : name_("/" + name),
      how_(how),
      most_elements_(most_elements),
      size_(kArraysAt + 2 * sizeof(double) * most_elements) {
    const int flags = how == How::make ? O_RDWR | O_CREAT | O_EXCL : O_RDWR;
    const int file = ::shm_open(name_.c_str(), flags, 0600);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "shm_open " + name_);
    const bool sized = how != How::make || ::ftruncate(file, static_cast<off_t>(size_)) == 0;
    memory_ =
        sized ? ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0)
              : MAP_FAILED;
    ::close(file);
    if (memory_ == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "mapping " + name_);
    }
}

SharedMapping::~SharedMapping() {
    ::munmap(memory_, size_);
    if (how_ == How::make) ::shm_unlink(name_.c_str());
}

void exchange_sleeping(SharedPage& page, std::uint32_t count) noexcept {
    page.requests.store(count);
    wake(page.requests);
    while (page.replies.load() != count)
        sleep_while(page.replies, count - 1);
}

}  // namespace bench
