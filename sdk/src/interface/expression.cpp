#include "interface/expression.hpp"

#include <limits>

#include "bridge32/error.hpp"

namespace bridge32::interfaces {

namespace {

using Kind = Expression::Kind;
constexpr int kUnaryPrecedence = 11;

int precedence_of(std::string_view operation) noexcept {
    static constexpr std::string_view kLevels[]{"||",    "&&",        "|",     "^",   "&",
                                                "== !=", "< <= > >=", "<< >>", "+ -", "* / %"};
    int level = 1;
    for (const std::string_view operations : kLevels) {
        for (std::string_view rest = operations; !rest.empty();) {
            const std::size_t end = rest.find(' ');
            if (rest.substr(0, end) == operation) return level;
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
        ++level;
    }
    return 0;
}

int precedence_of(const Expression& expression) noexcept {
    if (expression.kind == Kind::binary) return precedence_of(expression.text);
    if (expression.kind == Kind::number && expression.number < 0) return kUnaryPrecedence;
    const bool prefix = expression.kind == Kind::unary || expression.kind == Kind::dereference;
    return prefix ? kUnaryPrecedence : kUnaryPrecedence + 1;
}

std::string in_parentheses(const Expression& expression, int at_least) {
    const std::string text = text_of(expression);
    return precedence_of(expression) < at_least ? "(" + text + ")" : text;
}

[[noreturn]] void overflow(const Expression& expression) {
    throw Error("`" + text_of(expression) + "` does not fit 64 bits");
}

std::int64_t unary(const Expression& expression, std::int64_t value) {
    if (expression.text == "!") return value == 0 ? 1 : 0;
    if (expression.text == "~") return ~value;
    if (expression.text == "+") return value;
    if (expression.text != "-") throw Error("there is no operator `" + expression.text + "`");
    if (value == std::numeric_limits<std::int64_t>::min()) overflow(expression);
    return -value;
}

bool fits_product(std::int64_t a, std::int64_t b) noexcept {
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    if (a == 0 || b == 0) return true;
    if (a > 0) return b > 0 ? a <= kMost / b : b >= kLeast / a;
    return b > 0 ? a >= kLeast / b : b >= kMost / a;
}

std::int64_t binary(const Expression& expression, std::int64_t a, std::int64_t b) {
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    const std::string& operation = expression.text;
    if (operation == "+") {
        if (b > 0 ? a > kMost - b : a < kLeast - b) overflow(expression);
        return a + b;
    }
    if (operation == "-") {
        if (b > 0 ? a < kLeast + b : a > kMost + b) overflow(expression);
        return a - b;
    }
    if (operation == "*") {
        if (!fits_product(a, b)) overflow(expression);
        return a * b;
    }
    if (operation == "/" || operation == "%") {
        if (b == 0) throw Error("`" + text_of(expression) + "` divides by zero");
        if (a == kLeast && b == -1) overflow(expression);
        return operation == "/" ? a / b : a % b;
    }
    if (operation == "<<" || operation == ">>") {
        if (b < 0 || b > 63) {
            throw Error("`" + text_of(expression) + "` shifts by " + std::to_string(b) +
                        " bits, and numbers have 64");
        }
        if (operation == ">>") return a >> b;
        if (a > kMost >> b || a < kLeast >> b) overflow(expression);
        return b == 63 ? (a == 0 ? 0 : kLeast) : a * (std::int64_t{1} << b);
    }
    if (operation == "&") return a & b;
    if (operation == "|") return a | b;
    if (operation == "^") return a ^ b;
    if (operation == "==") return a == b ? 1 : 0;
    if (operation == "!=") return a != b ? 1 : 0;
    if (operation == "<") return a < b ? 1 : 0;
    if (operation == "<=") return a <= b ? 1 : 0;
    if (operation == ">") return a > b ? 1 : 0;
    if (operation == ">=") return a >= b ? 1 : 0;
    throw Error("there is no operator `" + operation + "`");
}

}  // namespace

std::int64_t evaluate(const Expression& expression, const Values& values) {
    switch (expression.kind) {
        case Kind::number:
            return expression.number;
        case Kind::unary:
            return unary(expression, evaluate(expression.of.at(0), values));
        case Kind::binary: {
            const std::int64_t left = evaluate(expression.of.at(0), values);
            if (expression.text == "&&" && left == 0) return 0;
            if (expression.text == "||" && left != 0) return 1;
            const std::int64_t right = evaluate(expression.of.at(1), values);
            if (expression.text == "&&" || expression.text == "||") return right != 0 ? 1 : 0;
            return binary(expression, left, right);
        }
        default:
            break;
    }
    const auto value = values ? values(expression) : std::nullopt;
    if (!value) throw Error("the value of `" + text_of(expression) + "` is not known");
    return *value;
}

std::string text_of(const Expression& expression) {
    switch (expression.kind) {
        case Kind::number:
            return std::to_string(expression.number);
        case Kind::name:
            return expression.text;
        case Kind::size_of:
            return "sizeof(" + expression.text + ")";
        case Kind::dereference:
            return "*" + in_parentheses(expression.of.at(0), kUnaryPrecedence);
        case Kind::member: {
            const Expression& of = expression.of.at(0);
            if (of.kind == Kind::dereference) {
                return in_parentheses(of.of.at(0), kUnaryPrecedence + 1) + "->" + expression.text;
            }
            return in_parentheses(of, kUnaryPrecedence + 1) + "." + expression.text;
        }
        case Kind::unary: {
            const std::string operand = in_parentheses(expression.of.at(0), kUnaryPrecedence);
            const bool would_join = operand.starts_with(expression.text);
            return expression.text + (would_join ? " " : "") + operand;
        }
        case Kind::binary: {
            const int level = precedence_of(expression.text);
            return in_parentheses(expression.of.at(0), level) + " " + expression.text + " " +
                   in_parentheses(expression.of.at(1), level + 1);
        }
    }
    return "";
}

}  // namespace bridge32::interfaces
