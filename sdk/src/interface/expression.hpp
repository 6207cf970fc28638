// The expressions of attributes: `count(2 * n)`, `used(*got)`, `fails(result != 0)`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::interfaces {

/// C's expressions over 64-bit integers: names (parameters, members of the same struct, constants,
/// `result`), `*name` (what an out-parameter was set to), `name.member`, `name->member`, integer
/// literals, parentheses, `sizeof(TYPE)`, unary - ! ~, and C's binary operators from * to ||.
struct Expression {
    enum class Kind : std::uint8_t { number, name, dereference, member, size_of, unary, binary };

    Kind kind = Kind::number;
    std::int64_t number = 0;       ///< number
    std::string text{};            ///< the name, the member, the operator, or the type in `sizeof`
    std::vector<Expression> of{};  ///< operands: of dereference, member, unary one; of binary two

    bool operator==(const Expression&) const = default;
};

/// The value of a name, of `*name`, of `name.member`, as it is written. Nothing: not known.
using Values = std::function<std::optional<std::int64_t>(const Expression&)>;

/// Evaluates in 64 bits. Throws Error on an unknown name, an overflow, a division by zero.
std::int64_t evaluate(const Expression& expression, const Values& values);

/// As it is written, with parentheses where they are needed.
std::string text_of(const Expression& expression);

}  // namespace bridge32::interfaces
