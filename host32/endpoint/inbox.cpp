#include "host32/endpoint/inbox.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::host {

namespace {

// Our clients stop sending long before these bounds.
constexpr std::size_t kMaxMessages = 100'000;
constexpr std::size_t kMaxBytes = 64U << 20;
constexpr std::size_t kAnySize = 16;  // so many messages may be of any size
constexpr std::size_t kMaxCancelled = 1024;

std::size_t private_bytes(const wire::Message& message) noexcept {
    std::size_t bytes = message.json().size();
    std::uint32_t at = 0;
    for (const auto& attachment : message.attachments()) {
        if (!message.is_shared(at++)) bytes += static_cast<std::size_t>(attachment.size);
    }
    return bytes;
}

}  // namespace

void Inbox::put(wire::Message message, std::uint64_t callback) {
    const std::size_t bytes = private_bytes(message);
    const std::lock_guard lock(mutex_);
    if (count_ >= kMaxMessages || (count_ >= kAnySize && bytes_ + bytes > kMaxBytes)) {
        throw ProtocolError("the client sent " + std::to_string(count_ + 1) + " requests of " +
                            std::to_string(bytes_ + bytes) +
                            " bytes while one of its callbacks was running");
    }
    by_callback_[callback].push_back({std::move(message), bytes});
    ++count_;
    bytes_ += bytes;
    count_ordinary();
}

bool Inbox::take(wire::Message& message, std::uint64_t callback) {
    const std::lock_guard lock(mutex_);
    const auto found = by_callback_.find(callback);
    if (found == by_callback_.end()) return false;
    auto& queue = found->second;
    message = std::move(queue.front().message);
    bytes_ -= queue.front().bytes;
    --count_;
    queue.pop_front();
    if (queue.empty()) by_callback_.erase(found);
    count_ordinary();
    return true;
}

void Inbox::release(std::uint64_t callback) {
    const std::lock_guard lock(mutex_);
    auto left = by_callback_.extract(callback);
    if (left.empty()) return;
    auto& ordinary = by_callback_[0];
    std::move(left.mapped().begin(), left.mapped().end(), std::back_inserter(ordinary));
    count_ordinary();
}

void Inbox::count_ordinary() noexcept {
    const auto found = by_callback_.find(0);
    ordinary_.store(found == by_callback_.end() ? 0 : found->second.size(),
                    std::memory_order_release);
}

bool Inbox::has_room() const {
    const std::lock_guard lock(mutex_);
    return count_ < kMaxMessages / 2 && bytes_ < kMaxBytes;
}

void Inbox::cancel(std::uint64_t call_id) {
    const std::lock_guard lock(mutex_);
    cancelled_.push_back(call_id);
    if (cancelled_.size() > kMaxCancelled) cancelled_.pop_front();
    cancelled_count_.store(cancelled_.size(), std::memory_order_release);
}

bool Inbox::is_cancelled(std::uint64_t call_id) const noexcept {
    const std::lock_guard lock(mutex_);
    return std::find(cancelled_.begin(), cancelled_.end(), call_id) != cancelled_.end();
}

bool Inbox::forget_cancelled(std::uint64_t call_id) noexcept {
    const std::lock_guard lock(mutex_);
    const auto found = std::find(cancelled_.begin(), cancelled_.end(), call_id);
    if (found == cancelled_.end()) return false;
    cancelled_.erase(found);
    cancelled_count_.store(cancelled_.size(), std::memory_order_release);
    return true;
}

}  // namespace bridge32::host
