// C's preprocessor, as far as headers of libraries need it.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tool/headers/c_tokens.hpp"

namespace bridge32::tool {

struct PreprocessorOptions {
    struct Folder {
        std::filesystem::path path;
        bool is_system = false;  ///< what is found there is no header of the library's own
    };

    std::vector<Folder> folders{};                ///< of -I, -isystem
    std::vector<std::filesystem::path> others{};  ///< for what is neither there nor known
    /// Headers of the system by name, and what is read in their place.
    std::map<std::string, std::string, std::less<>> known{};
    std::string definitions{};               ///< "#define …" for the target
    std::vector<std::string> own_folders{};  ///< what lies below is the library's own
};

/// One file that was read. `name` is for messages.
struct CFile {
    std::string name;
    std::filesystem::path folder{};
    bool is_own = false;
};

/// Follows includes, conditions and macros. All that a hostile source can make grow has a limit;
/// reaching one is a SyntaxError with file and line, as is what cannot be understood.
class Preprocessor {
public:
    explicit Preprocessor(PreprocessorOptions options);
    ~Preprocessor();
    Preprocessor(const Preprocessor&) = delete;
    Preprocessor& operator=(const Preprocessor&) = delete;

    /// A source that is no file: its includes are those of `folder`.
    void read_text(std::string text, const std::string& name);
    void read_file(const std::filesystem::path& file, bool is_own);

    /// What is left for the compiler. Macros are expanded.
    const std::vector<CToken>& tokens() const noexcept { return made_; }
    const CFile& file(const CToken& token) const { return files_[token.file]; }
    /// `#error`, and calls of macros with wrong arguments: with file and line.
    const std::vector<std::string>& errors() const noexcept { return errors_; }
    /// Headers of the system that were not read.
    const std::set<std::string>& left_out() const noexcept { return left_out_; }
    bool is_defined(std::string_view macro) const;

    /// Macros of the library's own that have no parameters and are still defined, in their order.
    std::vector<std::string> constants() const;
    /// What such a macro stands for, all expanded.
    std::vector<CToken> value_of(const std::string& macro);

private:
    struct Macro;
    struct Frame;
    struct Condition;
    struct Location;

    using Tokens = std::vector<CToken>;

    void read_source(std::string text, CFile file);
    void directive(const Tokens& line);
    void condition(std::string_view word, const Tokens& line);
    bool evaluate(const Tokens& line);
    Tokens without_defined(const Tokens& line);
    bool is_active() const noexcept;
    void define(const Tokens& line);
    void include(const Tokens& line);
    void include_named(const std::string& name, bool is_quoted, const CToken& at);
    bool find(const std::string& name, bool is_quoted, std::uint32_t from, Location& found) const;
    void pragma(const Tokens& line);
    void flush();

    Tokens expand(Tokens tokens);
    bool next(CToken& token);
    const CToken* peek();
    Macro* macro_of(const CToken& token);
    void replace(Macro& macro, const CToken& name, Tokens& to);
    bool arguments(const Macro& macro, const CToken& name, std::vector<Tokens>& given);
    Tokens substitute(const Macro& macro, const CToken& name, std::vector<Tokens>& given);
    void paste(Tokens& to, const CToken& right);
    CToken text_of(const Tokens& argument, const CToken& at);
    Tokens pragma_operators(Tokens tokens);
    void spend(std::size_t tokens, const CToken& at);
    std::string_view keep(std::string text);
    [[noreturn]] void fail(const CToken& at, const std::string& what) const;
    std::string place(const CToken& at) const;

    PreprocessorOptions options_;
    std::deque<std::string> texts_{};
    std::deque<CFile> files_{};
    Tokens made_{};
    Tokens run_{};  ///< text since the last directive
    std::vector<std::string> errors_{};
    std::set<std::string> left_out_{};
    std::set<std::string> once_{};
    std::unordered_map<std::string_view, std::unique_ptr<Macro>>
        macros_;  // without {}, which needs Macro
    std::vector<std::string> order_{};
    std::vector<Frame> frames_;
    std::size_t barrier_ = 0;
    std::vector<Condition> conditions_;
    int includes_ = 0;
    int depth_ = 0;
    int expansions_ = 0;
    std::size_t read_ = 0;
    std::size_t spent_ = 0;
};

}  // namespace bridge32::tool
