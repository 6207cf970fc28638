// C++ values into a request's text, and a reply's text into C++ values.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/internal/client/exchange.hpp>
#include <bridge32/internal/protocol/reply.hpp>
#include <bridge32/internal/protocol/request.hpp>
#include <string>
#include <string_view>

namespace bridge32::detail {

/// The result in `json`, a reply that the exchange holds.
template <class R>
R read_result(Exchange& exchange, std::string_view json) {
    return protocol::ReplyView(json, exchange.reply_attachments, &exchange).result<R>();
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
