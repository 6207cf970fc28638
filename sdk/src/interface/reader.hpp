// The parts of an interface file below declarations: tokens, literals, expressions, attributes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interface/interface.hpp"
#include "interface/lexer.hpp"

namespace bridge32::interfaces {

/// Reads tokens from the front. What is not as expected is a SyntaxError.
class Reader {
public:
    Reader(std::string_view text, const std::string& file)
        : file_(file), tokens_(tokens_of(text, file_)) {}
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

protected:
    ~Reader() = default;

    /// The type in `sizeof(…)`, up to the parenthesis, as it is to be written.
    virtual std::string type_name() = 0;

    /// @{
    /// Goes on with other tokens, whose last one is `end`.
    void read_from(std::vector<Token> tokens) noexcept {
        tokens_ = std::move(tokens);
        next_ = 0;
        depth_ = 0;
    }
    const Token& peek(std::size_t ahead = 0) const noexcept {
        return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
    }
    Position here() const noexcept { return peek().at; }
    bool at(std::string_view sign, std::size_t ahead = 0) const noexcept;
    bool at_word() const noexcept { return peek().kind == TokenKind::word; }
    bool at_word(std::string_view word, std::size_t ahead = 0) const noexcept;
    bool at_attributes() const noexcept { return at("[") && at("[", 1); }
    Token take() noexcept;
    bool take(std::string_view sign) noexcept;
    bool take_word(std::string_view word) noexcept;
    /// @}

    [[noreturn]] void fail(Position where, const std::string& what) const;
    /// "found …, expected `what`".
    [[noreturn]] void expected(const std::string& what) const;
    void expect(std::string_view sign, const char* after);
    std::string name(const char* of_what);

    /// @{
    /// Literals.
    std::uint64_t integer();
    double real();
    std::int64_t character();
    std::string string();  ///< and those that follow it
    /// @}

    Expression expression();

    /// `[[…]]`, if they are there; appended.
    void read_attributes(Attributes& attributes);
    /// `[in, size_is(n)]` of MIDL.
    void read_midl(Attributes& attributes);
    /// Takes a word of SAL or `__counted_by`, with what is in parentheses behind it; false if the
    /// next word is none.
    bool take_synonym(Attributes& attributes);

    /// Ends recursion: each level of nesting holds one.
    struct Nesting {
        explicit Nesting(Reader& own);
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        ~Nesting() { --reader.depth_; }
        Reader& reader;
    };

    const std::string file_;

private:
    Expression operand();
    Expression binary(int least);
    Expression counted(Expression expression);
    std::vector<Attribute::Argument> arguments();

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    int depth_ = 0;
    int parts_ = 0;  ///< of the expression that is being read
};

/// As SAL and MIDL have them: both `in` and `out` are `inout`.
void join_directions(Attributes& attributes);

/// "`a`"; of the end: "the end of the file".
std::string shown(const Token& token);

}  // namespace bridge32::interfaces
