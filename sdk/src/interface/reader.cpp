#include "interface/reader.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "interface/rules.hpp"

namespace bridge32::interfaces {

namespace {

constexpr int kMostNesting = 64;
constexpr int kMostParts = 256;
constexpr std::size_t kLongestShown = 40;

Attribute attribute_of(std::string name, Position at,
                       std::vector<Attribute::Argument> arguments = {}) {
    return {std::move(name), std::move(arguments), at};
}

int level_of(std::string_view sign) noexcept {
    static constexpr std::pair<std::string_view, int> kLevels[]{
        {"||", 1}, {"&&", 2}, {"|", 3},  {"^", 4},  {"&", 5},  {"==", 6},
        {"!=", 6}, {"<", 7},  {"<=", 7}, {">", 7},  {">=", 7}, {"<<", 8},
        {">>", 8}, {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10}};
    for (const auto& [text, level] : kLevels) {
        if (text == sign) return level;
    }
    return 0;
}

}  // namespace

std::string shown(const Token& token) {
    if (token.kind == TokenKind::end) return "the end of the file";
    if (token.text.size() <= kLongestShown) return "`" + std::string(token.text) + "`";
    return "`" + std::string(token.text.substr(0, kLongestShown)) + "...`";
}

Reader::Nesting::Nesting(Reader& own) : reader(own) {
    if (reader.depth_ >= kMostNesting) {
        reader.fail(reader.here(), "this is nested more than " + std::to_string(kMostNesting) +
                                       " deep: give the inner parts names");
    }
    ++reader.depth_;
}

bool Reader::at(std::string_view sign, std::size_t ahead) const noexcept {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::sign && token.text == sign;
}

bool Reader::at_word(std::string_view word, std::size_t ahead) const noexcept {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::word && token.text == word;
}

Token Reader::take() noexcept {
    const Token token = peek();
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
}

bool Reader::take(std::string_view sign) noexcept {
    if (!at(sign)) return false;
    take();
    return true;
}

bool Reader::take_word(std::string_view word) noexcept {
    if (!at_word(word)) return false;
    take();
    return true;
}

void Reader::fail(Position where, const std::string& what) const {
    throw SyntaxError(file_, where, what);
}

void Reader::expected(const std::string& what) const {
    fail(here(), "found " + shown(peek()) + ", expected " + what);
}

void Reader::expect(std::string_view sign, const char* after) {
    if (!take(sign)) expected("`" + std::string(sign) + "` " + after);
}

std::string Reader::name(const char* of_what) {
    if (!at_word()) expected(std::string("the name of ") + of_what);
    return std::string(take().text);
}

std::uint64_t Reader::integer() {
    if (peek().kind != TokenKind::integer) expected("an integer");
    const Token token = take();
    std::string digits(token.text);
    std::erase(digits, '\'');
    int base = 10;
    std::size_t from = 0;
    if (digits.size() > 1 && digits[0] == '0') {
        const char second = digits[1];
        base = second == 'x' || second == 'X' ? 16 : second == 'b' || second == 'B' ? 2 : 8;
        from = base == 8 ? 1 : 2;
        if (base == 8 && (second < '0' || second > '9')) {  // 0, 0u, 0L
            base = 10;
            from = 0;
        }
    }
    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data() + from, end, value, base);
    if (error == std::errc::result_out_of_range) {
        fail(token.at, shown(token) + " does not fit 64 bits");
    }
    std::string suffix(stop, end);
    std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    static constexpr std::string_view kSuffixes[]{"",   "u",   "l",   "ul",  "lu",
                                                  "ll", "ull", "llu", "i64", "ui64"};
    if (error != std::errc{} ||
        std::find(std::begin(kSuffixes), std::end(kSuffixes), suffix) == std::end(kSuffixes)) {
        fail(token.at, shown(token) + " is no integer of C");
    }
    return value;
}

