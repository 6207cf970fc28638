#include "core.hpp"

#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::client {

namespace {

Clock::time_point deadline_of(detail::Timeout timeout) {
    // A limit of centuries is none; adding it to the clock would overflow.
    if (!timeout || *timeout > std::chrono::hours(24 * 365)) return Clock::time_point::max();
    return Clock::now() + *timeout;
}

}  // namespace

Core::Core(std::string plugin, const ClientOptions& options,
           std::function<std::shared_ptr<Backend>()> start)
    : plugin_(std::move(plugin)),
      call_timeout_(options.call_timeout),
      shutdown_timeout_(options.shutdown_timeout),
      restart_(options.restart),
      start_(std::move(start)),
      backend_(start_()) {}

std::shared_ptr<Backend> Core::backend() {
    const std::lock_guard lock(mutex_);
    if (restart_ == Restart::on_crash && backend_->crashed()) backend_ = start_();
    return backend_;
}

void Core::wait_at(Backend& backend, PendingExchange& exchange, std::string_view method,
                   Clock::time_point deadline, detail::Timeout timeout) {
    if (backend.wait(exchange, method, deadline)) return;
    backend.abandon(exchange);
    throw TimeoutError(plugin_ + "." + std::string(method) + " did not reply within " +
                       std::to_string(timeout->count()) +
                       " ms. The host still runs it, and drops its reply");
}

void Core::call(detail::Exchange& exchange, std::string_view method, detail::Timeout timeout) {
    auto& pending = PendingExchange::of(exchange);
    const auto deadline = deadline_of(timeout);
    const auto backend = this->backend();
    backend->start(pending, method, deadline);
    wait_at(*backend, pending, method, deadline, timeout);
}

void Core::start(detail::Exchange& exchange, std::string_view method) {
    auto& pending = PendingExchange::of(exchange);
    pending.started_at = backend();
    pending.started_at->start(pending, method, deadline_of(call_timeout_));
}

void Core::wait(detail::Exchange& exchange, std::string_view method, detail::Timeout timeout) {
    auto& pending = PendingExchange::of(exchange);
    const auto backend = std::exchange(pending.started_at, nullptr);
    wait_at(*backend, pending, method, deadline_of(timeout), timeout);
}

bool Core::wait_until(detail::Exchange& exchange, Clock::time_point deadline) {
    auto& pending = PendingExchange::of(exchange);
    try {
        return pending.started_at->wait(pending, "(async)", deadline);
    } catch (const Error&) {
        return true;  // there is something to get, and `get` throws it again
    }
}

void Core::abandon(detail::Exchange& exchange) noexcept {
    auto& pending = PendingExchange::of(exchange);
    if (pending.started_at == nullptr) return;
    pending.started_at->abandon(pending);
    pending.started_at.reset();
}

void Core::notify(detail::Exchange& exchange) { backend()->notify(PendingExchange::of(exchange)); }

Streams Core::shutdown() {
    std::shared_ptr<Backend> last;
    {
        const std::lock_guard lock(mutex_);
        restart_ = Restart::never;
        last = backend_;
    }
    return last->shutdown(shutdown_timeout_);
}

HostInfo Core::info() {
    const std::lock_guard lock(mutex_);
    return backend_->info();
}

}  // namespace bridge32::client
