// Codec of untyped values and, by way of them, of types with nlohmann's to_json and from_json.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32 {
namespace detail {

/// A whole tagged handle.
BRIDGE32_DETAIL_CODEC_API void write_handle(Encoder& out, const HandleToken& token);

struct StructLayout;

/// The elements whose first indices are those before `index[dimension]`, as nested arrays.
/// `layout`: of structs, else null.
BRIDGE32_DETAIL_CODEC_API Json json_array(const ArrayView& view, const StructLayout* layout,
                                          std::span<std::size_t> index, std::size_t dimension = 0);

/// The text of `json`, for people and for what is no value on the wire: without the wire's tags.
/// What is not UTF-8 becomes U+FFFD.
BRIDGE32_DETAIL_CODEC_API std::string json_text(const Json& json);

/// The value of `text`; one that is discarded when the text is malformed.
BRIDGE32_DETAIL_CODEC_API Json json_or_discarded(std::string_view text);

/// `text` in quotes, as that does.
BRIDGE32_DETAIL_CODEC_API void write_mended_string(std::string& out, std::string_view text);

/// What nlohmann says, without "[json.exception.type_error.302] " in front.
BRIDGE32_DETAIL_CODEC_API CodecError from_nlohmann(const Json::exception& error);

/// Throws CodecError where `sent` and `got` have both a number or a bool and these differ.
/// `got` is what was read from `sent`, written again: nlohmann itself turns 2^40 into 0 for
/// an int, 1.5 into 1, true into 1, and says nothing.
BRIDGE32_DETAIL_CODEC_API void refuse_altered(const Json& sent, const Json& got);

/// Stands for a value after a failed static_assert.
template <class T>
[[noreturn]] void unreachable_value();

template <class T>
concept WritableAsJson = std::is_constructible_v<Json, const T&>;
template <class T>
concept ReadableAsJson = requires(const Json& json) {
    json.get<T>();
};

}  // namespace detail

/// Untyped: binary values are `$bytes`. Read, a `$array` is nested arrays of numbers, or of
/// objects for structs, `$bytes` a binary value, `$complex` an array of two, `$float` the float.
/// `$handle` stays {"$handle":{"type":TYPE,"id":ID}}, and an object that is just that is written
/// as a handle: the one object with a key that starts with `$` that is not taken for the user's.
template <>
struct BRIDGE32_DETAIL_CODEC_API Codec<Json> {
    static void encode(Encoder& out, const Json& json);
    static Json decode(Decoder& in);
};

/// Everything else: a type that nlohmann can convert to and from Json.
template <class T>
struct Codec {
    static void encode(Encoder& out, const T& value) {
        constexpr bool kCanWrite = detail::WritableAsJson<T> && !std::is_pointer_v<T>;
        static_assert(
            !std::is_pointer_v<T>,
            "bridge32 cannot send a pointer, which means nothing in another process: return "
            "what it points to, or a bridge32::Handle of it");
        static_assert(
            kCanWrite || std::is_pointer_v<T>,
            "bridge32 cannot send this type: describe a C struct with BRIDGE32_STRUCT, or "
            "give another class nlohmann's to_json (NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE)");
        if constexpr (kCanWrite) {
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
    }
    static T decode(Decoder& in) {
        static_assert(
            detail::ReadableAsJson<T>,
            "bridge32 cannot read this type: describe a C struct with BRIDGE32_STRUCT, or "
            "give another class nlohmann's from_json (NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE)");
        if constexpr (detail::ReadableAsJson<T>) {
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
        } else {
            detail::unreachable_value<T>();
        }
    }
};

}  // namespace bridge32
