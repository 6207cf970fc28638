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
constexpr std::size_t kMostTokens = 2'000'000;    // of all files
constexpr std::size_t kMostExpanded = 2'000'000;  // of all macros
constexpr std::size_t kMostConditions = 256;      // within each other
constexpr int kMostIncludes = 10'000;
constexpr int kDeepestInclude = 64;
constexpr int kDeepestArgument = 64;

/// `_In_`, `IN`: the reader of declarations knows what they mean, so no macro replaces them.
bool is_annotation(std::string_view word, bool is_empty) {
    if (word == "IN" || word == "OUT" || word == "OPTIONAL") return is_empty;
    const auto begins = [&](const auto& starts) {
        return std::any_of(starts.begin(), starts.end(),
                           [&](std::string_view start) { return word.starts_with(start); });
    };
    constexpr std::array<std::string_view, 6> kStarts{"_In_",     "_Out_",  "_Inout_",
                                                      "_Outptr_", "_COM_O", "_Field_size_"};
    constexpr std::array<std::string_view, 6> kOldStarts{"__in_",    "__out_",       "__inout_",
                                                         "__deref_", "__counted_by", "__sized_by"};
    return word == "__in" || word == "__out" || word == "__inout" ||
           (word.ends_with('_') && begins(kStarts)) || begins(kOldStarts);
}

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

struct Preprocessor::Macro {
    bool has_parameters = false;
    bool is_variadic = false;
    bool is_own = false;
    bool is_busy = false;  ///< being expanded: it is not expanded within itself
    std::vector<std::string_view> parameters{};
    Tokens body{};

    std::size_t parameter(const CToken& token) const {
        if (token.kind != CToken::Kind::word) return parameters.size();
        return static_cast<std::size_t>(
            std::find(parameters.begin(), parameters.end(), token.text) - parameters.begin());
    }
};

struct Preprocessor::Frame {
    Tokens tokens{};
    std::size_t at = 0;
    Macro* macro = nullptr;
};

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

std::string Preprocessor::place(const CToken& at) const {
    return files_[at.file].name + ":" + std::to_string(at.line) + ": ";
}

void Preprocessor::fail(const CToken& at, const std::string& what) const {
    throw interfaces::SyntaxError(files_[at.file].name, {at.line, at.column}, what);
}

std::string_view Preprocessor::keep(std::string text) {
    return texts_.emplace_back(std::move(text));
}

bool Preprocessor::is_defined(std::string_view macro) const {
    return macros_.contains(macro) || is_question(macro);
}

void Preprocessor::read_text(std::string text, const std::string& name) {
    read_source(std::move(text), {name, {}, false});
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
    read_source(std::move(text), {name, file.parent_path(), is_own});
}

void Preprocessor::read_source(std::string text, CFile file) {
    const auto index = static_cast<std::uint32_t>(files_.size());
    const std::string& name = files_.emplace_back(std::move(file)).name;
    const Tokens tokens = c_tokens(keep(joined_lines(text)), name, index);
    read_ += tokens.size();
    if (read_ > kMostTokens) {
        fail(tokens.back(), "the headers have more than " + std::to_string(kMostTokens) +
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
        fail(conditions_.back().at, "this condition does not end: add #endif");
    }
}

bool Preprocessor::is_active() const noexcept {
    return conditions_.empty() || conditions_.back().is_active;
}

void Preprocessor::flush() {
    if (run_.empty()) return;
    Tokens expanded = pragma_operators(expand(std::exchange(run_, {})));
    made_.insert(made_.end(), expanded.begin(), expanded.end());
    if (made_.size() > kMostTokens + kMostExpanded) fail(made_.back(), "there is too much of it");
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
        define(line);
    } else if (word == "undef") {
        if (line.size() > 1) macros_.erase(line[1].text);
    } else if (word == "include" || word == "import" || word == "include_next") {
        include(line);
    } else if (word == "pragma") {
        pragma(line);
    } else if (word == "error") {
        std::string text;
        for (std::size_t i = 1; i < line.size(); ++i)
            text += (line[i].after_space && i > 1 ? " " : "") + std::string(line[i].text);
        errors_.push_back(place(line[0]) + "#error " + text);
    }
}

