#include "tool/headers/constant_value.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::tool {

namespace {

constexpr int kDeepest = 200;

class Evaluator {
public:
    Evaluator(const std::vector<CToken>& tokens, interfaces::Target target, const CNames* names)
        : tokens_(tokens), long_is_wide_(target.bits == 64 && !is_windows(target)), names_(names) {}

    CValue all() {
        CValue value = conditional();
        if (at_ < tokens_.size()) fail("an operator");
        return value;
    }

private:
    static bool is_windows(interfaces::Target target) {
        return target.platform == interfaces::Platform::windows_;
    }
    bool in_condition() const noexcept { return names_ == nullptr; }
    bool at(std::string_view sign) const noexcept {
        return at_ < tokens_.size() && tokens_[at_].is(sign);
    }
    bool take(std::string_view sign) noexcept {
        if (!at(sign)) return false;
        ++at_;
        return true;
    }
    [[noreturn]] void fail(const std::string& expected) const {
        const std::string found =
            at_ < tokens_.size() ? "`" + std::string(tokens_[at_].text) + "`" : "its end";
        throw Error("found " + found + " in an expression, expected " + expected);
    }

    CValue integer(std::int64_t value) const {
        CValue made;
        made.integer = value;
        made.is_wide = in_condition();
        return made;
    }
    static bool truth(const CValue& value) {
        return value.kind == CValue::Kind::real ? value.real != 0 : value.integer != 0;
    }
    /// Cut to its width.
    static CValue cut(CValue value) {
        if (value.kind != CValue::Kind::integer || value.is_wide) return value;
        const auto low = static_cast<std::uint32_t>(value.integer);
        value.integer = value.is_unsigned
                            ? static_cast<std::int64_t>(low)
                            : static_cast<std::int64_t>(static_cast<std::int32_t>(low));
        return value;
    }

    struct Deeper {
        explicit Deeper(Evaluator& own) : evaluator(own) {
            if (++evaluator.depth_ > kDeepest) throw Error("an expression is nested too deeply");
        }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        ~Deeper() { --evaluator.depth_; }
        Evaluator& evaluator;
    };

    CValue conditional() {
        const Deeper deeper(*this);
        CValue left = binary(1);
        if (!take("?")) return left;
        const bool chosen = truth(left);
        CValue yes = branch(chosen);
        if (!take(":")) fail("`:`");
        CValue no = branch(!chosen);
        if (yes.kind == CValue::Kind::integer && no.kind == CValue::Kind::integer) {
            const bool wide = yes.is_wide || no.is_wide;
            const bool is_unsigned = common_unsigned(yes, no);
            CValue& result = chosen ? yes : no;
            result.is_wide = wide;
            result.is_unsigned = is_unsigned;
            return cut(result);
        }
        return chosen ? yes : no;
    }

    CValue branch(bool is_used) {
        const bool was = std::exchange(skipped_, skipped_ || !is_used);
        CValue value = conditional();
        skipped_ = was;
        return value;
    }

    static bool common_unsigned(const CValue& a, const CValue& b) {
        const bool wide = a.is_wide || b.is_wide;
        return (a.is_unsigned && a.is_wide == wide) || (b.is_unsigned && b.is_wide == wide);
    }

    static int level_of(std::string_view sign) {
        constexpr std::pair<std::string_view, int> kLevels[]{
            {"||", 1}, {"&&", 2}, {"|", 3}, {"^", 4},  {"&", 5},  {"==", 6},
            {"!=", 6}, {"<", 7},  {">", 7}, {"<=", 7}, {">=", 7}, {"<<", 8},
            {">>", 8}, {"+", 9},  {"-", 9}, {"*", 10}, {"/", 10}, {"%", 10}};
        for (const auto& [known, level] : kLevels)
            if (known == sign) return level;
        return 0;
    }

    CValue binary(int least) {
        CValue left = unary();
        while (at_ < tokens_.size() && tokens_[at_].kind == CToken::Kind::sign) {
            const std::string_view sign = tokens_[at_].text;
            const int level = level_of(sign);
            if (level == 0 || level < least) break;
            ++at_;
            if (sign == "&&" || sign == "||") {
                const bool decided = truth(left) == (sign == "||");
                const bool was = std::exchange(skipped_, skipped_ || decided);
                const CValue right = binary(level + 1);
                skipped_ = was;
                left = integer(decided ? (sign == "||") : truth(right));
            } else {
                left = apply(sign, left, binary(level + 1));
            }
        }
        return left;
    }

