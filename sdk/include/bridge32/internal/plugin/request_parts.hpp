// A request, taken apart into pieces of its text. See the wire's description for what it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/error.hpp"
#include "bridge32/internal/json/reader.hpp"
#include "bridge32/internal/text/text.hpp"

namespace bridge32::detail {

enum class RequestKind : std::uint8_t { none, call, get, describe, batch };

/// Views the request's text. `args` and `kwargs` are empty when they are not there.
struct RequestParts {
    RequestKind kind = RequestKind::none;
    std::string_view name;
    std::string_view args;
    std::string_view kwargs;
    std::string_view batch;  // an array of requests

    // Of a call as our own clients write it: what follows `"args":`. Neither it nor what comes
    // behind it has been read: who cannot use it as it is calls `parse_whole_request`.
    std::string_view unread;
    std::string_view json;
};

[[noreturn]] inline void throw_bad_request(const std::string& why) {
    throw InvalidArgument("the request is not valid: " + why);
}

/// Reads `json` into `parts`, so that the name is known there when a later part is malformed.
/// `unescaped` must live as long as `parts`. Members that this version does not know are
/// skipped. Throws InvalidArgument.
inline void parse_whole_request(std::string_view json, RequestParts& parts,
                                std::string& unescaped) {
    const auto become = [&](RequestKind kind) {
        if (parts.kind != RequestKind::none) {
            throw_bad_request("it has more than one of `method`, `get`, `describe` and `batch`");
        }
        parts.kind = kind;
    };
    try {
        std::string scratch;
        Reader reader(json);
        reader.enter_object();
        while (const auto key = reader.next_key(scratch)) {
            if (*key == "method") {
                become(RequestKind::call);
                parts.name = reader.read_string(unescaped);
            } else if (*key == "get") {
                become(RequestKind::get);
                parts.name = reader.read_string(unescaped);
            } else if (*key == "args" || *key == "kwargs") {
                std::string_view& part = *key == "args" ? parts.args : parts.kwargs;
                if (!part.empty()) {
                    throw_bad_request("it has `" + std::string(*key) + "` twice");
                }
                part = reader.skip_value();
            } else if (*key == "batch") {
                become(RequestKind::batch);
                parts.batch = reader.skip_value();
            } else if (*key == "describe") {
                if (reader.read_bool()) {
                    become(RequestKind::describe);
                }
            } else {
                reader.skip_value();
            }
        }
        reader.finish();
    } catch (const CodecError& error) {
        throw_bad_request(error.what());
    }
    if (parts.kind == RequestKind::none) {
        throw_bad_request("it has none of `method`, `get`, `describe` and `batch`");
    }
}

/// The same, but the arguments of most calls stay `unread`: they are read only once, as what
/// the method takes.
inline void parse_request(std::string_view json, RequestParts& parts, std::string& unescaped) {
    constexpr char kBegin[] = R"({"method":")";
    constexpr char kArguments[] = R"(","args":)";
    const char* const begin = json.data();
    const char* const end = begin + json.size();
    // With `kwargs` behind `args` it ends with two braces.
    if (begins_with(begin, end, kBegin) && json.ends_with("]}")) {
        const char* const name = begin + sizeof kBegin - 1;
        const char* const name_end = skip_plain(name, end);
        if (begins_with(name_end, end, kArguments)) {
            const char* const unread = name_end + sizeof kArguments - 1;
            parts.kind = RequestKind::call;
            parts.name = {name, static_cast<std::size_t>(name_end - name)};
            parts.unread = {unread, static_cast<std::size_t>(end - unread)};
            parts.json = json;
            return;
        }
    }
    parse_whole_request(json, parts, unescaped);
}

}  // namespace bridge32::detail
