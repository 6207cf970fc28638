// The tokens of a C source before preprocessing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::tool {

struct CToken {
    enum class Kind : std::uint8_t {
        word,
        number,
        string,
        character,
        sign,
        directive,  ///< `#pragma pack(…)`, as a whole
        other
    };

    Kind kind = Kind::other;
    bool starts_line = false;
    bool after_space = false;
    bool is_final = false;  ///< a macro's name that is not expanded any more
    std::string_view text{};
    std::string_view comment{};  ///< the documentation comment before it
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    bool is(std::string_view sign) const noexcept { return kind == Kind::sign && text == sign; }
    bool is_word(std::string_view word) const noexcept {
        return kind == Kind::word && text == word;
    }
};

/// Without the backslashes that join lines; later lines keep their numbers.
std::string joined_lines(std::string_view text);

/// The words of `/* [string][in] */`, as MIDL writes it into headers. None if there is `size_is`
/// among them: its argument is not written, so how much is passed is not known.
std::vector<std::string_view> midl_words(std::string_view comment);

/// The tokens of `text`, which joined_lines() has made and which outlives them. MIDL's `/* [in] */`
/// is read as `[in]`. Characters and literals that C does not have are `other`: they may be in what
/// is left out. Throws SyntaxError about a comment that does not end.
std::vector<CToken> c_tokens(std::string_view text, const std::string& name, std::uint32_t file);

}  // namespace bridge32::tool
