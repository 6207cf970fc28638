// #pragma pack, and why there is no other directive.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "interface/declaration_reader.hpp"

namespace bridge32::interfaces {

void DeclarationReader::directive() {
    const Token token = take();
    std::string text(token.text);
    while (!text.empty() && (text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    const std::size_t begin = text.find_first_not_of(" \t", 1);
    const std::string rest = begin == std::string::npos ? "" : text.substr(begin);
    if (rest.starts_with("pragma")) {
        const std::size_t what = rest.find_first_not_of(" \t", 6);
        const std::string pragma = what == std::string::npos ? "" : rest.substr(what);
        if (pragma == "once") return;
        if (pragma.starts_with("pack")) return pack(pragma.substr(4), token.at);
    }
    const std::string word = rest.substr(0, rest.find_first_of(" \t("));
    std::string remedy = "remove the line";
    if (word == "define") remedy = "write a constant as `const int NAME = 1;`";
    if (word == "include") remedy = "write the types that are needed into this file";
    if (word.starts_with("if") || word == "else" || word == "endif" || word == "elif") {
        remedy = "keep the branch that is true for the library";
    }
    fail(token.at, "found #" + word +
                       ", and an interface file has no preprocessor but "
                       "#pragma pack: " +
                       remedy);
}

void DeclarationReader::pack(std::string_view text, Position where) {
    std::vector<std::string> words(1);
    bool closed = false;
    bool opened = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t') continue;
        if (closed && c == '/') break;  // a comment
        if (c == '(' && !opened) {
            opened = true;
        } else if (c == ')' && opened) {
            closed = true;
        } else if (c == ',') {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    const auto wrong = [&] {
        fail(where, "found #pragma pack" + std::string(text) +
                        ", expected (push, n), (pop), (n) or (), where n is 1, 2, 4, 8 or 16");
    };
    if (!closed || words.size() > 3) wrong();
    const bool is_pop = words[0] == "pop";
    std::size_t i = 0;
    if (words[0] == "push") {
        packs_.push_back(pack_);
        ++i;
    } else if (is_pop) {
        if (packs_.empty()) {
            fail(where, "found #pragma pack(pop) without an earlier push: remove one of them");
        }
        pack_ = packs_.back();
        packs_.pop_back();
        ++i;
    } else if (words[0].empty()) {
        pack_ = 0;
        return;
    }
    for (; i < words.size(); ++i) {
        static constexpr std::array<std::string_view, 5> kSizes{"1", "2", "4", "8", "16"};
        const auto* const size = std::find(kSizes.begin(), kSizes.end(), words[i]);
        const bool is_label = i > 0 && i + 1 < words.size();
        if (size != kSizes.end()) {
            pack_ = 1U << (size - kSizes.begin());
        } else if (!is_label && !(is_pop && i > 0)) {
            wrong();
        }
    }
}

}  // namespace bridge32::interfaces
