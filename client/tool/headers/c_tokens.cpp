#include "tool/headers/c_tokens.hpp"

#include <algorithm>
#include <array>

#include "interface/interface.hpp"

namespace bridge32::tool {

namespace {

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_number(char c) noexcept { return c >= '0' && c <= '9'; }

class Scanner {
public:
    Scanner(std::string_view text, const std::string& name, std::uint32_t file)
        : text_(text), name_(name), file_(file) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    }

    std::vector<CToken> run() {
        while (true) {
            skip();
            if (at_ >= text_.size()) return std::move(tokens_);
            CToken token = start_token();
            const std::size_t begin = at_;
            token.kind = next();
            token.text = text_.substr(begin, at_ - begin);
            tokens_.push_back(token);
        }
    }

private:
    char peek(std::size_t ahead = 0) const noexcept {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    CToken start_token() {
        CToken token;
        token.starts_line = at_line_start_;
        token.after_space = after_space_;
        token.file = file_;
        token.line = line_;
        token.column = static_cast<std::uint32_t>(at_ - line_begin_ + 1);
        token.comment = comment_;
        comment_ = {};
        at_line_start_ = after_space_ = false;
        return token;
    }

    void new_line() noexcept {
        ++line_;
        line_begin_ = at_;
        at_line_start_ = true;
    }

    void skip() {
        while (at_ < text_.size()) {
            const char c = peek();
            if (c == '\n') {
                ++at_;
                new_line();
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
                ++at_;
                after_space_ = true;
            } else if (c == '/' && peek(1) == '/') {
                const std::size_t begin = at_;
                at_ = std::min(text_.find('\n', at_), text_.size());
                note(begin);
            } else if (c == '/' && peek(1) == '*') {
                block_comment();
            } else {
                return;
            }
        }
    }

    void block_comment() {
        const std::size_t begin = at_;
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
            const auto column = static_cast<std::uint32_t>(begin - line_begin_ + 1);
            throw interfaces::SyntaxError(name_, {line_, column},
                                          "this comment does not end: add */");
        }
        const std::uint32_t line = line_;
        const std::size_t line_begin = line_begin_;
        const bool was_line_start = at_line_start_;
        if (midl(begin, end)) return;
        for (std::size_t i = begin; i < end; ++i) {
            if (text_[i] != '\n') continue;
            at_ = i + 1;
            new_line();
        }
        at_ = end + 2;
        // A directive may follow a comment on its line.
        if (line == line_) line_begin_ = line_begin;
        at_line_start_ = was_line_start || line != line_;
        note(begin);
    }

    bool midl(std::size_t begin, std::size_t end) {
        const auto words = midl_words(text_.substr(begin, end + 2 - begin));
        for (const auto word : words) {
            // With the brackets beside it.
            for (const std::string_view part :
                 {std::string_view(word.data() - 1, 1), word, {word.data() + word.size(), 1}}) {
                CToken token = start_token();
                token.kind = part == word ? CToken::Kind::word : CToken::Kind::sign;
                token.text = part;
                tokens_.push_back(token);
            }
        }
        if (!words.empty()) at_ = end + 2;
        return !words.empty();
    }

    /// `///` of several lines is one comment; `/**<` and `///<` are about what is before them.
    void note(std::size_t begin) {
        after_space_ = true;
        const std::string_view text = text_.substr(begin, at_ - begin);
        const std::string_view start = text.substr(0, 3);
        if (start != "/**" && start != "/*!" && start != "///" && start != "//!") return;
        if (text.size() > 3 && text[3] == '<') return;
        const bool goes_on = text[1] == '/' && comment_.starts_with("//") &&
                             comment_.data() + comment_.size() < text.data();
        if (!goes_on) {
            comment_ = text;
            return;
        }
        const auto length = static_cast<std::size_t>(text.data() + text.size() - comment_.data());
        comment_ = std::string_view(comment_.data(), length);
    }

    CToken::Kind next() {
        const char c = peek();
        if (is_letter(c) || (static_cast<unsigned char>(c) & 0x80) != 0) {
            bool is_ascii = true;
            for (; is_letter(peek()) || is_number(peek()) ||
                   (static_cast<unsigned char>(peek()) & 0x80) != 0;
                 ++at_)
                is_ascii = is_ascii && (static_cast<unsigned char>(peek()) & 0x80) == 0;
            // An interface file cannot have such a name.
            return is_ascii ? CToken::Kind::word : CToken::Kind::other;
        }
        if (is_number(c) || (c == '.' && is_number(peek(1)))) {
            do {
                const char last = peek();
                ++at_;
                const bool exponent = last == 'e' || last == 'E' || last == 'p' || last == 'P';
                if (exponent && (peek() == '+' || peek() == '-')) ++at_;
            } while (is_letter(peek()) || is_number(peek()) || peek() == '.');
            return CToken::Kind::number;
        }
        if (c == '"' || c == '\'') {
            std::size_t end = at_ + 1;
            for (; end < text_.size() && text_[end] != c && text_[end] != '\n'; ++end)
                if (text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] != '\n') ++end;
            if (end >= text_.size() || text_[end] != c) {
                ++at_;
                return CToken::Kind::other;
            }
            at_ = end + 1;
            return c == '"' ? CToken::Kind::string : CToken::Kind::character;
        }
        constexpr std::array<std::string_view, 12> kLong{
            "...", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "##", "::"};
        for (const auto sign : kLong) {
            if (!text_.substr(at_).starts_with(sign)) continue;
            at_ += sign.size();
            return CToken::Kind::sign;
        }
        ++at_;
        constexpr std::string_view kSigns = "()[]{},;:=*+-/%&|^~!<>.?#";
        return kSigns.find(c) == std::string_view::npos ? CToken::Kind::other : CToken::Kind::sign;
    }

    std::string_view text_;
    const std::string& name_;
    std::uint32_t file_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1;
    std::size_t line_begin_ = 0;
    bool at_line_start_ = true;
    bool after_space_ = false;
    std::string_view comment_{};
    std::vector<CToken> tokens_{};
};

}  // namespace

std::vector<std::string_view> midl_words(std::string_view comment) {
    const auto begin = comment.find_first_not_of(" /*");
    const auto end = comment.find_last_not_of(" /*");
    if (!comment.starts_with("/*") || begin == std::string_view::npos || comment[end] != ']') {
        return {};
    }
    constexpr std::array<std::string_view, 7> kWords{"in",     "out",      "retval", "string",
                                                     "unique", "optional", "ref"};
    std::vector<std::string_view> words;
    for (std::size_t i = begin; i <= end;) {
        const std::size_t close = comment.find(']', i);
        if (comment[i] != '[' || close == std::string_view::npos) return {};
        const auto word = comment.substr(i + 1, close - i - 1);
        // An array whose length is not said: nothing is known.
        if (word.ends_with("_is") && word != "iid_is") return {};
        if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) words.push_back(word);
        i = close + 1;
    }
    return words;
}

std::string joined_lines(std::string_view text) {
    std::string made;
    made.reserve(text.size() + 1);
    std::size_t joined = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool crlf = text.substr(i).starts_with("\\\r\n");
        if (text[i] == '\\' && (crlf || text.substr(i).starts_with("\\\n"))) {
            ++joined;
            i += crlf ? 2 : 1;
            continue;
        }
        made += text[i] == '\0' ? '\1' : text[i];
        if (text[i] != '\n') continue;
        made.append(joined, '\n');
        joined = 0;
    }
    return made;
}

std::vector<CToken> c_tokens(std::string_view text, const std::string& name, std::uint32_t file) {
    return Scanner(text, name, file).run();
}

}  // namespace bridge32::tool