double Reader::real() {
    if (peek().kind == TokenKind::integer) return static_cast<double>(integer());
    if (peek().kind != TokenKind::real) expected("a number");
    const Token token = take();
    double value = 0;
    const char* const end = token.text.data() + token.text.size();
    const auto [stop, error] = std::from_chars(token.text.data(), end, value);
    const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
    if (error == std::errc::result_out_of_range) {
        fail(token.at, shown(token) + " does not fit a double");
    }
    if (error != std::errc{} ||
        (!suffix.empty() && suffix != "f" && suffix != "F" && suffix != "l" && suffix != "L")) {
        fail(token.at, shown(token) + " is no number of C");
    }
    return value;
}

namespace {

/// The text between the quotes of a literal, without its escapes; false: one that C does not have.
bool unescape(std::string_view text, std::string& result) {
    const auto digit_of = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : 99;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            result += text[i];
            continue;
        }
        if (++i == text.size()) return false;
        static constexpr std::string_view kLetters = "ntrabfv\\\"'?";
        static constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\\\"'?";
        if (const std::size_t known = kLetters.find(text[i]); known != std::string_view::npos) {
            result += kMeanings[known];
            continue;
        }
        const bool is_hex = text[i] == 'x';
        const int base = is_hex ? 16 : 8;
        const std::size_t most = is_hex ? 2 : 3;
        i += is_hex ? 1 : 0;
        int value = 0;
        std::size_t count = 0;
        for (; count < most && i < text.size() && digit_of(text[i]) < base; ++i, ++count) {
            value = value * base + digit_of(text[i]);
        }
        if (count == 0 || value > 255) return false;
        result += static_cast<char>(value);
        --i;
    }
    return true;
}

}  // namespace

std::int64_t Reader::character() {
    const Token token = take();
    std::string value;
    if (!unescape(token.text.substr(1, token.text.size() - 2), value) || value.size() != 1) {
        fail(token.at, shown(token) + " is not one character of one byte");
    }
    return static_cast<signed char>(value[0]);
}

std::string Reader::string() {
    if ((at_word("L") || at_word("u8") || at_word("u")) && peek(1).kind == TokenKind::string) {
        take();
    }
    if (peek().kind != TokenKind::string) expected("text in quotes");
    std::string value;
    while (peek().kind == TokenKind::string) {
        const Token token = take();
        if (!unescape(token.text.substr(1, token.text.size() - 2), value)) {
            fail(token.at, "found an escape that C does not have: write \\\\ for one backslash");
        }
    }
    return value;
}

Expression Reader::counted(Expression expression) {
    if (++parts_ > kMostParts) {
        fail(here(), "this expression has more than " + std::to_string(kMostParts) + " parts");
    }
    return expression;
}

Expression Reader::operand() {
    const Nesting nesting(*this);
    Expression made;
    for (const char* const sign : {"-", "+", "!", "~", "*"}) {
        if (!at(sign)) continue;
        take();
        made.kind = *sign == '*' ? Expression::Kind::dereference : Expression::Kind::unary;
        if (*sign == '-' && peek().kind == TokenKind::integer) {
            const Token token = peek();
            const std::uint64_t value = integer();
            constexpr auto kMost = std::uint64_t{1} << 63;
            if (value > kMost)
                fail(token.at, "-" + std::string(token.text) + " does not fit 64 bits");
            made.kind = Expression::Kind::number;
            made.number = value == kMost ? std::numeric_limits<std::int64_t>::min()
                                         : -static_cast<std::int64_t>(value);
            return counted(std::move(made));
        }
        if (made.kind == Expression::Kind::unary) made.text = sign;
        made.of.push_back(operand());
        return counted(std::move(made));
    }
    if (take("(")) {
        made = binary(1);
        expect(")", "after the expression");
    } else if (peek().kind == TokenKind::integer) {
        const Token token = peek();
        const std::uint64_t value = integer();
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            fail(token.at, shown(token) + " does not fit a signed number of 64 bits");
        }
        made.number = static_cast<std::int64_t>(value);
    } else if (peek().kind == TokenKind::character) {
        made.number = character();
    } else if (at_word("sizeof")) {
        take();
        expect("(", "after `sizeof`");
        made.kind = Expression::Kind::size_of;
        made.text = type_name();
        expect(")", "after the type");
    } else if (at_word()) {
        made.kind = Expression::Kind::name;
        made.text = take().text;
        if (at("(")) {
            expected("no call: expressions have names, numbers, sizeof(TYPE) and C's operators");
        }
    } else {
        expected("a name, a number, `*name` or sizeof(TYPE)");
    }
    made = counted(std::move(made));
    while (at(".") || at("->")) {
        const bool through_pointer = take().text == "->";
        if (through_pointer) {
            Expression pointee;
            pointee.kind = Expression::Kind::dereference;
            pointee.of.push_back(std::move(made));
            made = std::move(pointee);
        }
        Expression member;
        member.kind = Expression::Kind::member;
        member.text = name("a member");
        member.of.push_back(std::move(made));
        made = counted(std::move(member));
    }
    return made;
}