void Preprocessor::condition(std::string_view word, const Tokens& line) {
    const auto is_known = [&] {
        if (line.size() < 2) fail(line[0], "found #" + std::string(word) + " without a name");
        return is_defined(line[1].text);
    };
    if (word.starts_with("if")) {
        flush();
        if (conditions_.size() >= kMostConditions) {
            fail(line[0], "more than " + std::to_string(kMostConditions) +
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
        fail(line[0], "found #" + std::string(word) + " without #if");
    }
    flush();
    auto& inner = conditions_.back();
    if (word == "endif") {
        conditions_.pop_back();
        return;
    }
    if (inner.had_else) fail(line[0], "found #" + std::string(word) + " after #else");
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
                fail(token, "found `defined` without a name");
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
        return is_true(without_defined(expand(without_defined(expression))));
    } catch (const interfaces::SyntaxError&) {
        throw;
    } catch (const Error& error) {
        fail(line[0], error.what());
    }
}

void Preprocessor::define(const Tokens& line) {
    if (line.size() < 2 || line[1].kind != CToken::Kind::word) {
        fail(line[0], "found #define without a name");
    }
    const CToken& name = line[1];
    auto macro = std::make_unique<Macro>();
    macro->is_own = files_[name.file].is_own;
    std::size_t body = 2;
    if (body < line.size() && line[body].is("(") && !line[body].after_space) {
        macro->has_parameters = true;
        for (++body; body < line.size() && !line[body].is(")"); ++body) {
            const CToken& token = line[body];
            if (token.is("...")) {
                if (!macro->is_variadic) macro->parameters.emplace_back("__VA_ARGS__");
                macro->is_variadic = true;
            } else if (token.kind == CToken::Kind::word) {
                macro->parameters.push_back(token.text);
                macro->is_variadic = body + 1 < line.size() && line[body + 1].is("...");
            } else if (!token.is(",")) {
                fail(token, "found `" + std::string(token.text) + "` in a macro's parameters");
            }
        }
        if (body >= line.size()) fail(name, "a macro's parameters do not end: add )");
        ++body;
    }
    macro->body.assign(line.begin() + static_cast<std::ptrdiff_t>(std::min(body, line.size())),
                       line.end());
    if (is_annotation(name.text, macro->body.empty())) return;
    if (!macro->has_parameters && macro->is_own) order_.emplace_back(name.text);
    macros_.insert_or_assign(name.text, std::move(macro));
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
    if (what.empty()) fail(line[0], "found #include without a name");
    if (what[0].kind == CToken::Kind::word) what = expand(std::move(what));
    if (!what.empty() && what[0].kind == CToken::Kind::string) {
        const std::string_view text = what[0].text;
        return include_named(std::string(text.substr(1, text.size() - 2)), true, line[0]);
    }
    std::string name;
    std::size_t i = 1;
    for (; i < what.size() && !what[i].is(">"); ++i)
        name += what[i].text;
    if (what.empty() || !what[0].is("<") || i >= what.size() || name.empty()) {
        fail(line[0], "found #include, expected \"NAME\" or <NAME>");
    }
    include_named(name, false, line[0]);
}

void Preprocessor::include_named(const std::string& name, bool is_quoted, const CToken& at) {
    // Windows' way to write #pragma pack.
    if (name.starts_with("pshpack") || name == "poppack.h") {
        CToken pack = at;
        pack.kind = CToken::Kind::directive;
        pack.text = name == "poppack.h"
                        ? std::string_view("#pragma pack(pop)")
                        : keep("#pragma pack(push, " + name.substr(7, name.find('.') - 7) + ")");
        made_.push_back(pack);
        return;
    }
    Location found;
    if (!find(name, is_quoted, at.file, found)) {
        fail(at, name +
                     " was not found. Name the folder of headers that it is in behind --: "
                     "-- -I FOLDER");
    }
    if (++includes_ > kMostIncludes) fail(at, "there are too many includes");
    if (depth_ >= kDeepestInclude) {
        fail(at, name + " is included within itself, or " + std::to_string(kDeepestInclude) +
                     " headers are within each other");
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
    const Tokens rest = expand(Tokens(line.begin() + 2, line.end()));
    std::string text = "#pragma " + std::string(what);
    for (const auto& token : rest)
        text += token.text;
    CToken made = line[0];
    made.kind = CToken::Kind::directive;
    made.text = keep(std::move(text));
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
        directive.text = keep("#pragma " + inside);
        made.push_back(directive);
    }
    return made;
}

// Macros

void Preprocessor::spend(std::size_t tokens, const CToken& at) {
    spent_ += tokens + 1;
    if (spent_ > kMostExpanded) {
        fail(at, "macros make more than " + std::to_string(kMostExpanded) + " words and signs");
    }
}

bool Preprocessor::next(CToken& token) {
    const CToken* const found = peek();
    if (found == nullptr) return false;
    token = *found;
    ++frames_.back().at;
    return true;
}

const CToken* Preprocessor::peek() {
    while (frames_.size() > barrier_) {
        Frame& top = frames_.back();
        if (top.at < top.tokens.size()) return &top.tokens[top.at];
        if (top.macro != nullptr) top.macro->is_busy = false;
        frames_.pop_back();
    }
    return nullptr;
}

Preprocessor::Macro* Preprocessor::macro_of(const CToken& token) {
    if (token.kind != CToken::Kind::word || token.is_final) return nullptr;
    const auto found = macros_.find(token.text);
    return found == macros_.end() ? nullptr : found->second.get();
}

Preprocessor::Tokens Preprocessor::expand(Tokens tokens) {
    if (++expansions_ > kDeepestArgument && !tokens.empty()) {
        fail(tokens[0], "the arguments of macros are nested too deeply");
    }
    const std::size_t outer = std::exchange(barrier_, frames_.size());
    Tokens made;
    made.reserve(tokens.size());
    frames_.push_back({std::move(tokens)});
    CToken token;
    while (next(token)) {
        Macro* const macro = macro_of(token);
        if (macro != nullptr && macro->is_busy) token.is_final = true;
        const bool is_call = macro != nullptr && !macro->is_busy &&
                             (!macro->has_parameters || (peek() != nullptr && peek()->is("(")));
        if (is_call) {
            replace(*macro, token, made);
        } else if (token.is_word("__LINE__")) {
            token.kind = CToken::Kind::number;
            token.text = keep(std::to_string(token.line));
            made.push_back(token);
        } else {
            made.push_back(token);
        }
    }
    barrier_ = outer;
    --expansions_;
    return made;
}

void Preprocessor::replace(Macro& macro, const CToken& name, Tokens& to) {
    std::vector<Tokens> given;
    if (macro.has_parameters && !arguments(macro, name, given)) {
        errors_.push_back(place(name) + "the macro `" + std::string(name.text) +
                          "` is used with other arguments than it has");
        to.push_back(name);
        return;
    }
    Tokens body = substitute(macro, name, given);
    spend(body.size(), name);
    for (auto& token : body) {
        token.file = name.file;
        token.line = name.line;
        token.column = name.column;
        token.comment = {};
    }
    if (!body.empty()) {
        body.front().comment = name.comment;
        body.front().after_space = name.after_space;
    } else if (const CToken* const following = peek();
               following != nullptr && following->comment.empty()) {
        // A comment before VENDOR_API is about what follows.
        frames_.back().tokens[frames_.back().at].comment = name.comment;
    }
    macro.is_busy = true;
    frames_.push_back({std::move(body), 0, &macro});
}

bool Preprocessor::arguments(const Macro& macro, const CToken& name, std::vector<Tokens>& given) {
    CToken token;
    next(token);  // (
    given.emplace_back();
    int open = 0;
    while (next(token)) {
        if (token.is(")") && open == 0) {
            const std::size_t wanted = macro.parameters.size();
            if (wanted == 0) return given.size() == 1 && given[0].empty();
            if (macro.is_variadic && given.size() + 1 == wanted) given.emplace_back();
            return given.size() == wanted;
        }
        open += token.is("(") ? 1 : token.is(")") ? -1 : 0;
        const bool is_rest = macro.is_variadic && given.size() == macro.parameters.size();
        if (token.is(",") && open == 0 && !is_rest) {
            given.emplace_back();
            if (given.size() > macro.parameters.size() + 1) spend(1, name);
        } else {
            given.back().push_back(token);
        }
    }
    return false;
}

CToken Preprocessor::text_of(const Tokens& argument, const CToken& at) {
    std::string text = "\"";
    for (const auto& token : argument) {
        if (token.after_space && text.size() > 1) text += ' ';
        const bool quoted =
            token.kind == CToken::Kind::string || token.kind == CToken::Kind::character;
        for (const char c : token.text) {
            if (quoted && (c == '"' || c == '\\')) text += '\\';
            text += c;
        }
    }
    CToken made = at;
    made.kind = CToken::Kind::string;
    made.text = keep(text + "\"");
    return made;
}

void Preprocessor::paste(Tokens& to, const CToken& right) {
    CToken& left = to.back();
    if (left.text.empty()) {
        left = right;
        return;
    }
    if (right.text.empty()) return;
    const auto text = keep(std::string(left.text) + std::string(right.text));
    const Tokens made = c_tokens(text, files_[right.file].name, right.file);
    if (made.size() != 1) {
        to.push_back(right);
        return;
    }
    left.text = made[0].text;
    left.kind = made[0].kind;
    left.is_final = false;
}

Preprocessor::Tokens Preprocessor::substitute(const Macro& macro, const CToken& name,
                                              std::vector<Tokens>& given) {
    if (!macro.has_parameters && std::none_of(macro.body.begin(), macro.body.end(),
                                              [](const auto& token) { return token.is("##"); })) {
        return macro.body;
    }
    Tokens made;
    std::vector<std::unique_ptr<Tokens>> expanded(given.size());
    const auto& body = macro.body;
    const std::size_t none = macro.parameters.size();
    // What stands at `i`; with ##, arguments are not expanded, and nothing is an empty token.
    const auto operand = [&](std::size_t i, bool is_pasted) -> Tokens {
        const std::size_t parameter = macro.parameter(body[i]);
        if (parameter == none) return {body[i]};
        if (is_pasted) {
            if (!given[parameter].empty()) return given[parameter];
            CToken empty = name;
            empty.kind = CToken::Kind::other;
            empty.text = {};
            return {empty};
        }
        auto& once = expanded[parameter];
        if (!once) once = std::make_unique<Tokens>(expand(given[parameter]));
        return *once;
    };
    for (std::size_t i = 0; i < body.size(); ++i) {
        const bool has_next = i + 1 < body.size();
        if (macro.has_parameters && body[i].is("#") && has_next &&
            macro.parameter(body[i + 1]) != none) {
            made.push_back(text_of(given[macro.parameter(body[i + 1])], name));
            ++i;
        } else if (body[i].is("##") && has_next && !made.empty()) {
            ++i;
            Tokens right = operand(i, true);
            const bool is_rest = macro.is_variadic && macro.parameter(body[i]) + 1 == none;
            if (is_rest && made.back().is(",")) {  // GNU's way to leave the comma out
                if (right.size() == 1 && right[0].text.empty()) {
                    made.pop_back();
                } else {
                    made.insert(made.end(), right.begin(), right.end());
                }
                continue;
            }
            paste(made, right.front());
            made.insert(made.end(), right.begin() + 1, right.end());
        } else {
            const Tokens one = operand(i, has_next && body[i + 1].is("##"));
            made.insert(made.end(), one.begin(), one.end());
        }
        if (made.size() > kMostExpanded) spend(made.size(), name);
    }
    std::erase_if(made, [](const auto& token) { return token.text.empty(); });
    return made;
}

std::vector<std::string> Preprocessor::constants() const {
    std::vector<std::string> names;
    std::set<std::string_view> seen;
    for (const auto& name : order_) {
        const auto found = macros_.find(name);
        if (found == macros_.end() || found->second->has_parameters ||
            found->second->body.empty() || !seen.insert(name).second)
            continue;
        names.push_back(name);
    }
    return names;
}

std::vector<CToken> Preprocessor::value_of(const std::string& macro) {
    const auto found = macros_.find(macro);
    if (found == macros_.end()) return {};
    found->second->is_busy = true;
    Tokens value = expand(found->second->body);
    found->second->is_busy = false;
    return value;
}

}  // namespace bridge32::tool
