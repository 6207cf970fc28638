#include "host32/endpoint/invocations.hpp"

#include <algorithm>
#include <utility>

namespace bridge32::host {

Invocation& Invocations::begin(const void* frame) {
    const std::lock_guard lock(mutex_);
    const auto id = last_id() + 1;
    waiting_.push_back(
        std::unique_ptr<Invocation>(new Invocation{id, std::this_thread::get_id(), frame}));
    last_id_.store(id, std::memory_order_relaxed);
    count_.store(waiting_.size(), std::memory_order_relaxed);
    return *waiting_.back();
}

std::unique_ptr<Invocation> Invocations::end(Invocation& invocation) noexcept {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& candidate) {
        return candidate.get() == &invocation;
    });
    auto ended = std::move(*found);
    waiting_.erase(found);
    count_.store(waiting_.size(), std::memory_order_relaxed);
    return ended;
}

Invocation* Invocations::last_after(std::uint64_t id, const void* frame) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const auto& candidate) {
        return candidate->id > id && candidate->frame <= frame &&
               candidate->thread == std::this_thread::get_id();
    });
    return found == waiting_.rend() ? nullptr : found->get();
}

bool Invocations::waits(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    return find(id) != nullptr;
}

void Invocations::notify(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    if (Invocation* const found = find(id)) found->news.store(true, std::memory_order_release);
}

bool Invocations::answer(wire::Message reply) {
    const std::lock_guard lock(mutex_);
    Invocation* const found = find(reply.call_id());
    // The first reply counts.
    if (found == nullptr || found->answered.load(std::memory_order_relaxed)) return false;
    found->reply = std::move(reply);
    found->answered.store(true, std::memory_order_release);
    found->news.store(true, std::memory_order_release);
    return true;
}

Invocation* Invocations::find(std::uint64_t id) const noexcept {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [id](const auto& candidate) { return candidate->id == id; });
    return found == waiting_.end() ? nullptr : found->get();
}

}  // namespace bridge32::host
