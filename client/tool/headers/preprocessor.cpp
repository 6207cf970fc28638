#include "tool/headers/preprocessor.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "interface/c_words.hpp"
#include "interface/interface.hpp"
#include "tool/headers/constant_value.hpp"

namespace bridge32::tool {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLargestFile = 16U << 20U;
constexpr std::size_t kMostTokens = 2'000'000;  // of all files
constexpr std::size_t kMostConditions = 256;    // within each other
constexpr int kMostIncludes = 10'000;
constexpr int kDeepestInclude = 64;

bool has_attribute(std::string_view name) {
    if (name.size() > 4 && name.starts_with("__") && name.ends_with("__")) {
        name = name.substr(2, name.size() - 4);
    }
    return interfaces::is_ignored_attribute(name) || interfaces::convention_of_name(name) ||
           name == "packed" || name == "aligned" || name == "regparm" || name == "counted_by" ||
           name == "sized_by";
}

constexpr std::array<std::string_view, 8> kQuestions{
    "__has_include", "__has_include_next", "__has_attribute",   "__has_builtin",
    "__has_feature", "__has_extension",    "__has_c_attribute", "__has_declspec_attribute"};

bool is_question(std::string_view word) {
    return std::find(kQuestions.begin(), kQuestions.end(), word) != kQuestions.end();
}

CToken number(const CToken& at, bool value) {
    CToken made = at;
    made.kind = CToken::Kind::number;
    made.text = value ? "1" : "0";
    return made;
}

}  // namespace

struct Preprocessor::Condition {
    bool was_active;  ///< what is around it
    bool is_active;
    bool had_active;  ///< one of its branches
    bool had_else = false;
    CToken at{};
};

struct Preprocessor::Location {
    fs::path path{};
    const std::string* known = nullptr;  ///< the text that stands in for it
    bool is_own = false;
};

Preprocessor::Preprocessor(PreprocessorOptions options) : options_(std::move(options)) {
    read_text(options_.definitions, "the target's definitions");
}

Preprocessor::~Preprocessor() = default;

bool Preprocessor::is_defined(std::string_view macro) const {
    return macros_.is_defined(macro) || is_question(macro);
}

void Preprocessor::read_text(std::string text, const std::string& name) {
    read_source(text, {name, {}, false});
}

void Preprocessor::read_file(const fs::path& file, bool is_own) {
    const std::string name = detail::utf8_of(file);
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) throw Error(name + " cannot be read: " + error.message());
    if (size > kLargestFile) {
        throw Error(name + ":1: the file has more than " + std::to_string(kLargestFile >> 20U) +
                    " MiB: it is no header");
    }
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream && !stream.eof()) throw Error(name + " cannot be read");
    read_source(text, {name, file.parent_path(), is_own});
}

