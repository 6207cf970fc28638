#include "wire/reception.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "bridge32/error.hpp"
#include "os/linux/segment_file.hpp"
#include "os/thread.hpp"
#include "wire/linux/link_end.hpp"

namespace bridge32::wire {

namespace {

// Connections that have not sent a channel. One more closes the oldest.
constexpr std::size_t kMostVisitors = 64;

std::filesystem::path socket_of(const std::filesystem::path& file) {
    return std::filesystem::path(file).replace_extension(".socket");
}

struct Visitor {
    Link link;
    int fd;
    Clock::time_point until;
};

/// Blocks all signals for the threads that are started meanwhile.
class WithoutSignals {
public:
    WithoutSignals() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    WithoutSignals(const WithoutSignals&) = delete;
    WithoutSignals& operator=(const WithoutSignals&) = delete;
    ~WithoutSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

os::Thread start_quiet_thread(std::function<void()> work) {
    const WithoutSignals quiet;
    return os::Thread(std::move(work), os::Stack::kForOurs);
}

}  // namespace

/// A thread that accepts connections, and hands over those that have sent a channel: the main
/// thread may be busy with a long call, and sleeps at a futex.
struct Reception::Desk {
    Desk(const std::filesystem::path& file, const os::Segment& its_control, Doorbell its_bell)
        : path(socket_of(file)),
          control(its_control),
          bell(std::move(its_bell)),
          listener(LocalSocket::listen(path)),
          thread(start_quiet_thread([this] { run(); })) {}
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    ~Desk() {
        close();
        thread.join();
    }

    void close() noexcept {
        if (closed.exchange(true)) return;
        ::unlink(path.c_str());
        ::shutdown(listener.fd(), SHUT_RDWR);  // wakes the thread
    }

    void run() {
        std::vector<Visitor> visitors;
        std::vector<pollfd> polled;
        bool exhausted = false;  // no descriptor for another visitor
        while (!closed) {
            polled.clear();
            for (const Visitor& visitor : visitors)
                polled.push_back({visitor.fd, POLLIN, 0});
            polled.push_back({exhausted ? -1 : listener.fd(), POLLIN, 0});
            const bool waits = !visitors.empty() || exhausted;
            ::poll(polled.data(), polled.size(),
                   static_cast<int>((waits ? times::kHostTick : times::kLongestWait).count()));
            const auto now = Clock::now();
            for (std::size_t i = visitors.size(); i > 0; --i) {
                Visitor& visitor = visitors[i - 1];
                if (polled[i - 1].revents == 0 && now < visitor.until) continue;
                if ((polled[i - 1].revents & POLLIN) != 0) hand_on(std::move(visitor.link));
                visitors.erase(visitors.begin() + static_cast<std::ptrdiff_t>(i - 1));
            }
            exhausted = false;
            if (polled.back().revents != 0 && !closed) exhausted = !welcome(visitors, now);
        }
    }

    /// False if it is better to wait a little before the next.
    bool welcome(std::vector<Visitor>& visitors, Clock::time_point now) {
        const int fd = ::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) return errno == EINTR || errno == ECONNABORTED || errno == EAGAIN;
        LocalSocket socket(fd);
        const auto peer = socket.peer();
        if (peer.uid != ::geteuid()) return true;
        try {
            Link link(std::make_unique<Link::End>(std::move(socket),
                                                  "bridge32-" + std::to_string(peer.pid), false));
            if (!link.give(SegmentKind::kControl, 0, control)) return false;
            if (visitors.size() >= kMostVisitors) visitors.erase(visitors.begin());
            visitors.push_back({std::move(link), fd, now + times::kIntroduction});
        } catch (const std::exception&) {
            return false;  // there is no memory: the client finds its connection closed
        }
        return true;
    }

    void hand_on(Link link) {
        {
            const std::lock_guard lock(mutex);
            arrived.push_back(std::move(link));
            waiting.store(arrived.size());
        }
        bell.ring();
    }

    const std::filesystem::path path;
    const os::Segment& control;
    Doorbell bell;
    const LocalSocket listener;
    std::atomic<bool> closed{false};
    std::mutex mutex;
    std::deque<Link> arrived;
    std::atomic<std::size_t> waiting{0};
    os::Thread thread;  // last: it uses the others
};

Reception::Reception(os::OwnedFile& /*file*/, const std::filesystem::path& path,
                     const os::Segment& control, const Doorbell& bell)
    : desk_(std::make_unique<Desk>(path, control, bell)) {}

Reception::~Reception() = default;

bool Reception::ready() const noexcept { return desk_->waiting.load() != 0; }

std::optional<Link> Reception::take() {
    const std::lock_guard lock(desk_->mutex);
    if (desk_->arrived.empty()) return std::nullopt;
    Link first = std::move(desk_->arrived.front());
    desk_->arrived.pop_front();
    desk_->waiting.store(desk_->arrived.size());
    return first;
}

void Reception::look_after(Clock::time_point /*now*/) {}

void Reception::close() noexcept { desk_->close(); }

Visit visit(const std::string& name, const std::filesystem::path& path) {
    auto socket = LocalSocket::connect(socket_of(path));
    if (!socket) {
        if (is_unguessable_name(os::OwnedFile::read(path))) {
            throw ProtocolError(
                version_mismatch("the shared host \"" + name + "\"", 1, "", "this client"));
        }
        throw StartupError("the shared host \"" + name + "\" is still starting");
    }
    const auto peer = socket->peer();
    if (peer.uid != ::geteuid()) {
        throw Error("the shared host \"" + name + "\" belongs to another user (uid " +
                    std::to_string(peer.uid) + ")");
    }
    Link link(std::make_unique<Link::End>(std::move(*socket), "", os::makes_sealed_segments()));
    const std::string control = "control segment of \"" + name + "\"";
    try {
        auto segment = os::Segment::map(control, link.take(SegmentKind::kControl, 0, control));
        segment.let_go_of_file();
        return {std::move(link), std::move(segment)};
    } catch (const ProtocolError& e) {
        throw ProtocolError("the shared host \"" + name + "\": " + e.what());
    } catch (const Error&) {
        throw StartupError("the shared host \"" + name + "\" did not answer");
    }
}

}  // namespace bridge32::wire
