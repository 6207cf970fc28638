#include "os/regular_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bridge32::os {

RegularFile open_regular_file(const std::filesystem::path& file) noexcept {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return nullptr;
    struct stat info {};
    std::FILE* const opened =
        ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? ::fdopen(fd, "rb") : nullptr;
    if (opened == nullptr) ::close(fd);
    return RegularFile(opened);
}

std::uint64_t size_of(std::FILE& file) noexcept {
    struct stat info {};
    return ::fstat(::fileno(&file), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

bool seek(std::FILE& file, std::uint64_t offset) noexcept {
    return ::fseeko(&file, static_cast<off_t>(offset), SEEK_SET) == 0;
}

}  // namespace bridge32::os
