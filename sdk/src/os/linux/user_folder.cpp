#include "os/user_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/environment.hpp"
#include "os/file_access.hpp"

namespace bridge32::os {

namespace fs = std::filesystem;

namespace {

bool is_ours_alone(const fs::path& folder) {
    struct stat info {};
    return ::lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == ::geteuid() && (info.st_mode & 0077) == 0;
}

}  // namespace

fs::path user_runtime_folder() {
    const auto runtime = environment_variable("XDG_RUNTIME_DIR");
    const auto home = environment_variable("HOME");
    fs::path folder;
    if (runtime && is_ours_alone(*runtime)) {
        folder = fs::path(*runtime) / "bridge32";
    } else if (home && !home->empty()) {
        // Not /tmp: there another user could make the folder first, and keep us out.
        folder = fs::path(*home) / ".cache" / "bridge32";
    } else {
        throw Error(std::string("cannot find a folder for shared hosts: ") +
                    (environment_is_foreign()
                         ? "a setuid program has none, since it ignores the environment"
                         : "set XDG_RUNTIME_DIR or HOME"));
    }
    std::error_code error;
    fs::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        throw Error("cannot create the folder " + folder.string() + ": " + std::strerror(errno));
    }
    if (!is_ours_alone(folder)) {
        throw Error("the folder " + folder.string() +
                    " must belong to this user and be inaccessible to others (chmod 700)");
    }
    // A user who can rename it can put another one in its place.
    if (const auto closed = closed_folder(folder); !closed) {
        throw Error("the folder for shared hosts, " + folder.string() +
                    ", is not used because other users could replace it: " + closed.text() +
                    ". Either " + closed.remedy +
                    ", or set XDG_RUNTIME_DIR to a folder of mode 700");
    }
    return folder;
}

std::optional<OwnedFile> OwnedFile::claim(const fs::path& path) {
    // A look by is_owned() holds the lock for an instant, so one refusal proves nothing.
    for (int attempt = 0; attempt < 20; ++attempt) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) throw Error("cannot open " + path.string() + ": " + std::strerror(errno));
        struct stat opened {};
        struct stat named {};
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &opened) == 0 &&
            ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino) {
            return OwnedFile(fd, path);
        }
        ::close(fd);  // owned, or removed by its owner between our open and our lock
        std::this_thread::sleep_for(times::kLockRetry);
    }
    return std::nullopt;
}

bool OwnedFile::is_owned(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return false;
    const bool owned = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
    ::close(fd);
    return owned;
}

std::string OwnedFile::read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

OwnedFile::OwnedFile(OwnedFile&&) noexcept = default;

OwnedFile::~OwnedFile() {
    if (native_ && owner_.is_this()) ::unlink(path_.c_str());
}

void OwnedFile::write(const std::string& content) {
    const int file = static_cast<int>(native_.get());
    if (::ftruncate(file, 0) != 0 ||
        ::pwrite(file, content.data(), content.size(), 0) != static_cast<ssize_t>(content.size())) {
        throw Error("cannot write " + path_.string() + ": " + std::strerror(errno));
    }
}

}  // namespace bridge32::os
