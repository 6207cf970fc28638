// Errors of typed calls: what was being written or read when a value did not fit.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/internal/client/call.hpp>
#include <bridge32/internal/protocol/reply.hpp>
#include <bridge32/internal/protocol/request.hpp>
#include <string>
#include <string_view>

namespace bridge32::detail {

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

/// The result in `json`, a reply that the call holds. `where()`: `plugin.method`.
template <class R, class Where>
R read_or_explain(const Where& where, Call& call, std::string_view json) {
    try {
        return protocol::ReplyView(json, call.reply_attachments, &call).result<R>();
    } catch (const CodecError& e) {
        throw InvalidArgument(
            std::string("the result does not fit the requested type: ") + e.what(), where());
    }
}

template <class R>
R read_or_explain(const Caller& caller, std::string_view method, Call& call) {
    return read_or_explain<R>([&] { return joined(caller.plugin(), method); }, call,
                              call.reply_json);
}

}  // namespace bridge32::detail
