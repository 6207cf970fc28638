// The result of a call that was started and not waited for.
#pragma once

#include <bridge32/exchange.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace bridge32 {

namespace detail {
template <class R>
R read_or_explain(const Caller& caller, std::string_view method, const Exchange& exchange);
}

/// Movable. May outlive its client, whose end it reports. One thread at a time.
template <class R>
class Future {
public:
    Future(Future&&) noexcept = default;
    Future& operator=(Future&&) = delete;
    /// Without `get` the call still runs; its reply is dropped.
    ~Future() {
        if (caller_ != nullptr) caller_->abandon(*exchange_);
    }

    /// Waits for the reply and returns the result, or throws what `call` would have thrown. The
    /// client's call_timeout counts from here. Once only.
    R get() {
        if (caller_ == nullptr) throw Error("Future::get was called a second time");
        const auto caller = std::exchange(caller_, nullptr);
        caller->wait(*exchange_, method_, timeout_);
        return detail::read_or_explain<R>(*caller, method_, *exchange_);
    }

    /// Has the reply come? Waits for it, `duration` at most.
    template <class Rep, class Period>
    bool wait_for(std::chrono::duration<Rep, Period> duration) {
        return caller_ == nullptr ||
               caller_->wait_until(
                   *exchange_, std::chrono::steady_clock::now() +
                                   std::chrono::duration_cast<std::chrono::nanoseconds>(duration));
    }

private:
    template <class Derived>
    friend class Calls;

    Future(std::shared_ptr<detail::Caller> caller, detail::ExchangeLease exchange,
           std::string method, detail::Timeout timeout)
        : caller_(std::move(caller)),
          exchange_(std::move(exchange)),
          method_(std::move(method)),
          timeout_(timeout) {}

    std::shared_ptr<detail::Caller> caller_;
    detail::ExchangeLease exchange_;
    std::string method_;
    detail::Timeout timeout_;
};

}  // namespace bridge32