Expression Reader::binary(int least) {
    Expression left = operand();
    for (;;) {
        const int level = peek().kind == TokenKind::sign ? level_of(peek().text) : 0;
        if (level == 0 || level < least) return left;
        Expression made;
        made.kind = Expression::Kind::binary;
        made.text = take().text;
        made.of.push_back(std::move(left));
        made.of.push_back(binary(level + 1));
        left = counted(std::move(made));
    }
}

Expression Reader::expression() {
    parts_ = 0;
    return binary(1);
}

std::vector<Attribute::Argument> Reader::arguments() {
    std::vector<Attribute::Argument> all;
    if (!take("(")) return all;
    do {
        Attribute::Argument argument;
        const bool is_wide = peek(1).kind == TokenKind::string;
        if (peek().kind == TokenKind::string || (at_word("L") && is_wide)) {
            argument.text = string();
        } else {
            if (at_word("until") && peek(1).kind == TokenKind::word) take();
            argument.expression = expression();
        }
        all.push_back(std::move(argument));
    } while (take(","));
    expect(")", "or `,` after an argument of the attribute");
    return all;
}

void Reader::read_attributes(Attributes& attributes) {
    while (at_attributes()) {
        take();
        take();
        do {
            const Position where = here();
            std::string word = name("an attribute");
            attributes.all.push_back(attribute_of(std::move(word), where, arguments()));
        } while (take(","));
        expect("]", "or `,` after an attribute");
        expect("]", "twice after attributes");
    }
}

void Reader::read_midl(Attributes& attributes) {
    expect("[", "before attributes");
    const std::size_t before = attributes.all.size();
    do {
        const Position where = here();
        std::string word = name("an attribute");
        auto given = arguments();
        static constexpr std::pair<std::string_view, std::string_view> kWords[]{
            {"size_is", "count"},
            {"length_is", "used"},
            {"switch_is", "switch"},
            {"unique", "optional"},
            {"ref", ""},
            {"ptr", ""},
            {"retval", "out"},
            {"case", "case"},
            {"in", "in"},
            {"out", "out"},
            {"optional", "optional"},
            {"string", "string"},
            {"iid_is", ""},
            {"annotation", ""}};
        const auto* const known = std::find_if(std::begin(kWords), std::end(kWords),
                                               [&](const auto& one) { return one.first == word; });
        if (known == std::end(kWords)) {
            fail(where, "`" + word +
                            "` is no attribute of MIDL that is known here: write it as one "
                            "of an interface file, in [[ and ]]");
        }
        if (known->second.empty()) continue;
        const bool is_new = std::none_of(
            attributes.all.begin() + static_cast<std::ptrdiff_t>(before), attributes.all.end(),
            [&](const Attribute& one) { return one.name == known->second; });
        if (is_new) {
            attributes.all.push_back(
                attribute_of(std::string(known->second), where, std::move(given)));
        }
    } while (take(","));
    expect("]", "after attributes of MIDL");
    join_directions(attributes);
}

void join_directions(Attributes& attributes) {
    Attribute* first = nullptr;
    for (std::size_t i = 0; i < attributes.all.size(); ++i) {
        Attribute& one = attributes.all[i];
        if (one.name != "in" && one.name != "out") continue;
        if (first == nullptr) {
            first = &one;
        } else {
            if (first->name != one.name) first->name = "inout";
            attributes.all.erase(attributes.all.begin() + static_cast<std::ptrdiff_t>(i));
            return;
        }
    }
}

