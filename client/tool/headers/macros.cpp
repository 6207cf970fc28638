#include "tool/headers/macros.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "interface/interface.hpp"

namespace bridge32::tool {

namespace {

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

}  // namespace

struct Macros::Macro {
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

struct Macros::Frame {
    Tokens tokens{};
    std::size_t at = 0;
    Macro* macro = nullptr;
};

std::string Macros::place(const CToken& at) const {
    return files_[at.file].name + ":" + std::to_string(at.line) + ": ";
}

void Macros::fail(const CToken& at, const std::string& what) const {
    throw interfaces::SyntaxError(files_[at.file].name, {at.line, at.column}, what);
}

std::string_view Macros::keep(std::string text) { return texts_.emplace_back(std::move(text)); }

void Macros::define(const Tokens& line) {
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

void Macros::spend(std::size_t tokens, const CToken& at) {
    spent_ += tokens + 1;
    if (spent_ > kMostExpanded) {
        fail(at, "macros make more than " + std::to_string(kMostExpanded) + " words and signs");
    }
}

bool Macros::next(CToken& token) {
    const CToken* const found = peek();
    if (found == nullptr) return false;
    token = *found;
    ++frames_.back().at;
    return true;
}

const CToken* Macros::peek() {
    while (frames_.size() > barrier_) {
        Frame& top = frames_.back();
        if (top.at < top.tokens.size()) return &top.tokens[top.at];
        if (top.macro != nullptr) top.macro->is_busy = false;
        frames_.pop_back();
    }
    return nullptr;
}

Macros::Macro* Macros::macro_of(const CToken& token) {
    if (token.kind != CToken::Kind::word || token.is_final) return nullptr;
    const auto found = macros_.find(token.text);
    return found == macros_.end() ? nullptr : found->second.get();
}

Macros::Tokens Macros::expand(Tokens tokens) {
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

void Macros::replace(Macro& macro, const CToken& name, Tokens& to) {
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

bool Macros::arguments(const Macro& macro, const CToken& name, std::vector<Tokens>& given) {
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

CToken Macros::text_of(const Tokens& argument, const CToken& at) {
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

void Macros::paste(Tokens& to, const CToken& right) {
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

Macros::Tokens Macros::substitute(const Macro& macro, const CToken& name,
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

std::vector<std::string> Macros::constants() const {
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

std::vector<CToken> Macros::value_of(const std::string& macro) {
    const auto found = macros_.find(macro);
    if (found == macros_.end()) return {};
    found->second->is_busy = true;
    Tokens value = expand(found->second->body);
    found->second->is_busy = false;
    return value;
}

Macros::Macros(const std::deque<CFile>& files, std::vector<std::string>& errors)
    : files_(files), errors_(errors) {}

Macros::~Macros() = default;

void Macros::undefine(std::string_view name) { macros_.erase(name); }

bool Macros::is_defined(std::string_view name) const { return macros_.contains(name); }

}  // namespace bridge32::tool
