#include "client/endpoint/function_registry.hpp"

#include <algorithm>

#include "os/no_cancellation.hpp"

namespace bridge32::client {

std::uint64_t ThrownExceptions::keep(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    errors_.emplace_back(errors_.size() + 1, std::move(error));
    return errors_.back().first;
}

std::exception_ptr ThrownExceptions::find(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    return number == 0 || number > errors_.size()
               ? nullptr
               : errors_[static_cast<std::size_t>(number) - 1].second;
}

std::uint64_t FunctionRegistry::add(std::shared_ptr<LocalFunction> function,
                                    std::shared_ptr<ThrownExceptions> thrown) {
    if (!owner_.is_this()) return 0;  // the call it is for is going to be refused
    auto entry = std::make_shared<Entry>(Entry{std::move(function), std::move(thrown), {}});
    const std::lock_guard lock(mutex_);
    entries_.emplace(++last_id_, std::move(entry));
    return last_id_;
}

void FunctionRegistry::remove(std::uint64_t id) noexcept {
    if (!owner_.is_this()) return;
    const os::NoCancellation whole;
    std::unique_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    const auto entry = std::move(found->second);
    entries_.erase(found);
    // A function that lets go of itself does not wait for itself.
    const auto own = std::this_thread::get_id();
    ended_.wait(lock, [&] {
        return std::all_of(entry->running_on.begin(), entry->running_on.end(),
                           [own](std::thread::id thread) { return thread == own; });
    });
}

bool FunctionRegistry::knows(std::uint64_t id) const noexcept {
    const std::lock_guard lock(mutex_);
    return entries_.count(id) != 0;
}

FunctionRegistry::Use FunctionRegistry::use(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return {};
    found->second->running_on.push_back(std::this_thread::get_id());
    return {*this, found->second};
}

FunctionRegistry::Use::~Use() {
    if (registry_ == nullptr || !registry_->owner_.is_this()) return;
    const std::lock_guard lock(registry_->mutex_);
    auto& threads = entry_->running_on;
    threads.erase(std::find(threads.begin(), threads.end(), std::this_thread::get_id()));
    registry_->ended_.notify_all();
}

}  // namespace bridge32::client