    CValue apply(std::string_view sign, CValue a, CValue b) const {
        if (a.kind == CValue::Kind::text || b.kind == CValue::Kind::text) {
            throw Error("text is no operand");
        }
        if (a.kind == CValue::Kind::real || b.kind == CValue::Kind::real) {
            return apply_real(sign, a, b);
        }
        const bool is_shift = sign == "<<" || sign == ">>";
        const bool wide = a.is_wide || (!is_shift && b.is_wide);
        const bool is_unsigned = is_shift ? a.is_unsigned : common_unsigned(a, b);
        CValue made;
        made.is_wide = wide;
        made.is_unsigned = is_unsigned;
        if (!is_shift) {
            a.is_wide = b.is_wide = wide;
            a.is_unsigned = b.is_unsigned = is_unsigned;
            a = cut(a);
            b = cut(b);
        }
        const auto x = static_cast<std::uint64_t>(a.integer);
        const auto y = static_cast<std::uint64_t>(b.integer);
        const auto result = [&](std::uint64_t value) {
            made.integer = static_cast<std::int64_t>(value);
            return cut(made);
        };
        if (is_shift) {
            if (y >= (wide ? 64U : 32U)) {
                if (skipped_) return result(0);
                throw Error("a shift by more bits than there are");
            }
            if (sign == "<<") return result(x << y);
            return result(is_unsigned ? x >> y : static_cast<std::uint64_t>(a.integer >> y));
        }
        if (sign == "+") return result(x + y);
        if (sign == "-") return result(x - y);
        if (sign == "*") return result(x * y);
        if (sign == "&") return result(x & y);
        if (sign == "|") return result(x | y);
        if (sign == "^") return result(x ^ y);
        if (sign == "/" || sign == "%") {
            if (y == 0 || (!is_unsigned && b.integer == -1 &&
                           a.integer == std::numeric_limits<std::int64_t>::min())) {
                if (skipped_) return result(0);
                throw Error("a division by zero");
            }
            if (is_unsigned) return result(sign == "/" ? x / y : x % y);
            return result(static_cast<std::uint64_t>(sign == "/" ? a.integer / b.integer
                                                                 : a.integer % b.integer));
        }
        const int order = is_unsigned ? (x < y ? -1 : x > y)
                                      : (a.integer < b.integer ? -1 : a.integer > b.integer);
        return integer(compare(sign, order));
    }

    static bool compare(std::string_view sign, int order) {
        if (sign == "==") return order == 0;
        if (sign == "!=") return order != 0;
        if (sign == "<") return order < 0;
        if (sign == ">") return order > 0;
        return sign == "<=" ? order <= 0 : order >= 0;
    }

    static double real_of(const CValue& value) {
        if (value.kind == CValue::Kind::real) return value.real;
        return value.is_unsigned ? static_cast<double>(static_cast<std::uint64_t>(value.integer))
                                 : static_cast<double>(value.integer);
    }

    CValue apply_real(std::string_view sign, const CValue& a, const CValue& b) const {
        const double x = real_of(a);
        const double y = real_of(b);
        CValue made;
        made.kind = CValue::Kind::real;
        if (sign == "+") {
            made.real = x + y;
        } else if (sign == "-") {
            made.real = x - y;
        } else if (sign == "*") {
            made.real = x * y;
        } else if (sign == "/") {
            made.real = x / y;
        } else if (level_of(sign) == 6 || level_of(sign) == 7) {
            return integer(compare(sign, x < y ? -1 : x > y));
        } else {
            throw Error("an operator that real numbers do not have");
        }
        made.is_float = (a.is_float || a.kind != CValue::Kind::real) &&
                        (b.is_float || b.kind != CValue::Kind::real);
        return rounded(made);
    }

    static CValue rounded(CValue value) {
        if (value.is_float) value.real = static_cast<double>(static_cast<float>(value.real));
        return value;
    }

