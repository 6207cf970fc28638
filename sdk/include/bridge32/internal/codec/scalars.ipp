// The functions of scalars.hpp.
#pragma once

#include "bridge32/internal/codec/number.ipp"
#include "bridge32/internal/codec/scalars.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_CODEC std::string_view read_string(Decoder& in, std::string& scratch) {
    if (in.peek() != Kind::string) {
        throw in.expected("a string");
    }
    return in.reader().read_string(scratch);
}

BRIDGE32_DETAIL_CODEC void throw_no_integer(Decoder& in) {
    in.peek();
    throw in.expected("an integer");
}

template <Real T>
T read_real(Decoder& in) {
    if (in.peek() == Kind::object && in.tag() == Tag::real) {
        return read_special<T>(in.real());
    }
    if (in.peek() != Kind::number) {
        throw in.expected("a number");
    }
    return checked_real<T>(in.reader().read_number());
}

BRIDGE32_DETAIL_CODEC float read_float(Decoder& in) { return read_real<float>(in); }

BRIDGE32_DETAIL_CODEC double read_double(Decoder& in) { return read_real<double>(in); }

}  // namespace detail

BRIDGE32_DETAIL_CODEC void Codec<long double>::encode(Encoder& out, const long double& value) {
    const auto nearest = static_cast<double>(value);
    if (static_cast<long double>(nearest) != value && value == value) {
        throw CodecError(
            "a long double cannot be represented exactly by a float64: return a double");
    }
    out.value(nearest);
}

BRIDGE32_DETAIL_CODEC std::nullptr_t Codec<std::nullptr_t>::decode(Decoder& in) {
    if (in.peek() != Kind::null) {
        throw in.expected("null");
    }
    in.reader().read_null();
    return nullptr;
}

BRIDGE32_DETAIL_CODEC bool Codec<bool>::decode(Decoder& in) {
    if (in.peek() != Kind::boolean) {
        throw in.expected("true or false");
    }
    return in.reader().read_bool();
}

}  // namespace bridge32
