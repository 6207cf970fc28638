#include "tool/headers/header_items.hpp"

#include <algorithm>

namespace bridge32::tool {

using Tokens = std::vector<CToken>;

bool HeaderItem::has(std::string_view word) const {
    return std::any_of(tokens.begin(), tokens.end(),
                       [&](const auto& token) { return token.is_word(word); });
}

bool HeaderItem::has_sign(std::string_view sign) const {
    return std::any_of(tokens.begin(), tokens.end(),
                       [&](const auto& token) { return token.is(sign); });
}

bool HeaderItem::has_outside(std::initializer_list<std::string_view> words) const {
    int open = 0;
    for (const auto& token : tokens) {
        open += token.is("(") || token.is("{") ? 1 : token.is(")") || token.is("}") ? -1 : 0;
        if (open != 0 || token.kind != CToken::Kind::word) continue;
        if (std::find(words.begin(), words.end(), token.text) != words.end()) return true;
    }
    return false;
}

std::size_t behind_group(const Tokens& tokens, std::size_t i) {
    int open = 0;
    for (++i; i < tokens.size(); ++i) {
        open += tokens[i].is("(") ? 1 : tokens[i].is(")") ? -1 : 0;
        if (open == 0) return i + 1;
    }
    return i;
}

bool is_attribute(const CToken& token) {
    return token.kind == CToken::Kind::word &&
           (token.text == "__attribute__" || token.text == "__attribute" ||
            token.text == "__declspec" || token.text == "_declspec" || token.text == "_Alignas");
}

namespace {

/// Does the `{` that follows begin a struct, a union or an enumeration?
bool begins_body(const Tokens& before) {
    bool found = false;
    int names = 0;
    for (std::size_t i = 0; i < before.size();) {
        if (is_attribute(before[i])) {
            i = behind_group(before, i);
            continue;
        }
        const auto& token = before[i++];
        if (token.kind == CToken::Kind::directive) continue;
        if (token.is_word("struct") || token.is_word("union") || token.is_word("enum")) {
            found = true;
            names = 0;
        } else if (token.is(")")) {
            found = false;
        } else if (found && token.kind == CToken::Kind::word) {
            ++names;
        }
    }
    return found;
}

/// The declaration that begins at `i`; returns where the next one begins.
std::size_t item_at(const Tokens& all, std::size_t i, HeaderItem& item) {
    int open = 0;
    bool in_body = false;
    for (; i < all.size(); ++i) {
        const CToken& token = all[i];
        if (token.is("{") && open == 0 && !in_body && !item.tokens.empty() &&
            !item.tokens.back().is("=") && !begins_body(item.tokens)) {
            in_body = item.has_body = true;
        }
        open += token.is("{") || token.is("(") || token.is("[") ? 1 : 0;
        open -= token.is("}") || token.is(")") || token.is("]") ? 1 : 0;
        if (!in_body || token.kind == CToken::Kind::directive) item.tokens.push_back(token);
        if (open > 0) continue;
        if (in_body || open < 0) {
            CToken end = token;
            end.kind = CToken::Kind::sign;
            end.text = ";";
            item.tokens.push_back(end);
            return i + 1;
        }
        if (token.is(";")) return i + 1;
    }
    return i;
}

}  // namespace

std::vector<HeaderItem> items_of(const Tokens& all) {
    std::vector<HeaderItem> items;
    int externs = 0;
    for (std::size_t i = 0; i < all.size();) {
        const CToken& token = all[i];
        if (token.is(";")) {
            ++i;
        } else if (token.is("}") && externs > 0) {
            --externs;
            ++i;
        } else if (token.kind == CToken::Kind::directive) {
            items.push_back({{token}});
            ++i;
        } else if (token.is_word("extern") && i + 2 < all.size() &&
                   all[i + 1].kind == CToken::Kind::string && all[i + 2].is("{")) {
            ++externs;
            i += 3;
        } else {
            i = item_at(all, i, items.emplace_back());
        }
    }
    return items;
}

}  // namespace bridge32::tool