    CValue unary() {
        const Deeper deeper(*this);
        for (const char* const sign : {"-", "+", "!", "~"}) {
            if (!take(sign)) continue;
            CValue value = unary();
            if (value.kind == CValue::Kind::text) throw Error("text is no operand");
            if (*sign == '!') return integer(!truth(value));
            if (value.kind == CValue::Kind::real) {
                if (*sign == '~') throw Error("an operator that real numbers do not have");
                if (*sign == '-') value.real = -value.real;
            } else if (*sign != '+') {
                const auto bits = static_cast<std::uint64_t>(value.integer);
                value.integer = static_cast<std::int64_t>(*sign == '-' ? 0 - bits : ~bits);
            }
            return cut(value);
        }
        return primary();
    }

    CValue primary() {
        if (at_ >= tokens_.size()) fail("a value");
        const CToken& token = tokens_[at_];
        if (at("(")) return parentheses();
        switch (token.kind) {
            case CToken::Kind::number:
                ++at_;
                return number(token.text);
            case CToken::Kind::character:
                ++at_;
                return character(token.text);
            case CToken::Kind::string:
                return text();
            case CToken::Kind::word:
                return word(token.text);
            default:
                fail("a value");
        }
    }

    CValue word(std::string_view name) {
        ++at_;
        if (in_condition()) return integer(0);
        if (name == "sizeof" && at("(") && names_->size) {
            const auto size = names_->size(group());
            if (!size) throw Error("a sizeof of what is not known");
            CValue made = integer(static_cast<std::int64_t>(*size));
            made.is_unsigned = true;
            made.is_wide = long_is_wide_;
            return made;
        }
        if (names_->value) {
            if (const auto value = names_->value(name)) return *value;
        }
        throw Error("`" + std::string(name) + "` has no value");
    }

    /// What stands in the parentheses that come next.
    std::vector<CToken> group() {
        std::vector<CToken> inside;
        int open = 0;
        for (; at_ < tokens_.size(); ++at_) {
            const CToken& token = tokens_[at_];
            if (token.is("(") && open++ == 0) continue;
            if (token.is(")") && --open == 0) {
                ++at_;
                return inside;
            }
            inside.push_back(token);
        }
        fail("`)`");
    }

    CValue parentheses() {
        const std::size_t begin = at_;
        if (!in_condition() && names_->cast && at_ + 1 < tokens_.size() &&
            tokens_[at_ + 1].kind == CToken::Kind::word) {
            if (const auto type = names_->cast(group()); type && at_ < tokens_.size()) {
                return converted(unary(), *type);
            }
            at_ = begin;
        }
        take("(");
        CValue value = conditional();
        if (!take(")")) fail("`)`");
        return value;
    }

    static CValue converted(const CValue& value, const CNames::Cast& type) {
        if (value.kind == CValue::Kind::text) throw Error("text is no operand");
        CValue made = type.zero;
        if (made.kind == CValue::Kind::real) {
            made.real = real_of(value);
            return rounded(made);
        }
        if (value.kind == CValue::Kind::real) {
            if (!(value.real > -9.2e18 && value.real < 9.2e18)) throw Error("it does not fit");
            made.integer = static_cast<std::int64_t>(value.real);
        } else {
            made.integer = value.integer;
        }
        if (type.bits >= 32) return cut(made);
        const std::uint64_t mask = (std::uint64_t{1} << type.bits) - 1;
        std::uint64_t low = static_cast<std::uint64_t>(made.integer) & mask;
        // Narrow types are promoted to int.
        if (!made.is_unsigned && (low >> (type.bits - 1)) != 0) low |= ~mask;
        made.integer = static_cast<std::int64_t>(low);
        made.is_unsigned = false;
        return made;
    }

    CValue number(std::string_view token) const {
        std::string digits(token);
        std::erase(digits, '\'');
        const bool is_hex = digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x';
        const bool is_real = digits.find_first_of(is_hex ? ".pP" : ".eE") != std::string::npos;
        if (is_real) {
            if (in_condition()) throw Error("#if has integers only, found " + digits);
            CValue made;
            made.kind = CValue::Kind::real;
            const std::size_t start = is_hex ? 2 : 0;
            const auto format = is_hex ? std::chars_format::hex : std::chars_format::general;
            const char* const end = digits.data() + digits.size();
            const auto [stop, error] =
                std::from_chars(digits.data() + start, end, made.real, format);
            const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
            // A float's value is not the double's.
            if (error != std::errc{} || !(suffix.empty() || suffix == "L" || suffix == "l" ||
                                          suffix == "f" || suffix == "F")) {
                throw Error(digits + " is no number of C");
            }
            made.is_float = suffix == "f" || suffix == "F";
            return rounded(made);
        }
        int base = 10;
        std::size_t from = 0;
        if (is_hex) {
            base = 16;
            from = 2;
        } else if (digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'b') {
            base = 2;
            from = 2;
        } else if (digits.size() > 1 && digits[0] == '0') {
            base = 8;
        }
        std::uint64_t value = 0;
        const char* const end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data() + from, end, value, base);
        if (error != std::errc{}) throw Error(digits + " is no integer of C");
        std::string suffix(stop, end);
        std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        return with_suffix(value, suffix, base == 10, digits);
    }

