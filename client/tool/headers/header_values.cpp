#include "tool/headers/header_values.hpp"

#include <cmath>
#include <utility>

#include "interface/c_words.hpp"
#include "interface/layout.hpp"
#include "tool/headers/header_items.hpp"

namespace bridge32::tool {

using interfaces::Scalar;
using interfaces::Type;
using interfaces::TypeKind;
using Tokens = std::vector<CToken>;

void HeaderValues::evaluate_enumerators(Tokens& tokens) {
    Tokens made;
    const Tokens from = tokens;  // which stay if it fails
    for (std::size_t i = 0; i < from.size(); ++i) {
        made.push_back(from[i]);
        if (!from[i].is_word("enum")) continue;
        for (++i; i < from.size() && !from[i].is("{") && !from[i].is(";") && !from[i].is(")") &&
                  !from[i].is(",");
             ++i)
            made.push_back(from[i]);
        if (i >= from.size()) break;
        made.push_back(from[i]);
        if (from[i].is("{")) i = enumerators(from, i + 1, made);
    }
    tokens = std::move(made);
}

void HeaderValues::evaluate_lengths(Tokens& tokens) {
    Tokens made;
    const Tokens from = std::move(tokens);
    for (std::size_t i = 0; i < from.size(); ++i) {
        made.push_back(from[i]);
        if (!from[i].is("[")) continue;
        Tokens length;
        std::size_t end = i + 1;
        for (; end < from.size() && !from[end].is("]") && !from[end].is("["); ++end)
            length.push_back(from[end]);
        if (length.size() < 2 || end >= from.size() || !from[end].is("]")) continue;
        try {
            const CValue value = value_of(length);
            if (value.kind != CValue::Kind::integer || value.integer < 0) continue;
            CToken number = length[0];
            number.kind = CToken::Kind::number;
            number.text = digits_.emplace_back(std::to_string(value.integer));
            made.push_back(number);
            i = end - 1;
        } catch (const Error&) {
            continue;  // the parser says what it does not know
        }
    }
    tokens = std::move(made);
}

std::size_t HeaderValues::enumerators(const Tokens& from, std::size_t i, Tokens& to) {
    CValue next;
    while (i < from.size() && !from[i].is("}")) {
        const CToken name = from[i];
        for (; i < from.size() && !from[i].is("=") && !from[i].is(",") && !from[i].is("}"); ++i)
            if (!is_attribute(from[i])) {
                to.push_back(from[i]);
            } else {
                i = behind_group(from, i) - 1;
            }
        if (i < from.size() && from[i].is("=")) {
            Tokens value;
            int open = 0;
            for (++i; i < from.size(); ++i) {
                if (open == 0 && (from[i].is(",") || from[i].is("}"))) break;
                open += from[i].is("(") ? 1 : from[i].is(")") ? -1 : 0;
                value.push_back(from[i]);
            }
            next = value_of(value);
            if (next.kind != CValue::Kind::integer) {
                throw Error("the value of `" + std::string(name.text) + "` is no integer");
            }
        }
        if (next.is_unsigned && next.integer < 0) {
            throw Error("the value of `" + std::string(name.text) + "` needs 64 bits");
        }
        add_number(next.integer, name, to);
        CValue value = next;
        value.is_wide = value.integer > UINT32_MAX || value.integer < INT32_MIN;
        value.is_unsigned = !value.is_wide && value.integer > INT32_MAX;
        values_of_enumerators_.insert_or_assign(std::string(name.text), value);
        next.integer = next.integer == INT64_MAX ? INT64_MIN : next.integer + 1;
        if (i < from.size() && from[i].is(",")) to.push_back(from[i++]);
    }
    if (i < from.size()) to.push_back(from[i]);
    return i;
}

void HeaderValues::add_number(std::int64_t value, const CToken& at, Tokens& to) {
    const auto sign = [&](std::string_view text) {
        CToken made = at;
        made.kind = CToken::Kind::sign;
        made.text = text;
        to.push_back(made);
    };
    sign("=");
    std::string digits = std::to_string(value);
    if (value < 0) {
        sign("-");
        digits.erase(0, 1);
    }
    CToken number = at;
    number.kind = CToken::Kind::number;
    number.text = digits_.emplace_back(std::move(digits));
    to.push_back(number);
}

CValue HeaderValues::value_of(const Tokens& tokens) {
    CNames names;
    names.value = [&](std::string_view name) -> std::optional<CValue> {
        const auto found = values_of_enumerators_.find(name);
        if (found == values_of_enumerators_.end()) return std::nullopt;
        return found->second;
    };
    names.cast = [&](const Tokens& type) { return cast_to(type); };
    names.size = [&](const Tokens& type) -> std::optional<std::uint64_t> {
        const auto* const found = type_in(type);
        if (found == nullptr) return std::nullopt;
        return interfaces::extent_of(*found, all_.target).size;
    };
    return c_value(tokens, all_.target, names);
}

const Type* HeaderValues::type_in(const Tokens& tokens) {
    if (tokens.empty() || tokens[0].kind != CToken::Kind::word) return nullptr;
    const auto first = tokens[0].text;
    const bool may_be = interfaces::is_type_word(first) || interfaces::is_const_word(first) ||
                        first == "struct" || first == "union" || first == "enum" ||
                        all_.alias(first) != nullptr;
    if (!may_be || is_unreadable_(first)) return nullptr;
    std::string text;
    for (const auto& token : tokens)
        text += std::string(token.text) + " ";
    try {
        return &interfaces::parse_type(text, all_);
    } catch (const Error&) {
        return nullptr;
    }
}

std::optional<CNames::Cast> HeaderValues::cast_to(const Tokens& tokens) {
    const Type* type = type_in(tokens);
    if (type == nullptr) return std::nullopt;
    type = &interfaces::meaning(*type);
    if (type->kind == TypeKind::enumeration) type = &interfaces::meaning(*type->of);
    if (type->kind != TypeKind::scalar) return std::nullopt;
    CNames::Cast cast;
    if (type->scalar >= Scalar::float_ && type->scalar <= Scalar::long_double) {
        cast.zero.kind = CValue::Kind::real;
        cast.zero.is_float = type->scalar == Scalar::float_;
        return cast;
    }
    if (type->scalar == Scalar::void_ || type->scalar == Scalar::bool_ ||
        type->scalar >= Scalar::float_complex)
        return wide_cast(*type);
    return integer_cast(*type);
}

std::optional<CNames::Cast> HeaderValues::wide_cast(const Type& type) const {
    const bool is_integer = type.scalar > Scalar::double_complex;
    return is_integer ? integer_cast(type) : std::nullopt;
}

std::optional<CNames::Cast> HeaderValues::integer_cast(const Type& type) const {
    CNames::Cast cast;
    cast.bits = static_cast<unsigned>(8 * interfaces::extent_of(type, all_.target).size);
    cast.zero.is_wide = cast.bits == 64;
    switch (type.scalar) {
        case Scalar::unsigned_char:
        case Scalar::unsigned_short:
        case Scalar::unsigned_int:
        case Scalar::unsigned_long:
        case Scalar::unsigned_long_long:
        case Scalar::unsigned_size:
        case Scalar::char16:
        case Scalar::char32:
            cast.zero.is_unsigned = true;
            break;
        case Scalar::wchar:
            cast.zero.is_unsigned = cast.bits == 16;
            break;
        default:
            break;
    }
    return cast;
}

std::optional<interfaces::Constant> HeaderValues::constant(const std::string& name,
                                                           const Tokens& tokens) {
    const CValue value = value_of(tokens);
    interfaces::Constant constant;
    constant.name = name;
    const auto scalar = [&](Scalar which) { constant.type = &all_.scalar(which); };
    if (value.kind == CValue::Kind::text) {
        constant.type = &all_.pointer_to(all_.constant(all_.scalar(Scalar::char_)));
        constant.value = value.text.substr(0, value.text.find('\0'));
    } else if (value.kind == CValue::Kind::real) {
        if (!std::isfinite(value.real)) return std::nullopt;  // which C has no literal for
        scalar(Scalar::double_);
        constant.value = value.real;
    } else if (value.is_unsigned && (value.is_wide || value.integer < 0)) {
        scalar(Scalar::unsigned_long_long);
        constant.value = static_cast<std::uint64_t>(value.integer);
    } else {
        const bool small = value.integer >= INT32_MIN && value.integer <= INT32_MAX;
        scalar(value.is_unsigned ? Scalar::unsigned_int : small ? Scalar::int_ : Scalar::long_long);
        constant.value = value.integer;
    }
    return constant;
}

}  // namespace bridge32::tool
