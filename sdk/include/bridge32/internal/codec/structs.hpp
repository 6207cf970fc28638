// Codec of untyped values and, by way of them, of structs with nlohmann's to_json and from_json.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/traits.hpp"
#include "bridge32/internal/codec/untyped.hpp"

namespace bridge32 {
namespace detail {

template <class T>
concept WritableAsJson = std::is_constructible_v<Json, const T&>;
template <class T>
concept ReadableAsJson = requires(const Json& json) {
    json.get<T>();
};

/// What nlohmann says, without "[json.exception.type_error.302] " in front.
inline CodecError from_nlohmann(const Json::exception& error) {
    const std::string_view text = error.what();
    const std::size_t after = text.find("] ");
    return CodecError(std::string(after == text.npos ? text : text.substr(after + 2)));
}

/// Whether two numbers, at least one an integer, are mathematically equal.
inline bool is_same_number(const Json& a, const Json& b) {
    if (b.is_number_float()) {
        return !a.is_number_float() && is_same_number(b, a);
    }
    const auto equals = [&](auto integer) {
        if (!a.is_number_float()) {
            return a.is_number_unsigned() ? std::cmp_equal(a.get<std::uint64_t>(), integer)
                                          : std::cmp_equal(a.get<std::int64_t>(), integer);
        }
        const auto real = a.get<double>();
        using Int = decltype(integer);
        return real == static_cast<double>(integer) && real < past_the_top<double, Int>() &&
               static_cast<Int>(real) == integer;
    };
    return b.is_number_unsigned() ? equals(b.get<std::uint64_t>()) : equals(b.get<std::int64_t>());
}

/// Whether nlohmann, reading the number `sent`, has made another number of it. A float may
/// have been rounded, because it may be a float member, but not become infinite.
inline bool is_altered(const Json& sent, const Json& got) {
    if (sent.is_boolean() || got.is_boolean()) {
        return sent.type() != got.type() || sent != got;
    }
    if (sent.is_number_float() && got.is_number_float()) {
        return std::isfinite(sent.get<double>()) && !std::isfinite(got.get<double>());
    }
    return !is_same_number(sent, got);
}

/// Throws CodecError where `sent` and `got` have both a number or a bool and these differ.
/// `got` is what was read from `sent`, written again: nlohmann itself turns 2^40 into 0 for
/// an int, 1.5 into 1, true into 1, and says nothing.
inline void refuse_altered(const Json& sent, const Json& got) {
    const auto scalar = [](const Json& json) { return json.is_number() || json.is_boolean(); };
    if (scalar(sent) && scalar(got)) {
        if (is_altered(sent, got)) {
            throw CodecError(sent.dump() + " does not fit, it would become " + got.dump());
        }
    } else if (sent.is_object() && got.is_object()) {
        for (const auto& [name, value] : sent.items()) {
            if (const auto found = got.find(name); found != got.end()) {
                at_member(name, [&, &member = value] { refuse_altered(member, *found); });
            }
        }
    } else if (sent.is_array() && got.is_array()) {
        for (std::size_t i = 0; i < sent.size() && i < got.size(); ++i) {
            at_index(i, [&] { refuse_altered(sent[i], got[i]); });
        }
    }
}

}  // namespace detail

/// Everything else: a type that nlohmann can convert to and from Json.
template <class T>
struct Codec {
    static void encode(Encoder& out, const T& value) {
        static_assert(detail::WritableAsJson<T>,
                      "bridge32 cannot write this type: give it nlohmann's to_json "
                      "(NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE), or specialise bridge32::Codec");
        const std::size_t before = out.attachments().size();
        try {
            Json json(value);
            out.value(json);
            if (out.attachments().size() != before) {
                out.keep(std::move(json));  // its binary values are attached
            }
        } catch (const Json::exception& error) {
            throw detail::from_nlohmann(error);
        }
    }
    static T decode(Decoder& in) {
        static_assert(detail::ReadableAsJson<T>,
                      "bridge32 cannot read this type: give it nlohmann's from_json "
                      "(NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE), or specialise bridge32::Codec");
        const Json sent = in.value<Json>();
        try {
            T value = sent.get<T>();
            if constexpr (detail::WritableAsJson<T>) {
                detail::refuse_altered(sent, Json(value));
            }
            return value;
        } catch (const Json::exception& error) {
            throw detail::from_nlohmann(error);
        }
    }
};

}  // namespace bridge32
