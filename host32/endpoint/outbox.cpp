#include "host32/endpoint/outbox.hpp"

#include <utility>

namespace bridge32::host {

namespace {

constexpr std::size_t kMaxWaiting = 10'000;
constexpr std::size_t kMaxWaitingBytes = 16U << 20;

}  // namespace

std::size_t Outbox::Waiting::bytes() const noexcept {
    std::size_t sum = json.size();
    for (const auto& memory : attachments)
        sum += memory.size();
    return sum;
}

bool Outbox::try_send(const wire::Envelope& envelope, std::string_view json,
                      Attachments attachments) {
    const std::lock_guard lock(mutex_);
    return send_now(envelope, json, attachments);
}

void Outbox::send(const wire::Envelope& envelope, std::string_view json, Attachments attachments) {
    const std::lock_guard lock(mutex_);
    if (!send_now(envelope, json, attachments)) keep(envelope, json, attachments);
}

bool Outbox::send_bounded(const wire::Envelope& envelope, std::string_view json,
                          Attachments attachments) {
    const std::lock_guard lock(mutex_);
    if (send_now(envelope, json, attachments)) return true;
    if (waiting_.size() >= kMaxWaiting || bytes_ >= kMaxWaitingBytes) return false;
    keep(envelope, json, attachments);
    return true;
}

bool Outbox::send_now(const wire::Envelope& envelope, std::string_view json,
                      Attachments attachments) {
    const bool sent = waiting_.empty() && channel_.try_send(envelope, json, attachments);
    if (sent == room_wanted_) want_room(!sent);
    return sent;
}

void Outbox::keep(const wire::Envelope& envelope, std::string_view json, Attachments attachments) {
    Waiting waiting{envelope, std::string(json), {}};
    for (const auto& attachment : attachments) {
        waiting.attachments.emplace_back(static_cast<const char*>(attachment.data),
                                         static_cast<std::size_t>(attachment.size));
    }
    const std::size_t bytes = waiting.bytes();
    waiting_.push_back(std::move(waiting));
    bytes_ += bytes;
    count_.store(waiting_.size(), std::memory_order_release);
}

void Outbox::flush() {
    if (!blocked()) return;
    const std::lock_guard lock(mutex_);
    std::vector<bridge32_attachment> attachments;
    while (!waiting_.empty()) {
        const Waiting& next = waiting_.front();
        attachments.clear();
        for (const auto& memory : next.attachments)
            attachments.push_back({memory.data(), memory.size()});
        if (!channel_.try_send(next.envelope, next.json, attachments)) return;
        bytes_ -= next.bytes();
        waiting_.pop_front();
        count_.store(waiting_.size(), std::memory_order_release);
    }
    want_room(false);
}

void Outbox::clear() noexcept {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    bytes_ = 0;
    count_.store(0, std::memory_order_release);
}

void Outbox::want_room(bool wanted) noexcept {
    channel_.want_space(wanted);
    room_wanted_ = wanted;
}

}  // namespace bridge32::host
