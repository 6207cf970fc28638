#include "connection.hpp"

#include <algorithm>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::client {

namespace {

constexpr std::chrono::milliseconds kLook{50};       // at the peer's life
constexpr std::chrono::milliseconds kRoomLook{1};    // at the room in a full ring
constexpr std::chrono::microseconds kRoomPause{50};  // while another thread leads

}  // namespace

bool Connection::peer_gone() const noexcept {
    return gone_.load(std::memory_order_acquire) ||
           channel_->host_state() >= wire::HostState::kRefused;
}

void Connection::peer_died() noexcept {
    gone_.store(true, std::memory_order_release);
    channel_->own_bell().wake();
    const std::lock_guard lock(mutex_);
    for (auto* pending : pending_)
        pending->arrived.notify_all();
}

void Connection::throw_if_gone() const {
    if (!protocol_error_.empty()) throw ProtocolError(protocol_error_);
    if (peer_gone()) throw PeerGone{};
}

bool Connection::send(wire::FrameKind kind, std::uint16_t flags, std::string_view json,
                      std::span<const bridge32_attachment> attachments, Pending* pending,
                      Clock::time_point deadline) {
    const std::lock_guard sending(sending_);
    const std::uint64_t id = ++last_id_;
    {
        const std::lock_guard lock(mutex_);
        throw_if_gone();
        if (pending != nullptr) {
            pending->call_id = id;
            pending->done = false;
            pending->registered = true;
            pending_.push_back(pending);
        }
    }
    try {
        bool waited = false;
        while (!channel_->try_send({kind, flags, id}, json, attachments)) {
            if (!std::exchange(waited, true)) channel_->want_space(true);
            std::unique_lock lock(mutex_);
            throw_if_gone();
            if (Clock::now() >= deadline) {
                if (pending != nullptr) remove(*pending);
                channel_->want_space(false);
                return false;
            }
            // The host may be waiting for us to read: reading makes it free our ring.
            if (!led_) {
                lead(lock, nullptr, std::min(deadline, Clock::now() + kRoomLook));
            } else {
                lock.unlock();
                std::this_thread::sleep_for(kRoomPause);
            }
        }
        if (waited) channel_->want_space(false);
        return true;
    } catch (...) {
        if (pending != nullptr) abandon(*pending);
        throw;
    }
}

bool Connection::wait(Pending& pending, Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    while (!pending.done) {
        // A reply that came before the peer went still counts: the leader looks at the ring
        // first.
        const bool gone = peer_gone();
        if (!protocol_error_.empty()) throw ProtocolError(protocol_error_);
        if (!led_) {
            lead(lock, &pending, std::min(deadline, Clock::now() + kLook));
            if (pending.done) break;
            if (gone) throw PeerGone{};
        } else {
            pending.waited_for = true;
            pending.arrived.wait_until(lock, std::min(deadline, Clock::now() + kLook));
            pending.waited_for = false;
        }
        if (!pending.done && Clock::now() >= deadline) return false;
    }
    return true;
}

void Connection::lead(std::unique_lock<std::mutex>& lock, const Pending* pending,
                      Clock::time_point deadline) {
    led_ = true;
    lock.unlock();
    std::string failure;
    try {
        const bool found = channel_->own_bell().wait(
            [this] { return channel_->ready() || peer_gone(); }, deadline);
        if (found) deliver(pending);
        if (!found && !peer_alive_()) gone_.store(true, std::memory_order_release);
    } catch (const std::exception& e) {
        failure = e.what();
    }
    lock.lock();
    led_ = false;
    if (!failure.empty()) fail(failure);
    wake_next_leader();
}

void Connection::deliver(const Pending* own) {
    bool own_done = false;
    while (!own_done && channel_->receive(message_)) {
        if (message_.kind() != wire::FrameKind::kReply) {
            throw ProtocolError("the host sent a frame of kind " +
                                std::to_string(static_cast<unsigned>(message_.kind())) +
                                ", which this client does not know");
        }
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(
            pending_.begin(), pending_.end(),
            [this](const Pending* candidate) { return candidate->call_id == message_.call_id(); });
        if (found == pending_.end()) continue;  // nobody waits for it any more
        Pending& receiver = **found;
        std::swap(receiver.message, message_);
        receiver.done = true;
        own_done = &receiver == own;
        remove(receiver);
        if (!own_done) receiver.arrived.notify_all();
    }
    message_.clear();
}

void Connection::fail(const std::string& reason) noexcept {
    if (protocol_error_.empty()) protocol_error_ = reason;
    for (auto* pending : pending_)
        pending->arrived.notify_all();
}

void Connection::wake_next_leader() noexcept {
    for (auto* pending : pending_) {
        if (!pending->waited_for) continue;
        pending->arrived.notify_all();
        return;
    }
}

void Connection::remove(Pending& pending) noexcept {
    std::erase(pending_, &pending);
    pending.registered = false;
}

void Connection::abandon(Pending& pending) noexcept {
    const std::lock_guard lock(mutex_);
    if (pending.registered) remove(pending);
    pending.message.clear();
}

}  // namespace bridge32::client