void Preprocessor::read_source(const std::string& text, CFile file) {
    const auto index = static_cast<std::uint32_t>(files_.size());
    const std::string& name = files_.emplace_back(std::move(file)).name;
    const Tokens tokens = c_tokens(macros_.keep(joined_lines(text)), name, index);
    read_ += tokens.size();
    if (read_ > kMostTokens) {
        macros_.fail(tokens.back(), "the headers have more than " + std::to_string(kMostTokens) +
                                        " words and signs: leave some out");
    }
    const std::size_t outer_conditions = conditions_.size();
    for (std::size_t i = 0; i < tokens.size();) {
        if (!tokens[i].starts_line || !tokens[i].is("#")) {
            if (is_active()) run_.push_back(tokens[i]);
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        while (end < tokens.size() && !tokens[end].starts_line)
            ++end;
        const auto begin = tokens.begin();
        const Tokens line(begin + static_cast<std::ptrdiff_t>(i) + 1,
                          begin + static_cast<std::ptrdiff_t>(end));
        i = end;
        if (!line.empty()) directive(line);
    }
    flush();
    if (conditions_.size() > outer_conditions) {
        macros_.fail(conditions_.back().at, "this condition does not end: add #endif");
    }
}

bool Preprocessor::is_active() const noexcept {
    return conditions_.empty() || conditions_.back().is_active;
}

void Preprocessor::flush() {
    if (run_.empty()) return;
    Tokens expanded = pragma_operators(macros_.expand(std::exchange(run_, {})));
    made_.insert(made_.end(), expanded.begin(), expanded.end());
    if (made_.size() > kMostTokens + kMostExpanded)
        macros_.fail(made_.back(), "there is too much of it");
}

void Preprocessor::directive(const Tokens& line) {
    const std::string_view word = line[0].text;
    if (word == "if" || word == "ifdef" || word == "ifndef" || word == "elif" ||
        word == "elifdef" || word == "elifndef" || word == "else" || word == "endif") {
        condition(word, line);
        return;
    }
    if (!is_active()) return;
    flush();
    if (word == "define") {
        macros_.define(line);
    } else if (word == "undef") {
        if (line.size() > 1) macros_.undefine(line[1].text);
    } else if (word == "include" || word == "import" || word == "include_next") {
        include(line);
    } else if (word == "pragma") {
        pragma(line);
    } else if (word == "error") {
        std::string text;
        for (std::size_t i = 1; i < line.size(); ++i)
            text += (line[i].after_space && i > 1 ? " " : "") + std::string(line[i].text);
        errors_.push_back(macros_.place(line[0]) + "#error " + text);
    }
}

void Preprocessor::condition(std::string_view word, const Tokens& line) {
    const auto is_known = [&] {
        if (line.size() < 2)
            macros_.fail(line[0], "found #" + std::string(word) + " without a name");
        return is_defined(line[1].text);
    };
    if (word.starts_with("if")) {
        flush();
        if (conditions_.size() >= kMostConditions) {
            macros_.fail(line[0], "more than " + std::to_string(kMostConditions) +
                                      " conditions are within each other");
        }
        const bool outer = is_active();
        const bool holds = outer && (word == "if"      ? evaluate(line)
                                     : word == "ifdef" ? is_known()
                                                       : !is_known());
        conditions_.push_back({outer, holds, holds, false, line[0]});
        return;
    }
    if (conditions_.empty() || conditions_.back().at.file != line[0].file) {
        macros_.fail(line[0], "found #" + std::string(word) + " without #if");
    }
    flush();
    auto& inner = conditions_.back();
    if (word == "endif") {
        conditions_.pop_back();
        return;
    }
    if (inner.had_else) macros_.fail(line[0], "found #" + std::string(word) + " after #else");
    if (word == "else") {
        inner.had_else = true;
        inner.is_active = inner.was_active && !inner.had_active;
    } else {
        const bool open = inner.was_active && !inner.had_active;
        inner.is_active = open && (word == "elif"      ? evaluate(line)
                                   : word == "elifdef" ? is_known()
                                                       : !is_known());
    }
    conditions_.back().had_active |= conditions_.back().is_active;
}

Preprocessor::Tokens Preprocessor::without_defined(const Tokens& line) {
    Tokens made;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const CToken& token = line[i];
        const bool opens = i + 1 < line.size() && line[i + 1].is("(");
        if (token.is_word("defined")) {
            const std::size_t name = i + (opens ? 2 : 1);
            const bool ends = !opens || (name + 1 < line.size() && line[name + 1].is(")"));
            if (name >= line.size() || line[name].kind != CToken::Kind::word || !ends) {
                macros_.fail(token, "found `defined` without a name");
            }
            made.push_back(number(token, is_defined(line[name].text)));
            i = name + (opens ? 1 : 0);
        } else if (is_question(token.text) && opens) {
            std::string inside;
            std::size_t end = i + 2;
            for (int open = 1; end < line.size(); ++end) {
                open += line[end].is("(") ? 1 : line[end].is(")") ? -1 : 0;
                if (open == 0) break;
                inside += line[end].text;
            }
            bool holds = token.text == "__has_attribute" && has_attribute(inside);
            if (token.text == "__has_include" && inside.size() > 2) {
                Location found;
                const std::string name = inside.substr(1, inside.size() - 2);
                holds = find(name, inside[0] == '"', token.file, found);
            }
            made.push_back(number(token, holds));
            i = end;
        } else {
            made.push_back(token);
        }
    }
    return made;
}

bool Preprocessor::evaluate(const Tokens& line) {
    try {
        const Tokens expression(line.begin() + 1, line.end());
        // Macros may stand for such questions as well.
        return is_true(without_defined(macros_.expand(without_defined(expression))));
    } catch (const interfaces::SyntaxError&) {
        throw;
    } catch (const Error& error) {
        macros_.fail(line[0], error.what());
    }
}

bool Preprocessor::find(const std::string& name, bool is_quoted, std::uint32_t from,
                        Location& found) const {
    const fs::path relative = detail::path_from_utf8(name);
    std::error_code ignored;
    const auto is_at = [&](const fs::path& folder) {
        const fs::path path = folder / relative;
        if (!fs::is_regular_file(path, ignored)) return false;
        found.path = path;
        const std::string text = detail::utf8_of(path.lexically_normal());
        found.is_own = std::any_of(options_.own_folders.begin(), options_.own_folders.end(),
                                   [&](const auto& own) { return text.starts_with(own); });
        return true;
    };
    if (relative.is_absolute()) return is_at({});
    if (is_quoted && !files_[from].folder.empty() && is_at(files_[from].folder)) {
        found.is_own = found.is_own || files_[from].is_own;
        return true;
    }
    for (const auto& folder : options_.folders) {
        if (!is_at(folder.path)) continue;
        found.is_own = found.is_own || !folder.is_system;
        return true;
    }
    if (const auto known = options_.known.find(name); known != options_.known.end()) {
        found.known = &known->second;
        return true;
    }
    return std::any_of(options_.others.begin(), options_.others.end(), is_at);
}

