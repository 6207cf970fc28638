#include "host32/endpoint/outbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bridge32::host {

namespace {

constexpr std::size_t kMaxWaiting = 10'000;
constexpr std::size_t kMaxWaitingBytes = 16U << 20;

std::size_t size_of(std::string_view json, Outbox::Attachments attachments) noexcept {
    std::size_t sum = json.size();
    for (const auto& attachment : attachments)
        sum += static_cast<std::size_t>(attachment.size);
    return sum;
}

}  // namespace

void Outbox::send(const wire::Envelope& envelope, std::string_view json, Attachments attachments) {
    const std::lock_guard lock(mutex_);
    if (!send_now(envelope, json, attachments)) keep(Kind::kOther, envelope, json, attachments);
}

bool Outbox::send_bounded(const wire::Envelope& envelope, std::string_view json,
                          Attachments attachments) {
    const std::lock_guard lock(mutex_);
    if (send_now(envelope, json, attachments)) return true;
    // A single one may be of any size.
    if (waiting_.size() >= kMaxWaiting ||
        (bytes_ != 0 && bytes_ + size_of(json, attachments) > kMaxWaitingBytes)) {
        return false;
    }
    keep(Kind::kBounded, envelope, json, attachments);
    return true;
}

Outbox::Patient::Patient(Outbox& outbox, const wire::Envelope& envelope, std::string_view json,
                         Attachments attachments)
    : outbox_(outbox) {
    const std::lock_guard lock(outbox_.mutex_);
    sent_ = outbox_.send_now(envelope, json, attachments);
    if (!sent()) outbox_.queue(Kind::kOther, envelope, json, attachments).patient = this;
}

Outbox::Patient::~Patient() {
    if (sent()) return;
    const std::lock_guard lock(outbox_.mutex_);
    const auto found = std::find_if(outbox_.waiting_.begin(), outbox_.waiting_.end(),
                                    [this](const auto& one) { return one.patient == this; });
    if (found != outbox_.waiting_.end()) outbox_.remove(found);
}

/// With mutex_ held, as all that follow.
bool Outbox::send_now(const wire::Envelope& envelope, std::string_view json,
                      Attachments attachments) {
    const bool sent = waiting_.empty() && channel_.try_send(envelope, json, attachments);
    if (sent == room_wanted_) want_room(!sent);
    return sent;
}

Outbox::Waiting& Outbox::queue(Kind kind, const wire::Envelope& envelope, std::string_view json,
                               Attachments attachments) {
    const auto self = std::this_thread::get_id();
    auto place = waiting_.end();
    while (kind != Kind::kBounded && place != waiting_.begin() &&
           std::prev(place)->kind == Kind::kBounded && std::prev(place)->thread != self) {
        --place;
    }
    Waiting& queued = *waiting_.insert(
        place, {kind, self, envelope, json, {attachments.begin(), attachments.end()}});
    if (envelope.kind == wire::FrameKind::kReply) replies_.fetch_add(1);
    count_.store(waiting_.size(), std::memory_order_release);
    return queued;
}

void Outbox::keep(Kind kind, const wire::Envelope& envelope, std::string_view json,
                  Attachments attachments) {
    std::string text(json);
    std::vector<std::string> memory;
    memory.reserve(attachments.size());
    for (const auto& attachment : attachments) {
        memory.emplace_back(static_cast<const char*>(attachment.data),
                            static_cast<std::size_t>(attachment.size));
    }
    Waiting& kept = queue(kind, envelope, json, attachments);
    kept.own_json = std::move(text);
    kept.json = kept.own_json;
    kept.own_memory = std::move(memory);
    for (std::size_t i = 0; i < kept.own_memory.size(); ++i)
        kept.attachments[i].data = kept.own_memory[i].data();
    kept.bytes = size_of(json, attachments);
    bytes_ += kept.bytes;
}

Outbox::Queue::iterator Outbox::remove(Queue::iterator waiting) noexcept {
    bytes_ -= waiting->bytes;
    if (waiting->envelope.kind == wire::FrameKind::kReply) replies_.fetch_sub(1);
    const auto next = waiting_.erase(waiting);
    count_.store(waiting_.size(), std::memory_order_release);
    return next;
}

void Outbox::flush() {
    if (!blocked()) return;
    const std::lock_guard lock(mutex_);
    for (auto next = waiting_.begin(); next != waiting_.end(); next = remove(next)) {
        if (!channel_.try_send(next->envelope, next->json, next->attachments)) return;
        if (next->patient != nullptr) next->patient->sent_.store(true, std::memory_order_release);
    }
    want_room(false);
}

void Outbox::clear() noexcept {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    bytes_ = 0;
    count_.store(0, std::memory_order_release);
    replies_.store(0);
}

void Outbox::want_room(bool wanted) noexcept {
    channel_.want_space(wanted);
    room_wanted_ = wanted;
}

}  // namespace bridge32::host
