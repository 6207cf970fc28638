// Typed calls: C++ values into a request's text, and a reply's text into C++ values.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/codec/named.hpp>
#include <bridge32/error.hpp>
#include <bridge32/exchange.hpp>
#include <bridge32/future.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace bridge32 {
namespace detail {

template <class T>
inline constexpr bool kIsNamed = std::is_same_v<T, Named>;

template <class T>
void write_positional(Encoder& request, bool& first, const T& value) {
    if constexpr (!kIsNamed<T>) {
        request.text() += first ? ",\"args\":[" : ",";
        first = false;
        request.value(value);
    }
}

template <class T>
void write_named(Encoder& request, bool& first, const T& value) {
    if constexpr (kIsNamed<T>) {
        for (const NamedArgument& argument : value.arguments()) {
            request.text() += first ? ",\"kwargs\":{" : ",";
            first = false;
            write_string(request.text(), argument.name());
            request.text() += ':';
            argument.encode(request);
        }
    }
}

/// {"method":…,"args":[…],"kwargs":{…}}; `args` and `kwargs` only where there are any.
template <class... A>
void write_call(Encoder& request, std::string_view method, const A&... arguments) {
    request.clear();
    request.text() += "{\"method\":";
    write_string(request.text(), method);
    bool first = true;
    (write_positional(request, first, arguments), ...);
    if (!first) request.text() += ']';
    first = true;
    (write_named(request, first, arguments), ...);
    if (!first) request.text() += '}';
    request.text() += '}';
}

/// The value of `{"result":…}`.
template <class R>
R read_result(const Exchange& exchange) {
    Decoder in(exchange.reply_json, exchange.reply_attachments);
    in.reader().enter_object();
    std::string scratch;
    const auto key = in.reader().next_key(scratch);
    if (!key || *key != "result") {
        throw ProtocolError("the host sent a reply that is neither a result nor an error: " +
                            std::string(exchange.reply_json.substr(0, 200)));
    }
    const auto finish = [&] {
        while (in.reader().next_key(scratch))
            in.reader().skip_value();
        in.reader().finish();
    };
    if constexpr (std::is_void_v<R>) {
        in.reader().skip_value();
        finish();
    } else {
        R value = in.value<R>();
        finish();
        return value;
    }
}

inline std::string joined(std::string_view plugin, std::string_view method) {
    return std::string(plugin) + "." + std::string(method);
}

template <class Write>
void write_or_explain(Caller& caller, std::string_view method, const Write& write) {
    try {
        write();
    } catch (const CodecError& e) {
        throw InvalidArgument(std::string("an argument cannot be sent: ") + e.what(),
                              joined(caller.plugin(), method));
    }
}

template <class R>
R read_or_explain(const Caller& caller, std::string_view method, const Exchange& exchange) {
    try {
        return read_result<R>(exchange);
    } catch (const CodecError& e) {
        throw InvalidArgument(
            std::string("the result does not fit the type that was asked for: ") + e.what(),
            joined(caller.plugin(), method));
    }
}

}  // namespace detail

/// What a client can be asked. Derived provides `detail::Caller& caller() const` and
/// `detail::Timeout timeout() const`. Every function may be called on any thread, and throws
/// the errors in <bridge32/error.hpp>.
template <class Derived>
class Calls {
public:
    /// Calls a method and returns its result as an `R`; without an `R` as Json, with `void` not
    /// at all. Arguments are positional, in order, or come in one or several `named(…)`.
    template <class R = Json, class... A>
    R call(std::string_view method, const A&... arguments) const {
        detail::ExchangeLease exchange;
        detail::Caller& caller = self().caller();
        detail::write_or_explain(
            caller, method, [&] { detail::write_call(exchange->request, method, arguments...); });
        caller.call(*exchange, method, self().timeout());
        return detail::read_or_explain<R>(caller, method, *exchange);
    }

    /// Reads a property.
    template <class R = Json>
    R get(std::string_view property) const {
        detail::ExchangeLease exchange;
        detail::Caller& caller = self().caller();
        detail::write_or_explain(caller, property, [&] {
            exchange->request.clear();
            exchange->request.text() += "{\"get\":";
            detail::write_string(exchange->request.text(), property);
            exchange->request.text() += '}';
        });
        caller.call(*exchange, property, self().timeout());
        return detail::read_or_explain<R>(caller, property, *exchange);
    }

    /// The plugin's methods and properties, as it describes them itself.
    Json describe() const {
        detail::ExchangeLease exchange;
        detail::Caller& caller = self().caller();
        exchange->request.clear();
        exchange->request.text() += "{\"describe\":true}";
        caller.call(*exchange, "(describe)", self().timeout());
        return detail::read_or_explain<Json>(caller, "(describe)", *exchange);
    }

    /// Sends a call and returns at once. Arguments are copied before it returns.
    template <class R = Json, class... A>
    Future<R> async(std::string_view method, const A&... arguments) const {
        detail::ExchangeLease exchange;
        auto caller = self().shared_caller();
        detail::write_or_explain(
            *caller, method, [&] { detail::write_call(exchange->request, method, arguments...); });
        caller->start(*exchange, method);
        return Future<R>(std::move(caller), std::move(exchange), std::string(method),
                         self().timeout());
    }

    /// Sends a call that has no reply: whether it failed is not told. Returns when the request
    /// is in the ring.
    template <class... A>
    void notify(std::string_view method, const A&... arguments) const {
        detail::ExchangeLease exchange;
        detail::Caller& caller = self().caller();
        detail::write_or_explain(
            caller, method, [&] { detail::write_call(exchange->request, method, arguments...); });
        caller.notify(*exchange);
    }

private:
    const Derived& self() const noexcept { return static_cast<const Derived&>(*this); }
};

}  // namespace bridge32
