#include "wire/linux/local_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/no_cancellation.hpp"

namespace bridge32::wire {

namespace {

// Descriptors in one message that are taken in, to be closed again; further ones the kernel closes.
constexpr std::size_t kMostDescriptors = 8;
// A folder's own descriptor in the place of its path: a socket's path has at most 107 bytes.
constexpr const char* kByDescriptor = "/proc/self/fd/";

[[noreturn]] void cannot(const std::string& what) {
    const int error = errno;
    throw Error("cannot " + what + ": " + std::strerror(error) +
                (error == EMFILE ? " (see ulimit -n)" : ""));
}

short look(int fd, short events) noexcept {
    const os::NoCancellation whole;
    pollfd entry{fd, events, 0};
    return ::poll(&entry, 1, 0) == 1 ? entry.revents : short{0};
}

/// Calls `use` with the address of `path`.
template <class Use>
int with_address(const std::filesystem::path& path, const Use& use) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string text = path.string();
    int folder = -1;
    if (text.size() >= sizeof address.sun_path) {
        folder = ::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0) cannot("open the folder of " + text);
        text = kByDescriptor + std::to_string(folder) + "/" + path.filename().string();
    }
    std::memcpy(address.sun_path, text.c_str(), std::min(text.size(), sizeof address.sun_path - 1));
    const int result = use(reinterpret_cast<const sockaddr*>(&address), socklen_t{sizeof address});
    const int error = errno;
    if (folder >= 0) ::close(folder);
    errno = error;
    return result;
}

LocalSocket make_socket() {
    const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) cannot("create a socket");
    return LocalSocket(fd);
}

/// All descriptors that came with a message.
std::vector<int> descriptors_in(msghdr& message) {
    std::vector<int> found;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
            found.push_back(fd);
        }
    }
    return found;
}

}  // namespace

LocalSocket::LocalSocket(int fd) noexcept : handle_(fd) {}

void LocalSocket::require_intact() const {
    if (!intact()) {
        throw Error(
            "the connection to the other process is lost: something in this process closed a "
            "descriptor that it had not opened");
    }
}

std::pair<LocalSocket, LocalSocket> LocalSocket::pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        cannot("create a pair of sockets");
    }
    return {LocalSocket(ends[0]), LocalSocket(ends[1])};
}

LocalSocket LocalSocket::listen(const std::filesystem::path& path) {
    LocalSocket socket = make_socket();
    ::unlink(path.c_str());
    const auto bind = [&](const sockaddr* address, socklen_t size) {
        return ::bind(socket.fd(), address, size);
    };
    if (with_address(path, bind) != 0 || ::listen(socket.fd(), SOMAXCONN) != 0) {
        cannot("listen at " + path.string());
    }
    return socket;
}

std::optional<LocalSocket> LocalSocket::connect(const std::filesystem::path& path) {
    LocalSocket socket = make_socket();
    const auto connect = [&](const sockaddr* address, socklen_t size) {
        return ::connect(socket.fd(), address, size);
    };
    if (with_address(path, connect) == 0) return socket;
    if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
    cannot("connect to " + path.string());
}

std::optional<LocalSocket> LocalSocket::inherited(int fd) noexcept {
    int type = 0;
    int domain = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET ||
        ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_UNIX ||
        ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return std::nullopt;
    }
    return LocalSocket(fd);
}

LocalSocket LocalSocket::duplicate() const {
    const int copy = ::fcntl(fd(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) cannot("duplicate a socket");
    return LocalSocket(copy);
}

LocalSocket::Peer LocalSocket::peer() const noexcept {
    ucred found{};
    socklen_t size = sizeof found;
    // Nobody, if it fails.
    if (::getsockopt(fd(), SOL_SOCKET, SO_PEERCRED, &found, &size) != 0) {
        return {0, static_cast<uid_t>(-1)};
    }
    return {static_cast<std::uint32_t>(found.pid), found.uid};
}

bool LocalSocket::send(std::span<const std::byte> message, int descriptor) {
    require_intact();
    iovec content{const_cast<std::byte*>(message.data()), message.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
    for (;;) {
        if (::sendmsg(fd(), &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
        switch (errno) {
            case EINTR:
                continue;
            case EAGAIN:
            case ENOBUFS:
            case ENOMEM:
            case ETOOMANYREFS:  // as many descriptors are on their way as this user may have
                return false;
            case EPIPE:
            case ECONNRESET:
            case ENOTCONN:
                return true;  // nobody reads it; whoever waits for the peer finds out
            default:
                cannot("hand shared memory to the other process");
        }
    }
}

std::optional<int> LocalSocket::receive(std::span<std::byte> message) {
    require_intact();
    if ((look(fd(), POLLIN) & POLLIN) == 0) return std::nullopt;
    // The kernel drops descriptors that do not fit the table: look for room before.
    const int spare = ::fcntl(fd(), F_DUPFD_CLOEXEC, 0);
    if (spare < 0) cannot("take in shared memory of the other process");
    ::close(spare);
    iovec content{message.data(), message.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t size = 0;
    do {
        size = ::recvmsg(fd(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return std::nullopt;
    const auto descriptors = descriptors_in(header);
    if (size == 0 && descriptors.empty()) return std::nullopt;  // the end
    const bool whole = static_cast<std::size_t>(size) == message.size() &&
                       (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
    if (whole && descriptors.size() == 1) return descriptors.front();
    for (const int fd : descriptors)
        ::close(fd);
    throw ProtocolError("the peer sent " + std::to_string(size) + " bytes with " +
                        std::to_string(descriptors.size()) + " descriptors where a message has " +
                        std::to_string(message.size()) + " bytes and one descriptor");
}

bool LocalSocket::wait(std::chrono::milliseconds time) const noexcept {
    const os::NoCancellation whole;
    const auto deadline = deadline_after(time);
    pollfd entry{fd(), POLLIN, 0};
    for (;;) {
        const int ready = ::poll(&entry, 1, static_cast<int>(next_wait(deadline).count()));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

bool LocalSocket::writable() const noexcept { return look(fd(), POLLOUT) != 0; }

void LocalSocket::shut_down() const noexcept {
    if (intact()) ::shutdown(fd(), SHUT_RDWR);
}

bool LocalSocket::ended() const noexcept {
    return (look(fd(), POLLRDHUP) & (POLLHUP | POLLRDHUP)) != 0 && intact();
}

}  // namespace bridge32::wire
