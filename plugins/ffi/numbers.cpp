#include "numbers.hpp"

#include <string>
#include <type_traits>
#include <utility>

namespace bridge32::ffi {

namespace {

std::uint64_t unit_at(const MemberValue& member, const std::byte* at) {
    std::uint64_t unit = 0;
    std::memcpy(&unit, at, member.value->size);
    return unit;
}

}  // namespace

bool is_signed_field(const Value& value) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    return form == Form::i8 || form == Form::i16 || form == Form::i32 || form == Form::i64;
}

std::int64_t field_at(const MemberValue& member, const std::byte* at) {
    const std::uint64_t up = unit_at(member, at) << (64 - member.bits - member.bit_offset);
    const unsigned down = 64 - member.bits;
    return is_signed_field(*member.value) ? static_cast<std::int64_t>(up) >> down
                                          : static_cast<std::int64_t>(up >> down);
}

void set_field(const MemberValue& member, std::int64_t number, std::byte* at) {
    const std::uint64_t mask = (~std::uint64_t{0} >> (64 - member.bits)) << member.bit_offset;
    const std::uint64_t bits = static_cast<std::uint64_t>(number) << member.bit_offset & mask;
    const std::uint64_t unit = (unit_at(member, at) & ~mask) | bits;
    std::memcpy(at, &unit, member.value->size);
    if (field_at(member, at) != number) {
        throw CodecError(std::to_string(number) + " does not fit in " +
                         std::to_string(member.bits) + " bits");
    }
}

std::int64_t integer_at(const Value& value, const std::byte* from) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    if (form == Form::handle || form == Form::text) {
        return load<std::int32_t>(from);  // INVALID_HANDLE_VALUE is -1
    }
    return visit_form(form, [&]<class T>(T) -> std::int64_t {
        if constexpr (std::is_integral_v<T>) {
            return static_cast<std::int64_t>(load<T>(from));
        } else {
            throw Error("an expression uses a number that is no integer");
        }
    });
}

void set_integer(const Value& value, std::int64_t number, std::byte* to) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    visit_form(form, [&]<class T>(T) {
        if constexpr (std::is_integral_v<T>) {
            if (!std::in_range<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>>(
                    number)) {
                throw CodecError(std::to_string(number) + " does not fit in " +
                                 std::to_string(8 * sizeof(T)) + " bits");
            }
            store(to, static_cast<T>(number));
        }
    });
}

void widen(const Value& value, std::byte* word) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    if (form == Form::boolean || form < Form::i32) {
        store(word, static_cast<std::int32_t>(integer_at(value, word)));
    }
}

std::size_t count_to_zero(const Value& element, const std::byte* from) {
    std::size_t n = 0;
    while (integer_at(element, from + n * element.size) != 0) {
        ++n;
    }
    return n;
}

void set_sizes(const Value& value, std::byte* to) {
    for (const MemberValue& member : value.members) {
        if (member.is_size) {
            set_integer(*member.value, value.size, to + member.offset);
        }
        if (member.value->form == Form::record) {
            set_sizes(*member.value, to + member.offset);
        }
    }
}

}  // namespace bridge32::ffi
