// Numbers in C's memory.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "value.hpp"

namespace bridge32::ffi {

/// @{
/// What C's memory has, however it is aligned.
template <class T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <class T>
void store(std::byte* to, const T& value) {
    std::memcpy(to, &value, sizeof value);
}
/// @}

/// Calls `visit` with the C++ type of a number.
template <class Visit>
decltype(auto) visit_form(Form form, const Visit& visit) {
    switch (form) {
        case Form::i8:
            return visit(std::int8_t{});
        case Form::u8:
            return visit(std::uint8_t{});
        case Form::i16:
            return visit(std::int16_t{});
        case Form::u16:
            return visit(std::uint16_t{});
        case Form::u32:
            return visit(std::uint32_t{});
        case Form::i64:
            return visit(std::int64_t{});
        case Form::u64:
            return visit(std::uint64_t{});
        case Form::f32:
            return visit(float{});
        case Form::f64:
            return visit(double{});
        case Form::f80:
            return visit(static_cast<long double>(0));
        case Form::c64:
            return visit(std::complex<float>{});
        case Form::c128:
            return visit(std::complex<double>{});
        case Form::boolean:
            return visit(bool{});
        default:
            return visit(std::int32_t{});
    }
}

bool is_signed_field(const Value& value);
/// @{
/// A bit-field of the struct at `at`. Throws CodecError if the number does not fit.
std::int64_t field_at(const MemberValue& member, const std::byte* at);
void set_field(const MemberValue& member, std::int64_t number, std::byte* at);
/// @}

/// How many elements there are before one that is zero.
std::size_t count_to_zero(const Value& element, const std::byte* from);
/// Fills in the members that hold sizes.
void set_sizes(const Value& value, std::byte* to);

/// An integer at `from`, for expressions.
std::int64_t integer_at(const Value& value, const std::byte* from);
/// Writes an integer to `to`. Throws CodecError if it does not fit.
void set_integer(const Value& value, std::int64_t number, std::byte* to);

/// Makes a whole word of a smaller integer at `word`, as functions get and return it.
void widen(const Value& value, std::byte* word);

}  // namespace bridge32::ffi