    CValue with_suffix(std::uint64_t value, std::string suffix, bool is_decimal,
                       const std::string& digits) const {
        CValue made;
        if (suffix.ends_with("i64") || suffix.ends_with("i32")) {
            made.is_wide = suffix.ends_with("i64");
            suffix.resize(suffix.size() - 3);
        }
        const auto us = std::count(suffix.begin(), suffix.end(), 'u');
        const auto ls = std::count(suffix.begin(), suffix.end(), 'l');
        if (us > 1 || ls > 2 || us + ls != static_cast<std::ptrdiff_t>(suffix.size())) {
            throw Error(digits + " is no integer of C");
        }
        made.is_unsigned = us == 1;
        made.is_wide = made.is_wide || ls == 2 || (ls == 1 && long_is_wide_) || in_condition();
        made.integer = static_cast<std::int64_t>(value);
        // As wide as it has to be; decimal numbers stay signed.
        const bool may_be_unsigned = made.is_unsigned || !is_decimal;
        if (!made.is_wide) {
            if (value <= INT32_MAX) return made;
            if (may_be_unsigned && value <= UINT32_MAX) {
                made.is_unsigned = true;
                return made;
            }
            made.is_wide = true;
        }
        if (value > static_cast<std::uint64_t>(INT64_MAX)) {
            if (!may_be_unsigned && !in_condition()) throw Error(digits + " does not fit");
            made.is_unsigned = true;
        }
        return made;
    }

    CValue character(std::string_view token) const {
        std::string inside(token.substr(1, token.size() - 2));
        const std::string value = unescaped(inside);
        if (value.size() != 1) throw Error("a character of several bytes");
        return integer(static_cast<signed char>(value[0]));
    }

    CValue text() {
        if (in_condition()) fail("an integer");
        CValue made;
        made.kind = CValue::Kind::text;
        for (; at_ < tokens_.size() && tokens_[at_].kind == CToken::Kind::string; ++at_) {
            const auto token = tokens_[at_].text;
            made.text += unescaped(token.substr(1, token.size() - 2));
        }
        return made;
    }

    static std::string unescaped(std::string_view text) {
        std::string made;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\' || i + 1 == text.size()) {
                made += text[i];
                continue;
            }
            const char c = text[++i];
            constexpr std::string_view kLetters = "ntrabfv\\\"'?e";
            constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\\\"'?\033";
            if (const auto known = kLetters.find(c); known != std::string_view::npos) {
                made += kMeanings[known];
                continue;
            }
            const int base = c == 'x' ? 16 : 8;
            const std::size_t begin = c == 'x' ? i + 1 : i;
            const std::size_t most =
                c == 'x' ? text.size() - begin : std::min<std::size_t>(3, text.size() - begin);
            unsigned value = 0;
            const auto [stop, error] =
                std::from_chars(text.data() + begin, text.data() + begin + most, value, base);
            if (error != std::errc{} || value > 255) throw Error("an escape that C does not have");
            made += static_cast<char>(value);
            i = static_cast<std::size_t>(stop - text.data()) - 1;
        }
        return made;
    }

    const std::vector<CToken>& tokens_;
    bool long_is_wide_;
    const CNames* names_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool skipped_ = false;  ///< of && and ?: what is not evaluated
};

}  // namespace

CValue c_value(const std::vector<CToken>& tokens, interfaces::Target target, const CNames& names) {
    return Evaluator(tokens, target, &names).all();
}

bool is_true(const std::vector<CToken>& tokens) {
    const CValue value = Evaluator(tokens, {interfaces::Platform::linux_, 64}, nullptr).all();
    return value.integer != 0;
}

}  // namespace bridge32::tool
