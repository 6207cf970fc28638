// The words, numbers, strings and signs of an interface file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "interface/type.hpp"

namespace bridge32::interfaces {

enum class TokenKind : std::uint8_t {
    word,
    integer,
    real,
    string,
    character,
    sign,
    directive,
    end
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text{};  ///< as it is in the file, with quotes
    Position at{};
};

/// The last one is `end`. Comments are left out; a line that begins with # is one token. Throws
/// SyntaxError: a string or comment that does not end, a character that belongs nowhere.
std::vector<Token> tokens_of(std::string_view text, const std::string& file);

}  // namespace bridge32::interfaces
