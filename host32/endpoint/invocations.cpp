#include "host32/endpoint/invocations.hpp"

#include <algorithm>
#include <utility>

namespace bridge32::host {

void Invocations::begin(Invocation& invocation) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&invocation);
    invocation.id = ++last_id_;
}

void Invocations::end(Invocation& invocation) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase(waiting_, &invocation);
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
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(),
                     [id](const Invocation* candidate) { return candidate->id == id; });
    return found == waiting_.end() ? nullptr : *found;
}

}  // namespace bridge32::host
