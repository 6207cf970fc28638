// The declarations of a preprocessed header, one by one.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "tool/headers/c_tokens.hpp"

namespace bridge32::tool {

/// One declaration at the outermost level, or one `#pragma pack`.
struct HeaderItem {
    std::vector<CToken> tokens{};  ///< with the `;`, without the body of a function
    bool has_body = false;

    const CToken& at() const { return tokens.front(); }
    bool has(std::string_view word) const;
    bool has_sign(std::string_view sign) const;
    /// One of the words, outside of all parentheses and braces.
    bool has_outside(std::initializer_list<std::string_view> words) const;
};

/// Without `extern "C" {`. A declaration that does not end is one, too.
std::vector<HeaderItem> items_of(const std::vector<CToken>& tokens);

/// `__attribute__`, `__declspec`: parentheses follow.
bool is_attribute(const CToken& token);
/// The end of `__attribute__((…))`, which begins at `i`.
std::size_t behind_group(const std::vector<CToken>& tokens, std::size_t i);

}  // namespace bridge32::tool
