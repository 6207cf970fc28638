// C's preprocessor, as far as headers of libraries need it.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tool/headers/c_tokens.hpp"
#include "tool/headers/macros.hpp"

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

    /// Also for the values of macros.
    Macros& macros() noexcept { return macros_; }

private:
    struct Condition;
    struct Location;

    using Tokens = std::vector<CToken>;

    void read_source(const std::string& text, CFile file);
    void directive(const Tokens& line);
    void condition(std::string_view word, const Tokens& line);
    bool evaluate(const Tokens& line);
    Tokens without_defined(const Tokens& line);
    bool is_active() const noexcept;
    void include(const Tokens& line);
    void include_named(const std::string& name, bool is_quoted, const CToken& at);
    bool find(const std::string& name, bool is_quoted, std::uint32_t from, Location& found) const;
    void pragma(const Tokens& line);
    void flush();

    Tokens pragma_operators(Tokens tokens);

    PreprocessorOptions options_;
    std::deque<CFile> files_{};
    Tokens made_{};
    Tokens run_{};  ///< text since the last directive
    std::vector<std::string> errors_{};
    Macros macros_{files_, errors_};
    std::set<std::string> left_out_{};
    std::set<std::string> once_{};
    std::vector<Condition> conditions_;
    int includes_ = 0;
    int depth_ = 0;
    std::size_t read_ = 0;
};

}  // namespace bridge32::tool
