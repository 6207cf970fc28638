#include "os/child_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/times.hpp"
#include "os/linux/process_handle.hpp"

namespace bridge32::os {

namespace {

// After the child's end a pipe holds what it held then; only a grandchild can add to it. This
// bounds how much of that is read.
constexpr int kLastReads = 64;

enum class Read { kData, kNothing, kEnd };

Read read_some(int fd, Output output, const std::function<void(Output, std::string_view)>& sink) {
    std::array<char, 65536> buffer;
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size > 0) {
        sink(output, {buffer.data(), static_cast<std::size_t>(size)});
        return Read::kData;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Read::kNothing;
    return Read::kEnd;
}

}  // namespace

void read_output_until_exit(const ChildProcess& child,
                            const std::function<void(Output, std::string_view)>& sink) {
    const auto entry = [](NativeHandle handle) {
        return pollfd{static_cast<int>(handle), POLLIN, 0};
    };
    std::array<pollfd, 3> watched{entry(child.handle().native()), entry(child.out()),
                                  entry(child.err())};
    const bool told = is_pidfd(child.handle().native());  // of its end
    if (!told) watched[0].fd = -1;
    const int longest = told ? -1 : static_cast<int>(times::kProcessPoll.count());
    for (const int fd : {watched[1].fd, watched[2].fd}) {
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    while (told ? (watched[0].revents & POLLIN) == 0 : child.handle().alive()) {
        if (::poll(watched.data(), watched.size(), longest) < 0) {
            if (errno == EINTR) continue;
            return;
        }
        for (std::size_t i : {1U, 2U}) {
            const Output output = i == 1 ? Output::kOut : Output::kErr;
            // A negative descriptor is one that poll leaves out.
            if (watched[i].revents != 0 && read_some(watched[i].fd, output, sink) == Read::kEnd) {
                watched[i].fd = -1;
                watched[i].revents = 0;
            }
        }
    }
    for (std::size_t i : {1U, 2U}) {
        if (watched[i].fd < 0) continue;
        const Output output = i == 1 ? Output::kOut : Output::kErr;
        for (int turn = 0; turn < kLastReads; ++turn) {
            if (read_some(watched[i].fd, output, sink) != Read::kData) break;
        }
    }
}

}  // namespace bridge32::os
