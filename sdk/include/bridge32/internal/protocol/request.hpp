// A request: {"method":"NAME","args":[…],"kwargs":{…}}, {"get":"NAME"}, {"describe":true}, or
// {"batch":[REQUEST,…]}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/codec/named.hpp"
#include "bridge32/internal/json/plain_text.hpp"
#include "bridge32/internal/protocol/members.hpp"

namespace bridge32::protocol {

// How a request begins that names what it wants, as the writers write it. Readers that have no
// time to parse it look for that.
inline constexpr char kMethodBegin[] = R"({"method":")";
inline constexpr char kGetBegin[] = R"({"get":")";
inline constexpr char kArgsBegin[] = R"(","args":)";

/// Appends `begin`, which ends with a quote, `name` without its quotes, and `next`.
inline void write_name(Encoder& out, std::string_view begin, std::string_view name,
                       std::string_view next) {
    std::string& text = out.text();
    text += begin;
    if (detail::skip_plain(name.data(), name.data() + name.size()) == name.data() + name.size()) {
        text += name;
    } else {
        text.pop_back();  // the quote
        detail::write_string(text, name);
        text.pop_back();
    }
    text += next;
}

template <class T>
inline constexpr bool kIsNamed = std::is_same_v<T, Named>;

template <class T>
void write_positional(Encoder& out, bool& first, const T& value) {
    if constexpr (!kIsNamed<T>) {
        if (!first) out.text().push_back(',');
        first = false;
        out.value(value);
    }
}

template <class T>
void write_named(Encoder& out, bool& first, const T& value) {
    if constexpr (kIsNamed<T>) {
        for (const NamedArgument& argument : value.arguments()) {
            out.text() += first ? R"(,"kwargs":{)" : ",";
            first = false;
            detail::write_string(out.text(), argument.name());
            out.text() += ':';
            argument.encode(out);
        }
    }
}

/// Appends a call. It has `args` and `kwargs` only if there are any. Throws CodecError.
template <class... A>
void write_call(Encoder& out, std::string_view method, const A&... arguments) {
    constexpr bool kNamed = (kIsNamed<A> || ...);
    constexpr bool kPositional = (!kIsNamed<A> || ...);
    constexpr std::string_view kAfterName = kPositional ? R"(","args":[)" : kNamed ? "\"" : "\"}";
    write_name(out, kMethodBegin, method, kAfterName);
    bool first = true;
    (write_positional(out, first, arguments), ...);
    if constexpr (kPositional) {
        out.text() += std::string_view(kNamed ? "]" : "]}");
    }
    if constexpr (kNamed) {
        first = true;
        (write_named(out, first, arguments), ...);
        out.text() += std::string_view(first ? "}" : "}}");
    }
}

/// Appends a call whose arguments are texts already; an empty one is left out. Throws CodecError.
BRIDGE32_DETAIL_CODEC_API void write_call_text(Encoder& out, std::string_view method,
                                               std::string_view args, std::string_view kwargs);

/// Appends the reading of a property. Throws CodecError.
inline void write_get(Encoder& out, std::string_view property) {
    write_name(out, kGetBegin, property, "\"}");
}

/// Appends the question what the plugin offers.
inline void write_describe(Encoder& out) { out.text() += R"({"describe":true})"; }

/// @{
/// A batch is `begin_batch`, for each item `Encoder::next` and a call or the reading of a property,
/// `end_batch`.
inline void begin_batch(Encoder& out) { out.text() += R"({"batch":[)"; }
inline void end_batch(Encoder& out) { out.text() += "]}"; }
/// @}

/// The name of the method or property, if the request `json` begins with it, as it is written
/// there; else empty. Async-signal-safe.
inline std::string_view leading_name(std::string_view json) noexcept {
    for (const std::string_view begin :
         {std::string_view(kMethodBegin), std::string_view(kGetBegin)}) {
        if (json.starts_with(begin)) {
            const std::string_view name = json.substr(begin.size());
            const std::size_t end = name.find('"');
            return end == std::string_view::npos ? std::string_view() : name.substr(0, end);
        }
    }
    return {};
}

[[noreturn]] BRIDGE32_DETAIL_CODEC_API void throw_bad_request(const std::string& why);

enum class RequestKind : std::uint8_t { none, call, get, describe, batch };

/// Views a request, which outlives it.
class BRIDGE32_DETAIL_CODEC_API RequestView {
public:
    RequestView() = default;
    RequestView(const RequestView&) = delete;
    RequestView& operator=(const RequestView&) = delete;

    /// Reads a request, once for each view. Members that this version does not know are skipped.
    /// The arguments of most calls stay unread until `read_in_order` or `arguments`. Throws
    /// InvalidArgument; `name` is known then if it comes before the mistake.
    void read(std::string_view json, std::span<const bridge32_attachment> attachments = {}) {
        attachments_ = attachments;
        const char* const begin = json.data();
        const char* const end = begin + json.size();
        // With `kwargs` after `args` it ends with two braces.
        if (detail::begins_with(begin, end, kMethodBegin) && json.ends_with("]}")) {
            const char* const name = begin + sizeof kMethodBegin - 1;
            const char* const name_end = detail::skip_plain(name, end);
            if (detail::begins_with(name_end, end, kArgsBegin)) {
                const char* const args = name_end + sizeof kArgsBegin - 1;
                kind_ = RequestKind::call;
                name_ = {name, static_cast<std::size_t>(name_end - name)};
                args_ = {args, static_cast<std::size_t>(end - args)};
                unread_ = json;
                return;
            }
        }
        read_whole(json);
    }

    RequestKind kind() const noexcept { return kind_; }
    /// Of the method or property.
    std::string_view name() const noexcept { return name_; }
    /// Of the message: all values refer to them.
    std::span<const bridge32_attachment> attachments() const noexcept { return attachments_; }

    /// Reads the arguments of a call in one go, without finding each of them first. Possible if
    /// all are positional and the text is as `write_call` writes it: what most calls are.
    /// `read(decoder)` is at the first element of the array and returns whether it has read it to
    /// its end. False if that was not possible, or wrong: `arguments` then says what.
    template <class Read>
    bool read_in_order(const Read& read) const {
        if (unread_.empty()) return false;
        try {
            Decoder in(args_, attachments_);
            in.reader().enter_array();
            if (!read(in)) return false;
            const std::string_view rest = in.reader().rest();
            return rest.size() == 1 && rest.front() == '}';
        } catch (const CodecError&) {
            return false;
        }
    }

    /// Texts of values of any kind; empty if they are not there.
    struct Arguments {
        std::string_view args;
        std::string_view kwargs;
    };
    /// Throws InvalidArgument.
    Arguments arguments() const;

    /// The requests of a batch. Throws CodecError if it is no array.
    Items batch() const { return Items(batch_); }

private:
    void read_whole(std::string_view json);

    RequestKind kind_ = RequestKind::none;
    std::string unescaped_;
    std::string_view name_;
    std::string_view args_;
    std::string_view kwargs_;
    std::string_view batch_;
    std::span<const bridge32_attachment> attachments_;
    // All of a call that has not been read to its end: `args_` is then what follows `"args":`.
    std::string_view unread_;
};

}  // namespace bridge32::protocol
