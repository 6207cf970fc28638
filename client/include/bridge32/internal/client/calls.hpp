// What a client can be asked.
#pragma once

#include <bridge32/batch.hpp>
#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/future.hpp>
#include <bridge32/internal/client/exchange.hpp>
#include <bridge32/internal/client/typed_calls.hpp>
#include <bridge32/internal/codec/named.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace bridge32 {

/// What a client can be asked. Derived provides `detail::Caller& caller() const` and
/// `detail::Timeout timeout() const`. Every function may be called on any thread, and throws
/// the errors in <bridge32/error.hpp>.
template <class Derived>
class Calls {
public:
    /// Calls a method and returns its result as an `R`; without an `R` as Json, with `void` not
    /// at all. Arguments are positional, in order, or come in one or several `named(…)`.
    ///
    /// A function as an argument, a lambda say, can be called by the plugin as long as the call
    /// runs. It runs on this thread, and may call this client again. What it throws reaches
    /// the plugin as an error and, if the plugin lets it out, comes back here as it was thrown.
    template <class R = Json, class... A>
    R call(std::string_view method, const A&... arguments) const {
        detail::Caller& caller = self().caller();
        detail::ExchangeLease exchange(caller);
        write(caller, *exchange, method, arguments...);
        caller.call(*exchange, method, self().timeout());
        return detail::read_or_explain<R>(caller, method, *exchange);
    }

    /// Reads a property.
    template <class R = Json>
    R get(std::string_view property) const {
        detail::Caller& caller = self().caller();
        detail::ExchangeLease exchange(caller);
        exchange->request.clear();
        detail::write_or_explain(caller, property,
                                 [&] { protocol::write_get(exchange->request, property); });
        caller.call(*exchange, property, self().timeout());
        return detail::read_or_explain<R>(caller, property, *exchange);
    }

    /// The plugin's methods and properties, and the libraries that it loaded, as it describes
    /// them itself.
    Json describe() const {
        detail::Caller& caller = self().caller();
        detail::ExchangeLease exchange(caller);
        exchange->request.clear();
        protocol::write_describe(exchange->request);
        caller.call(*exchange, "(describe)", self().timeout());
        return detail::read_or_explain<Json>(caller, "(describe)", *exchange);
    }

    /// Sends a call and returns at once. Arguments are copied before it returns, but for arrays
    /// of make_array, which the plugin reads in place.
    template <class R = Json, class... A>
    Future<R> async(std::string_view method, const A&... arguments) const {
        auto caller = self().shared_caller();
        detail::ExchangeLease exchange(*caller);
        write(*caller, *exchange, method, arguments...);
        caller->start(*exchange, method);
        return Future<R>(detail::StartedCall<R>{std::move(caller), std::move(exchange),
                                                std::string(method), self().timeout()});
    }

    /// Sends a call that has no reply: whether it failed is not told. Returns when the request
    /// is in the ring. Functions cannot be arguments, but those of `long_lived` can.
    template <class... A>
    void notify(std::string_view method, const A&... arguments) const {
        detail::Caller& caller = self().caller();
        detail::ExchangeLease exchange(caller);
        write(caller, *exchange, method, arguments...);
        caller.notify(*exchange);
    }

    /// Begins a list of calls that are sent as one message.
    Batch batch() const { return Batch(self().shared_caller(), self().timeout()); }

private:
    const Derived& self() const noexcept { return static_cast<const Derived&>(*this); }

    template <class... A>
    static void write(detail::Caller& caller, detail::Exchange& exchange, std::string_view method,
                      const A&... arguments) {
        exchange.request.clear();
        detail::write_or_explain(
            caller, method, [&] { protocol::write_call(exchange.request, method, arguments...); });
    }
};

}  // namespace bridge32
