// Codec of null, bool, numbers, enums and strings.
#pragma once

#include <complex>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/number.hpp"
#include "bridge32/internal/codec/traits.hpp"
#include "bridge32/internal/json/writer.hpp"

namespace bridge32 {
namespace detail {

/// A string; the result views the text where it can, `scratch` otherwise.
BRIDGE32_DETAIL_CODEC_API std::string_view read_string(Decoder& in, std::string& scratch);
[[noreturn]] BRIDGE32_DETAIL_CODEC_API void throw_no_integer(Decoder& in);

/// @{
/// A number, or a `$float`.
BRIDGE32_DETAIL_CODEC_API float read_float(Decoder& in);
BRIDGE32_DETAIL_CODEC_API double read_double(Decoder& in);
/// @}

}  // namespace detail

template <>
struct BRIDGE32_DETAIL_CODEC_API Codec<std::nullptr_t> {
    static void encode(Encoder& out, std::nullptr_t) { out.text() += "null"; }
    static std::nullptr_t decode(Decoder& in);
};

template <>
struct BRIDGE32_DETAIL_CODEC_API Codec<bool> {
    static void encode(Encoder& out, bool value) { out.text() += value ? "true" : "false"; }
    static bool decode(Decoder& in);
};

template <detail::Integer T>
struct Codec<T> {
    static void encode(Encoder& out, T value) {
        detail::write_integer(out.text(), static_cast<detail::sized_integer_t<T>>(value));
    }
    static T decode(Decoder& in) {
        if (!in.reader().at_number()) {
            detail::throw_no_integer(in);
        }
        return detail::integer_from<T>(in.reader().read_number());
    }
};

template <detail::Real T>
struct Codec<T> {
    static void encode(Encoder& out, const T& value) {
        if (detail::is_special(value)) {
            detail::write_special(out.text(), value);
        } else {
            detail::write_real(out.text(), value);
        }
    }
    static T decode(Decoder& in) {
        if constexpr (std::same_as<T, float>) {
            return detail::read_float(in);
        } else {
            return detail::read_double(in);
        }
    }
};

/// As a double. Throws CodecError when that is another number: no other type is the same in every
/// process.
template <>
struct BRIDGE32_DETAIL_CODEC_API Codec<long double> {
    static constexpr std::string_view kTypeName = "float64";

    static void encode(Encoder& out, const long double& value);
    static long double decode(Decoder& in) { return detail::read_double(in); }
};

/// `{"$complex":[re,im]}`; a real number is one too, and an array of two, as which an untyped value
/// has one.
template <detail::Complex T>
struct Codec<T> {
    using Part = typename T::value_type;

    static void encode(Encoder& out, const T& value) {
        out.text() += R"({"$complex":[)";
        out.value(value.real());
        out.text() += ',';
        out.value(value.imag());
        out.text() += "]}";
    }
    static T decode(Decoder& in) {
        const bool tagged = in.peek() == Kind::object && in.tag() == detail::Tag::complex;
        if (tagged) {
            in.enter_complex();
        } else if (in.peek() == Kind::array) {
            in.reader().enter_array();
        } else {
            return T(in.value<Part>());
        }
        Part parts[2];
        for (Part& part : parts) {
            if (!in.reader().next_element()) {
                throw CodecError("a complex number must have two parts");
            }
            part = in.value<Part>();
        }
        if (tagged) {
            in.leave_complex();
        } else if (in.reader().next_element()) {
            throw CodecError("a complex number must have two parts");
        }
        return {parts[0], parts[1]};
    }
};

/// The underlying integer. An enum with a to_json of its own is written as that says.
template <class T>
requires(std::is_enum_v<T> && !detail::HasOwnJson<T>) struct Codec<T> {
    using Underlying = std::underlying_type_t<T>;

    static void encode(Encoder& out, T value) { out.value(static_cast<Underlying>(value)); }
    static T decode(Decoder& in) { return static_cast<T>(in.value<Underlying>()); }
};

/// UTF-8. A null pointer is written as null. Only strings can be read; a view can be a
/// parameter (see Argument), because somebody must own what it views.
template <detail::Text T>
struct Codec<T> {
    static void encode(Encoder& out, const T& value) {
        if constexpr (std::is_pointer_v<T>) {
            if (value == nullptr) {
                out.value(nullptr);
                return;
            }
        }
        detail::write_string(out.text(), value);
    }
    static T decode(Decoder& in) {
        static_assert(
            detail::kIsString<T>,
            "the text would have no owner: use std::string; as a parameter also std::string_view");
        std::string scratch;
        const std::string_view text = detail::read_string(in, scratch);
        if constexpr (std::same_as<T, std::string>) {
            if (!scratch.empty()) {
                return scratch;
            }
        }
        return T(text);
    }
};

}  // namespace bridge32