namespace {

/// `_Out_writes_bytes_to_opt_` as its words, `__out_bcount_opt` as well; empty: not SAL.
std::vector<std::string> sal_words(std::string_view word) {
    std::vector<std::string> words;
    const bool is_old = word.starts_with("__");
    if (!is_old && !(word.starts_with("_") && word.ends_with("_") && word.size() > 3)) return words;
    for (std::size_t begin = is_old ? 2 : 1; begin < word.size();) {
        const std::size_t end = std::min(word.find('_', begin), word.size());
        words.emplace_back(word.substr(begin, end - begin));
        begin = end + 1;
    }
    static constexpr std::string_view kNew[]{
        "In",       "Out",      "Inout",   "Outptr",   "COM",       "Field",  "Ret",
        "Check",    "Must",     "Success", "Reserved", "Null",      "Pre",    "Post",
        "When",     "At",       "Use",     "Notnull",  "Maybenull", "Printf", "Return",
        "Acquires", "Releases", "Always",  "Frees"};
    static constexpr std::string_view kOld[]{"in", "out", "inout", "deref"};
    const bool known =
        !words.empty() &&
        (is_old ? std::find(std::begin(kOld), std::end(kOld), words[0]) != std::end(kOld)
                : std::find(std::begin(kNew), std::end(kNew), words[0]) != std::end(kNew));
    return known ? words : std::vector<std::string>{};
}

}  // namespace

bool Reader::take_synonym(Attributes& attributes) {
    if (!at_word()) return false;
    const Position where = here();
    const std::string word(peek().text);
    const auto add = [&](const char* name, std::vector<Attribute::Argument> given = {}) {
        attributes.all.push_back(attribute_of(name, where, std::move(given)));
    };
    if (word == "IN" || word == "OUT" || word == "OPTIONAL") {
        take();
        add(word == "IN" ? "in" : word == "OUT" ? "out" : "optional");
        join_directions(attributes);
        return true;
    }
    static constexpr std::pair<std::string_view, const char*> kCounted[]{
        {"__counted_by", "count"},
        {"__counted_by_or_null", "count"},
        {"__sized_by", "bytes"},
        {"__sized_by_or_null", "bytes"}};
    for (const auto& [name, meaning] : kCounted) {
        if (word != name) continue;
        take();
        add(meaning, arguments());
        return true;
    }
    const std::vector<std::string> words = sal_words(word);
    if (words.empty()) return false;
    take();
    const auto has = [&](std::string_view part) {
        return std::find(words.begin() + 1, words.end(), part) != words.end();
    };
    const bool is_direction = words[0] == "In" || words[0] == "in" || words[0] == "Out" ||
                              words[0] == "out" || words[0] == "Inout" || words[0] == "inout" ||
                              words[0] == "Outptr" || words[0] == "COM" || words[0] == "deref";
    if (!is_direction && words[0] != "Field" && words[0] != "Null") {
        // Says nothing that an interface needs; what is in parentheses may be any expression.
        if (at("(")) {
            int open = 0;
            do {
                if (at("(")) ++open;
                if (at(")")) --open;
                if (peek().kind == TokenKind::end) expected("`)`");
                take();
            } while (open > 0);
        }
        return true;
    }
    if (is_direction) {
        const bool is_in = words[0] == "In" || words[0] == "in";
        add(is_in ? "in" : words[0] == "Inout" || words[0] == "inout" ? "inout" : "out");
    }
    auto given = arguments();
    if (has("opt")) add("optional");
    if (has("z")) add("string");
    if (words[0] == "Null") add("zero_terminated");
    const bool in_bytes = has("bytes") || has("bcount");
    const bool is_text_of_any_length = has("z") && words[0] != "Out" && words[0] != "Inout";
    if (!given.empty() && !is_text_of_any_length) {
        add(in_bytes ? "bytes" : "count", {given[0]});
        if (given.size() > 1) add("used", {given[1]});
    }
    return true;
}

}  // namespace bridge32::interfaces
