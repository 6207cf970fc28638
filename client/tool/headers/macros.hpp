// The macros of a C source.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tool/headers/c_tokens.hpp"

namespace bridge32::tool {

/// One file that was read. `name` is for messages.
struct CFile {
    std::string name;
    std::filesystem::path folder{};
    bool is_own = false;
};

/// Of all expansions together.
inline constexpr std::size_t kMostExpanded = 2'000'000;

/// Defines and expands them. What is too much is a SyntaxError with file and line.
class Macros {
public:
    using Tokens = std::vector<CToken>;

    /// Calls with wrong arguments are added to `errors`.
    Macros(const std::deque<CFile>& files, std::vector<std::string>& errors);
    ~Macros();
    Macros(const Macros&) = delete;
    Macros& operator=(const Macros&) = delete;

    /// `line`: from the word `define` on. SAL's words are never macros.
    void define(const Tokens& line);
    void undefine(std::string_view name);
    bool is_defined(std::string_view name) const;
    Tokens expand(Tokens tokens);

    /// Macros of the library's own that have no parameters and are still defined, in their order.
    std::vector<std::string> constants() const;
    /// What such a macro stands for, all expanded.
    Tokens value_of(const std::string& macro);

    /// Text for tokens, which lives as long as this.
    std::string_view keep(std::string text);
    [[noreturn]] void fail(const CToken& at, const std::string& what) const;
    /// "vendor.h:12: "
    std::string place(const CToken& at) const;

private:
    struct Macro;
    struct Frame;

    bool next(CToken& token);
    const CToken* peek();
    Macro* macro_of(const CToken& token);
    void replace(Macro& macro, const CToken& name, Tokens& to);
    bool arguments(const Macro& macro, const CToken& name, std::vector<Tokens>& given);
    Tokens substitute(const Macro& macro, const CToken& name, std::vector<Tokens>& given);
    void paste(Tokens& to, const CToken& right);
    CToken text_of(const Tokens& argument, const CToken& at);
    void spend(std::size_t tokens, const CToken& at);

    const std::deque<CFile>& files_;
    std::vector<std::string>& errors_;
    std::deque<std::string> texts_{};
    std::unordered_map<std::string_view, std::unique_ptr<Macro>>
        macros_;  // no {}, which needs Macro
    std::vector<std::string> order_{};
    std::vector<Frame> frames_;
    std::size_t barrier_ = 0;
    int expansions_ = 0;
    std::size_t spent_ = 0;
};

}  // namespace bridge32::tool
