// C++ values into a request's text, and a reply's text into C++ values.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/internal/client/exchange.hpp>
#include <bridge32/internal/codec/named.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace bridge32::detail {

template <class T>
inline constexpr bool kIsNamed = std::is_same_v<T, Named>;

template <class T>
void write_positional(Encoder& request, bool& first, const T& value) {
    if constexpr (!kIsNamed<T>) {
        if (!first) request.text().push_back(',');
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

/// Appends {"KEY":"NAME" and `next`.
inline void write_request(Encoder& request, std::string_view key, std::string_view name,
                          std::string_view next) {
    std::string& text = request.text();
    text += key;
    if (skip_plain(name.data(), name.data() + name.size()) == name.data() + name.size()) {
        text += name;
    } else {
        text.pop_back();  // the quote
        write_string(text, name);
        text.pop_back();
    }
    text += next;
}

/// Appends {"method":…,"args":[…],"kwargs":{…}}; `args` and `kwargs` only where there are any.
template <class... A>
void write_call(Encoder& request, std::string_view method, const A&... arguments) {
    constexpr bool kNamed = (kIsNamed<A> || ...);
    constexpr bool kPositional = (!kIsNamed<A> || ...);
    constexpr std::string_view kAfterName = kPositional ? "\",\"args\":[" : kNamed ? "\"" : "\"}";
    write_request(request, "{\"method\":\"", method, kAfterName);
    bool first = true;
    (write_positional(request, first, arguments), ...);
    if constexpr (kPositional) request.text() += std::string_view(kNamed ? "]" : "]}");
    if constexpr (kNamed) {
        first = true;
        (write_named(request, first, arguments), ...);
        request.text() += std::string_view(first ? "}" : "}}");
    }
}

/// Appends {"get":…}.
inline void write_get(Encoder& request, std::string_view property) {
    write_request(request, "{\"get\":\"", property, "\"}");
}

/// Where the value of `{"result":…}` begins, in a text of any form. Throws ProtocolError,
/// CodecError.
inline std::string_view find_result(std::string_view json) {
    Reader reader(json);
    reader.enter_object();
    std::string scratch;
    const auto key = reader.next_key(scratch);
    if (!key || *key != "result") {
        throw ProtocolError("the host sent a reply that is neither a result nor an error: " +
                            std::string(json.substr(0, 200)));
    }
    return reader.rest();
}

/// The value of `{"result":…}`.
template <class R>
R read_result(Exchange& exchange, std::string_view json) {
    constexpr char kBegin[] = "{\"result\":";  // as the SDK writes it
    const char* const end = json.data() + json.size();
    const auto text =
        begins_with(json.data(), end, kBegin) ? json.substr(sizeof kBegin - 1) : find_result(json);
    Decoder in(text, exchange.reply_attachments, &exchange);
    const auto finish = [&] {
        const auto rest = in.reader().rest();
        if (rest.size() == 1 && rest.front() == '}') return;
        Reader whole(json);  // there is more
        whole.skip_value();
        whole.finish();
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

/// `where`: `plugin.method`.
template <class R>
R read_or_explain(std::string_view where, Exchange& exchange, std::string_view json) {
    try {
        return read_result<R>(exchange, json);
    } catch (const CodecError& e) {
        throw InvalidArgument(
            std::string("the result does not fit the type that was asked for: ") + e.what(),
            std::string(where));
    }
}

template <class R>
R read_or_explain(const Caller& caller, std::string_view method, Exchange& exchange) {
    try {
        return read_result<R>(exchange, exchange.reply_json);
    } catch (const CodecError& e) {
        throw InvalidArgument(
            std::string("the result does not fit the type that was asked for: ") + e.what(),
            joined(caller.plugin(), method));
    }
}

}  // namespace bridge32::detail
