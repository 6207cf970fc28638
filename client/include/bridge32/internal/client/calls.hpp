// The calls that Client and TimedCalls offer.
#pragma once

#include <bridge32/batch.hpp>
#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/future.hpp>
#include <bridge32/internal/client/call.hpp>
#include <bridge32/internal/client/typed_calls.hpp>
#include <bridge32/internal/codec/named.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace bridge32 {

/// Derived provides `detail::Caller& caller() const` and `detail::Timeout timeout() const`. All
/// functions are thread-safe and throw the errors in <bridge32/error.hpp>.
template <class Derived>
class Calls {
public:
    /// Calls a method and returns its result as an `R`: Json by default, nothing for `void`.
    /// Arguments are positional, or named with one or several `named(…)`.
    ///
    /// The plugin can call a function argument, such as a lambda, during the call. It runs on this
    /// thread and may call this client again. Its exception reaches the plugin as an error; if the
    /// plugin does not catch that, the original exception is rethrown here.
    template <class R = Json, class... A>
    R call(std::string_view method, const A&... arguments) const {
        detail::Caller& caller = self().caller();
        detail::CallLease call(caller);
        write(caller, *call, method, arguments...);
        caller.call(*call, method, self().timeout());
        return detail::read_or_explain<R>(caller, method, *call);
    }

    /// Reads a property.
    template <class R = Json>
    R get(std::string_view property) const {
        detail::Caller& caller = self().caller();
        detail::CallLease call(caller);
        call->request.clear();
        detail::write_or_explain(caller, property,
                                 [&] { protocol::write_get(call->request, property); });
        caller.call(*call, property, self().timeout());
        return detail::read_or_explain<R>(caller, property, *call);
    }

    /// The plugin's description: its methods, its properties and the libraries it has loaded.
    Json describe() const {
        detail::Caller& caller = self().caller();
        detail::CallLease call(caller);
        call->request.clear();
        protocol::write_describe(call->request);
        caller.call(*call, "(describe)", self().timeout());
        return detail::read_or_explain<Json>(caller, "(describe)", *call);
    }

    /// Sends a call and returns at once. Arguments are copied before it returns, except arrays from
    /// make_array, which the plugin reads in place.
    template <class R = Json, class... A>
    Future<R> async(std::string_view method, const A&... arguments) const {
        auto caller = self().shared_caller();
        detail::CallLease call(*caller);
        write(*caller, *call, method, arguments...);
        caller->start(*call, method, detail::kNoDeadline);
        return Future<R>(detail::StartedCall<R>{std::move(caller), std::move(call),
                                                std::string(method), self().timeout()});
    }

    /// Sends a call that has no reply; failures are not reported. Returns once the request is in
    /// the ring. Of functions, only those from `long_lived` can be arguments.
    template <class... A>
    void notify(std::string_view method, const A&... arguments) const {
        detail::Caller& caller = self().caller();
        detail::CallLease call(caller);
        write(caller, *call, method, arguments...);
        caller.notify(*call);
    }

    /// Starts a list of calls that are sent as one message.
    Batch batch() const { return Batch(self().shared_caller(), self().timeout()); }

private:
    const Derived& self() const noexcept { return static_cast<const Derived&>(*this); }

    template <class... A>
    static void write(detail::Caller& caller, detail::Call& call, std::string_view method,
                      const A&... arguments) {
        call.request.clear();
        detail::write_or_explain(caller, method,
                                 [&] { protocol::write_call(call.request, method, arguments...); });
    }
};

}  // namespace bridge32