void Preprocessor::include(const Tokens& line) {
    Tokens what(line.begin() + 1, line.end());
    if (what.empty()) macros_.fail(line[0], "found #include without a name");
    if (what[0].kind == CToken::Kind::word) what = macros_.expand(std::move(what));
    if (!what.empty() && what[0].kind == CToken::Kind::string) {
        const std::string_view text = what[0].text;
        return include_named(std::string(text.substr(1, text.size() - 2)), true, line[0]);
    }
    std::string name;
    std::size_t i = 1;
    for (; i < what.size() && !what[i].is(">"); ++i)
        name += what[i].text;
    if (what.empty() || !what[0].is("<") || i >= what.size() || name.empty()) {
        macros_.fail(line[0], "found #include, expected \"NAME\" or <NAME>");
    }
    include_named(name, false, line[0]);
}

void Preprocessor::include_named(const std::string& name, bool is_quoted, const CToken& at) {
    // Windows' way to write #pragma pack.
    if (name.starts_with("pshpack") || name == "poppack.h") {
        CToken pack = at;
        pack.kind = CToken::Kind::directive;
        pack.text =
            name == "poppack.h"
                ? std::string_view("#pragma pack(pop)")
                : macros_.keep("#pragma pack(push, " + name.substr(7, name.find('.') - 7) + ")");
        made_.push_back(pack);
        return;
    }
    Location found;
    if (!find(name, is_quoted, at.file, found)) {
        macros_.fail(at, name +
                             " was not found. Name the folder of headers that it is in behind --: "
                             "-- -I FOLDER");
    }
    if (++includes_ > kMostIncludes) macros_.fail(at, "there are too many includes");
    if (depth_ >= kDeepestInclude) {
        macros_.fail(at, name + " is included within itself, or " +
                             std::to_string(kDeepestInclude) + " headers are within each other");
    }
    const std::string key =
        found.known != nullptr ? "<" + name + ">" : detail::utf8_of(found.path.lexically_normal());
    if (once_.contains(key)) return;
    ++depth_;
    if (found.known != nullptr) {
        left_out_.insert(name);
        once_.insert(key);
        read_source(*found.known, {"<" + name + ">", {}, false});
    } else {
        read_file(found.path.lexically_normal(), found.is_own);
    }
    --depth_;
}

void Preprocessor::pragma(const Tokens& line) {
    if (line.size() < 2) return;
    const std::string_view what = line[1].text;
    if (what == "once") {
        once_.insert(files_[line[0].file].name);
        return;
    }
    // What changes layouts, and is not known, makes the reader of declarations fail there.
    const bool changes_layout = what == "pack" || what == "ms_struct" || what == "options" ||
                                what == "align" || what == "scalar_storage_order";
    if (!changes_layout) return;
    const Tokens rest = macros_.expand(Tokens(line.begin() + 2, line.end()));
    std::string text = "#pragma " + std::string(what);
    for (const auto& token : rest)
        text += token.text;
    CToken made = line[0];
    made.kind = CToken::Kind::directive;
    made.text = macros_.keep(std::move(text));
    made_.push_back(made);
}

// `_Pragma("pack(1)")`
Preprocessor::Tokens Preprocessor::pragma_operators(Tokens tokens) {
    const bool none = std::none_of(tokens.begin(), tokens.end(), [](const auto& token) {
        return token.is_word("_Pragma") || token.is_word("__pragma");
    });
    if (none) return tokens;
    Tokens made;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const CToken& token = tokens[i];
        const bool is_operator = token.is_word("_Pragma") || token.is_word("__pragma");
        if (!is_operator || i + 1 >= tokens.size() || !tokens[i + 1].is("(")) {
            made.push_back(token);
            continue;
        }
        std::string inside;
        int open = 0;
        for (++i; i < tokens.size(); ++i) {
            if (tokens[i].is("(") && open++ == 0) continue;
            if (tokens[i].is(")") && --open == 0) break;
            inside += tokens[i].text;
        }
        if (inside.starts_with('"')) inside = inside.substr(1, inside.size() - 2);
        if (!inside.starts_with("pack") && !inside.starts_with("ms_struct")) continue;
        CToken directive = token;
        directive.kind = CToken::Kind::directive;
        directive.text = macros_.keep("#pragma " + inside);
        made.push_back(directive);
    }
    return made;
}

}  // namespace bridge32::tool
