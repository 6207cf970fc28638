// The result of an asynchronous call.
#pragma once

#include <bridge32/error.hpp>
#include <bridge32/internal/client/call.hpp>
#include <bridge32/internal/client/promise.hpp>
#include <bridge32/internal/support/cancellation.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace bridge32 {

namespace detail {
template <class R>
R read_or_explain(const Caller& caller, std::string_view method, Call& call);

template <class F, class R>
struct ThenResult {
    using type = std::invoke_result_t<F&, R>;
};
template <class F>
struct ThenResult<F, void> {
    using type = std::invoke_result_t<F&>;
};

/// A call that has been sent.
template <class R>
struct StartedCall {
    std::shared_ptr<Caller> caller;
    CallLease call;
    std::string method;
    Timeout timeout;
};
}  // namespace detail

/// May outlive its client: it then reports that the client has ended. One thread at a time.
template <class R>
class Future {
public:
    /// A moved-from future can only be destroyed.
    Future(Future&&) noexcept = default;
    Future& operator=(Future&&) = delete;
    /// Without `get`, the call still runs, but its reply is dropped.
    ~Future() { abandon(/*tell_host=*/false); }

    /// Waits for the reply and returns the result, or throws what `call` would throw. call_timeout
    /// starts here. Callbacks and events of the call run on this thread. Can be called once.
    R get() {
        if (auto* const started = std::get_if<Started>(&state_)) {
            if (started->caller == nullptr) throw_used();
            const auto caller = std::exchange(started->caller, nullptr);
            caller->finish(*started->call, started->method, started->timeout);
            return detail::read_or_explain<R>(*caller, started->method, *started->call);
        }
        auto& promised = std::get<Promised>(state_);
        if (promised == nullptr) throw_used();
        return std::exchange(promised, nullptr)->get();
    }

    /// True if the reply has arrived; waits up to `duration` for it.
    template <class Rep, class Period>
    bool wait_for(std::chrono::duration<Rep, Period> duration) {
        const auto deadline = std::chrono::steady_clock::now() +
                              std::chrono::duration_cast<std::chrono::nanoseconds>(duration);
        if (auto* const started = std::get_if<Started>(&state_)) {
            return started->caller == nullptr || has_news(*started, deadline);
        }
        auto& promised = std::get<Promised>(state_);
        return promised == nullptr || promised->wait_until(deadline);
    }

    /// Cancels the call: it is not run if it has not started, otherwise the plugin sees
    /// `context().cancelled()`. The reply is dropped, and `get` throws. On a future from `then`,
    /// only the continuation is cancelled.
    void cancel() noexcept { abandon(/*tell_host=*/true); }

    /// Runs `f` with the result once it arrives, on the dispatcher (see ClientOptions::dispatch).
    /// Returns a future of what `f` returns. If the call throws, `f` does not run and the returned
    /// future throws the same. Consumes this future.
    template <class F>
    auto then(F f) {
        using Next = typename detail::ThenResult<F, R>::type;
        auto next = std::make_shared<detail::Promise<Next>>();
        if (auto* const started = std::get_if<Started>(&state_)) {
            if (started->caller == nullptr) throw_used();
            next->set_caller(started->caller);
            auto own = std::make_shared<Future>(std::move(*this));
            auto& kept = std::get<Started>(own->state_);
            auto caller = kept.caller;
            caller->when_done(*kept.call, [own, next, f = std::move(f)]() mutable {
                next->fulfil([&] { return run(f, *own); });
            });
        } else {
            auto promised = std::exchange(std::get<Promised>(state_), nullptr);
            if (promised == nullptr) throw_used();
            next->set_caller(promised->caller());
            promised->when_done([promised, next, f = std::move(f)]() mutable {
                next->fulfil([&] { return run(f, *promised); });
            });
        }
        return Future<Next>(std::move(next));
    }

private:
    template <class Derived>
    friend class Calls;
    template <class Other>
    friend class Future;
    using Started = detail::StartedCall<R>;
    using Promised = std::shared_ptr<detail::Promise<R>>;

    explicit Future(Started started) : state_(std::move(started)) {}
    explicit Future(Promised promised) : state_(std::move(promised)) {}

    template <class F, class Source>
    static decltype(auto) run(F& f, Source& source) {
        if constexpr (std::is_void_v<R>) {
            source.get();
            return f();
        } else {
            return f(source.get());
        }
    }

    static bool has_news(Started& started, std::chrono::steady_clock::time_point deadline) {
        try {
            return started.caller->wait(*started.call, started.method, deadline);
        }
        BRIDGE32_DETAIL_PASS_CANCELLATION
        catch (...) {
            return true;  // `get` throws it again
        }
    }

    void abandon(bool tell_host) noexcept {
        if (auto* const started = std::get_if<Started>(&state_)) {
            if (started->caller == nullptr) return;
            started->caller->abandon(*started->call, tell_host);
            started->caller = nullptr;
        } else if (tell_host) {
            std::get<Promised>(state_) = nullptr;
        }
    }

    [[noreturn]] static void throw_used() {
        throw Error("this Future was already consumed by get, then or cancel");
    }

    std::variant<Started, Promised> state_;
};

}  // namespace bridge32
