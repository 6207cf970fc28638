#include "interface/lexer.hpp"

#include <array>
#include <cstdio>

#include "interface/interface.hpp"

namespace bridge32::interfaces {

namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word_start(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_word(char c) noexcept { return is_word_start(c) || is_digit(c); }
bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

class Lexer {
public:
    Lexer(std::string_view text, const std::string& file) : text_(text), file_(file) {
        if (text_.starts_with("\xEF\xBB\xBF")) i_ = 3;  // a byte order mark
        counted_ = i_;
    }

    std::vector<Token> run() {
        std::vector<Token> tokens;
        tokens.reserve(text_.size() / 5 + 1);
        for (;;) {
            skip();
            const std::size_t begin = i_;
            const Position at = here();
            const TokenKind kind = next();
            tokens.push_back({kind, text_.substr(begin, i_ - begin), at});
            if (kind == TokenKind::end) return tokens;
        }
    }

private:
    char peek(std::size_t ahead = 0) const noexcept {
        return i_ + ahead < text_.size() ? text_[i_ + ahead] : '\0';
    }
    bool at_end() const noexcept { return i_ >= text_.size(); }

    /// Columns are characters, not bytes.
    Position here() noexcept {
        for (; counted_ < i_; ++counted_) {
            if ((static_cast<unsigned char>(text_[counted_]) & 0xC0) != 0x80) ++column_;
        }
        return {line_, column_};
    }
    void new_line() noexcept {
        ++line_;
        counted_ = i_;
        column_ = 1;
        only_space_ = true;
    }

    void skip() {
        while (!at_end()) {
            if (peek() == '\n') {
                ++i_;
                new_line();
            } else if (is_space(peek())) {
                ++i_;
            } else if (peek() == '/' && peek(1) == '/') {
                while (!at_end() && peek() != '\n')
                    ++i_;
            } else if (peek() == '/' && peek(1) == '*') {
                const Position at = here();
                for (i_ += 2; peek() != '*' || peek(1) != '/';) {
                    if (at_end()) throw SyntaxError(file_, at, "this comment does not end: add */");
                    if (text_[i_++] == '\n') new_line();
                }
                i_ += 2;
            } else {
                return;
            }
        }
    }

    TokenKind next() {
        if (at_end()) return TokenKind::end;
        const bool first_on_line = only_space_;
        only_space_ = false;
        const char c = peek();
        if (is_word_start(c)) {
            while (is_word(peek()))
                ++i_;
            return TokenKind::word;
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
        if (c == '"' || c == '\'') return literal(c);
        if (c == '#' && first_on_line) {
            while (!at_end() && peek() != '\n')
                ++i_;
            return TokenKind::directive;
        }
        static constexpr std::array<std::string_view, 9> kLongSigns{
            "...", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&"};
        for (const std::string_view sign : kLongSigns) {
            if (text_.substr(i_).starts_with(sign)) {
                i_ += sign.size();
                return TokenKind::sign;
            }
        }
        if (c == '|' && peek(1) == '|') {
            i_ += 2;
            return TokenKind::sign;
        }
        static constexpr std::string_view kSigns = "()[]{},;:=*+-/%&|^~!<>.?";
        if (kSigns.find(c) != std::string_view::npos) {
            ++i_;
            return TokenKind::sign;
        }
        char shown[8];
        const auto byte = static_cast<unsigned char>(c);
        std::snprintf(shown, sizeof shown, byte > 0x20 && byte < 0x7F ? "`%c`" : "0x%02X", byte);
        throw SyntaxError(file_, here(),
                          "found the character " + std::string(shown) + ", which C does not have");
    }

    TokenKind number() {
        const bool is_hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
        bool is_real = false;
        while (is_word(peek()) || peek() == '.' || peek() == '\'') {
            const char c = peek();
            const bool is_exponent = !is_hex && (c == 'e' || c == 'E');
            is_real = is_real || c == '.' || is_exponent;
            ++i_;
            if (is_exponent && (peek() == '+' || peek() == '-')) ++i_;
        }
        return is_real ? TokenKind::real : TokenKind::integer;
    }

    TokenKind literal(char quote) {
        const Position at = here();
        for (++i_; peek() != quote || at_end(); ++i_) {
            if (at_end() || peek() == '\n') {
                throw SyntaxError(
                    file_, at, std::string("this literal does not end in its line: add ") + quote);
            }
            if (peek() == '\\' && peek(1) != '\n') ++i_;
        }
        ++i_;
        return quote == '"' ? TokenKind::string : TokenKind::character;
    }

    std::string_view text_;
    const std::string& file_;
    std::size_t i_ = 0;
    std::size_t counted_ = 0;  ///< until where `column_` is counted
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
    bool only_space_ = true;  ///< since the line's start
};

}  // namespace

std::vector<Token> tokens_of(std::string_view text, const std::string& file) {
    return Lexer(text, file).run();
}

}  // namespace bridge32::interfaces
