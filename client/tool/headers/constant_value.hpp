// The values of C's constant expressions: of #if, of macros and of enumerations.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interface/target.hpp"
#include "tool/headers/c_tokens.hpp"

namespace bridge32::tool {

/// A number with as much of its type as arithmetic needs, or text.
struct CValue {
    enum class Kind : std::uint8_t { integer, real, text };

    Kind kind = Kind::integer;
    std::int64_t integer = 0;  ///< the bits of an unsigned one
    bool is_unsigned = false;
    bool is_wide = false;   ///< 64 bits; otherwise 32
    bool is_float = false;  ///< a real one is as exact as a `float`
    double real = 0;
    std::string text{};
};

/// What an expression may refer to. Each may be empty: there is nothing of that kind.
struct CNames {
    /// The value of a name.
    std::function<std::optional<CValue>(std::string_view)> value{};
    /// The type in parentheses as a value of 0, for casts; nothing: it is no type of a number.
    /// What is narrower than `int` gives `bits`.
    struct Cast {
        CValue zero{};
        unsigned bits = 32;
    };
    std::function<std::optional<Cast>(const std::vector<CToken>&)> cast{};
    /// `sizeof` of the type in parentheses.
    std::function<std::optional<std::uint64_t>(const std::vector<CToken>&)> size{};
};

/// Evaluates all of `tokens`, whose macros are expanded. Throws Error: it is no constant.
CValue c_value(const std::vector<CToken>& tokens, interfaces::Target target, const CNames& names);

/// As #if does: integers have 64 bits, and unknown names are 0.
bool is_true(const std::vector<CToken>& tokens);

}  // namespace bridge32::tool
