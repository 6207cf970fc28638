#include "tool/headers/own_reader.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "interface/c_words.hpp"
#include "interface/declaration_reader.hpp"
#include "interface/layout.hpp"
#include "interface/spelling.hpp"
#include "interface/writer.hpp"
#include "os/path.hpp"
#include "tool/headers/annotations.hpp"
#include "tool/headers/constant_value.hpp"
#include "tool/headers/preprocessor.hpp"
#include "tool/headers/system_headers.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::utf8_of;
using interfaces::Convention;
using interfaces::Declared;
using interfaces::Scalar;
using interfaces::Specifiers;
using interfaces::Token;
using interfaces::TokenKind;
using interfaces::Type;
using interfaces::TypeKind;
using interfaces::Within;
using Tokens = std::vector<CToken>;

Token token_of(const CToken& token) {
    Token made;
    made.text = token.text;
    made.at = {token.line, token.column};
    switch (token.kind) {
        case CToken::Kind::word:
            made.kind = TokenKind::word;
            break;
        case CToken::Kind::number: {
            const bool is_hex = token.text.starts_with("0x") || token.text.starts_with("0X");
            const bool is_real = token.text.find_first_of(is_hex ? "." : ".eE") != token.text.npos;
            made.kind = is_real ? TokenKind::real : TokenKind::integer;
            break;
        }
        case CToken::Kind::string:
            made.kind = TokenKind::string;
            break;
        case CToken::Kind::character:
            made.kind = TokenKind::character;
            break;
        case CToken::Kind::directive:
            made.kind = TokenKind::directive;
            break;
        default:
            made.kind = TokenKind::sign;
    }
    return made;
}

/// As wide, and as signed as far as a call shows it.
bool agree(const Type& ours, const Type& theirs, interfaces::Target target) {
    const Type& a = interfaces::meaning(ours);
    const Type& b = interfaces::meaning(theirs);
    if ((a.kind == TypeKind::pointer) != (b.kind == TypeKind::pointer)) return false;
    if (a.kind == TypeKind::pointer) return true;
    const auto is_real = [](const Type& type) {
        return type.kind == TypeKind::scalar && type.scalar >= Scalar::float_ &&
               type.scalar <= Scalar::double_complex;
    };
    if (is_real(a) != is_real(b)) return false;
    try {
        return interfaces::extent_of(a, target) == interfaces::extent_of(b, target);
    } catch (const Error&) {
        return a.kind == b.kind && a.kind == TypeKind::scalar && a.scalar == b.scalar;
    }
}

/// One declaration at the outermost level.
struct Item {
    Tokens tokens{};  ///< with the `;`, without the body of a function
    bool is_own = false;
    bool has_body = false;

    const CToken& at() const { return tokens.front(); }
    bool has(std::string_view word) const {
        return std::any_of(tokens.begin(), tokens.end(),
                           [&](const auto& token) { return token.is_word(word); });
    }
    /// Outside of all parentheses and braces.
    bool has_outside(std::initializer_list<std::string_view> words) const {
        int open = 0;
        for (const auto& token : tokens) {
            open += token.is("(") || token.is("{") ? 1 : token.is(")") || token.is("}") ? -1 : 0;
            if (open != 0 || token.kind != CToken::Kind::word) continue;
            if (std::find(words.begin(), words.end(), token.text) != words.end()) return true;
        }
        return false;
    }
};

/// The end of `__attribute__((…))`, `__declspec(…)`, which begins at `i`.
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

class OwnReader final : public interfaces::DeclarationReader {
public:
    OwnReader(const HeaderOptions& options, Preprocessor& source, HeaderContent& content)
        : DeclarationReader("", "", content.declared),
          options_(options),
          source_(source),
          content_(content) {
        keeps_arrays_ = true;
        if (options.target.platform == interfaces::Platform::windows_) {
            for (const char* name : {"time_t", "off_t"})
                unreadable_names_[name] =
                    "has 4 or 8 bytes on Windows, as the library's compiler "
                    "had it";
        } else if (source.is_defined("_FILE_OFFSET_BITS")) {
            unreadable_names_["off_t"] = "has the width that _FILE_OFFSET_BITS says";
        }
    }

    void read() {
        split();
        settle_types();
        leave_out_unreadable();
        read_constants();
        keep_needed_types();
    }

private:
    // Declarations

    /// Calls read(Item) for each declaration.
    void split() {
        const Tokens& all = source_.tokens();
        int externs = 0;
        for (std::size_t i = 0; i < all.size();) {
            const CToken& token = all[i];
            if (token.is(";")) {
                ++i;
            } else if (token.is("}") && externs > 0) {
                --externs;
                ++i;
            } else if (token.kind == CToken::Kind::directive) {
                packing(token);
                ++i;
            } else if (token.is_word("extern") && i + 2 < all.size() &&
                       all[i + 1].kind == CToken::Kind::string && all[i + 2].is("{")) {
                ++externs;
                i += 3;
            } else {
                Item item;
                i = item_at(i, item);
                item.is_own = source_.file(item.at()).is_own;
                read(item);
            }
        }
    }

    /// The declaration that begins at `i`; returns where the next one begins.
    std::size_t item_at(std::size_t i, Item& item) const {
        const Tokens& all = source_.tokens();
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

    void packing(const CToken& token) {
        try {
            start_again({token_of(token), end_after(token)});
            directive();
        } catch (const Error& error) {
            unknown_packing_ = where(token) + reason_of(error);
        }
    }

    static Token end_after(const CToken& token) {
        return {TokenKind::end, {}, {token.line, token.column}};
    }
    std::string where(const CToken& token) const {
        return source_.file(token).name + ":" + std::to_string(token.line) + ": ";
    }
    /// Without the position, which begins the messages of the parser: ":12:3: ".
    static std::string reason_of(const std::exception& error) {
        const std::string text = error.what();
        const auto end = text.starts_with(':') ? text.find(": ") : std::string::npos;
        return end == std::string::npos ? text : text.substr(end + 2);
    }

    void read(Item& item) {
        // What only C sees: it declares nothing that is exported.
        if (item.tokens[0].is_word("_Static_assert") || item.tokens[0].is_word("static_assert") ||
            item.tokens[0].is_word("__asm__") || item.tokens[0].is_word("asm"))
            return;
        const bool defines =
            item.has("typedef") || item.has("struct") || item.has("union") || item.has("enum");
        if (item.has_outside({"static"}) && !(defines && !item.has_body && has(item.tokens, "{")))
            return;
        const bool is_inline = item.has_outside(
            {"inline", "__inline", "__inline__", "__forceinline", "_Noreturn_inline"});
        if (is_inline && !item.has_outside({"extern"})) return;
        if (!item.is_own && !options_.is_exported && !defines && !options_.all_types) return;
        const std::size_t types_before = all_.types.size();
        try {
            check_names(item);
            note_tags(item);
            evaluate_enumerators(item);
            evaluate_lengths(item);
            std::vector<Token> tokens;
            for (const auto& token : item.tokens) {
                if (token.kind == CToken::Kind::other) {
                    throw Error("found `" + std::string(token.text) + "`, which C does not have");
                }
                tokens.push_back(token_of(token));
            }
            tokens.push_back(end_after(item.tokens.back()));
            start_again(std::move(tokens));
            declaration_of(item);
        } catch (const Error& error) {
            give_up(item, error);
        }
        // Records that are defined move to the end.
        std::size_t i = types_before;
        for (const auto& token : item.tokens)
            if (token.is("{") && i > 0) --i;
        for (; i < all_.types.size(); ++i)
            if (item.is_own || i >= types_before) own_.try_emplace(all_.types[i], item.is_own);
        if (!item.is_own) return;
        for (i = std::min(types_before, all_.types.size()); i < all_.types.size(); ++i)
            own_[all_.types[i]] = true;
    }

    /// Tags that are known to the whole file: not only in the parameters of a function.
    void note_tags(const Item& item) {
        int open = 0;
        const Tokens& tokens = item.tokens;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            open += tokens[i].is("(") ? 1 : tokens[i].is(")") ? -1 : 0;
            const bool is_tag = tokens[i].is_word("struct") || tokens[i].is_word("union");
            if (is_tag && open == 0) tags_.insert(std::string(tokens[i + 1].text));
        }
    }

    void check_names(const Item& item) const {
        bool has_record = false;
        for (const auto& token : item.tokens) {
            has_record = has_record || token.is_word("struct") || token.is_word("union");
            if (token.kind != CToken::Kind::word) continue;
            const auto found = unreadable_names_.find(token.text);
            if (found == unreadable_names_.end()) continue;
            throw Error("`" + found->first + "` " + found->second);
        }
        if (has_record && !unknown_packing_.empty() && has(item.tokens, "{")) {
            throw Error("the packing is not known here, because of " + unknown_packing_);
        }
    }
    static bool has(const Tokens& tokens, std::string_view sign) {
        return std::any_of(tokens.begin(), tokens.end(),
                           [&](const auto& token) { return token.is(sign); });
    }

    /// What could not be read has no meaning for what follows.
    void give_up(const Item& item, const Error& error) {
        const auto* const syntax = dynamic_cast<const interfaces::SyntaxError*>(&error);
        CToken at = item.at();
        if (syntax != nullptr && syntax->at.line >= at.line) at.line = syntax->at.line;
        const std::string reason = where(at) + reason_of(error);
        std::string name;
        int open = 0;
        const Tokens& tokens = item.tokens;
        const bool is_typedef = item.has("typedef");
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const CToken& token = tokens[i];
            const bool opens_body = i > 1 && token.is("{") &&
                                    tokens[i - 1].kind == CToken::Kind::word &&
                                    tokens[i - 2].kind == CToken::Kind::word;
            if (opens_body) {
                const auto* const record = all_.tagged(tokens[i - 1].text);
                if (record == nullptr || !record->is_complete) {
                    unreadable_tags_.emplace(tokens[i - 1].text, reason);
                }
                if (open == 0) name = tokens[i - 1].text;
            }
            if (is_attribute(token)) {
                i = behind_group(tokens, i) - 1;
                continue;
            }
            open += token.is("{") || token.is("(") ? 1 : token.is("}") || token.is(")") ? -1 : 0;
            if (token.kind != CToken::Kind::word) continue;
            const bool ends =
                i + 1 < tokens.size() &&
                (tokens[i + 1].is(",") || tokens[i + 1].is(";") || tokens[i + 1].is("[") ||
                 tokens[i + 1].is(")") || is_attribute(tokens[i + 1]));
            const bool is_pointed = i > 1 && open == 1 && name.empty() && tokens[i - 1].is("*");
            if (is_typedef && ends && (open == 0 || is_pointed) &&
                !interfaces::is_keyword(token.text)) {
                unreadable_names_.emplace(token.text, "could not be read: " + reason);
                name = token.text;
            } else if (!is_typedef && open == 0 && i + 1 < tokens.size() && name.empty() &&
                       (tokens[i + 1].is("(") || tokens[i + 1].is(";") || tokens[i + 1].is("[")) &&
                       !interfaces::convention_of_word(token.text)) {
                name = token.text;
            }
        }
        if (!item.is_own && !is_wanted(name)) return;
        content_.left_out.push_back({name.empty() ? "a declaration" : name, reason});
    }

    bool is_wanted(const std::string& name) const {
        return options_.is_exported && options_.is_exported(name);
    }

    void declaration_of(Item& item) {
        Specifiers specifiers = read_specifiers(Within::file);
        if (at(";") && !specifiers.is_typedef) {
            if (specifiers.defines && specifiers.type->kind == TypeKind::enumeration) {
                unnamed_enumeration(item, *specifiers.type);
            }
            hide_unused(*specifiers.type);
            return;
        }
        bool first = true;
        do {
            Declared declared = read_declared(specifiers, Within::file);
            if (declared.name.empty()) expected("a name");
            if (specifiers.is_typedef) {
                alias(specifiers, std::move(declared), item, first);
            } else if (interfaces::meaning(*declared.type).kind == TypeKind::function) {
                function(std::move(declared), item);
            } else {
                variable(specifiers, std::move(declared), item);
            }
            first = false;
        } while (take(","));
        if (!at(";")) expected("`;` after the declaration");
    }

    /// Windows' DECLARE_HANDLE: a struct that nobody ever has.
    static void hide_unused(const Type& type) {
        if (type.kind != TypeKind::record || !type.name.ends_with("__") ||
            type.members.size() != 1 || type.members[0].name != "unused")
            return;
        auto& record = const_cast<Type&>(type);  // just read
        record.members.clear();
        record.is_complete = false;
    }

    void unnamed_enumeration(const Item& item, const Type& enumeration) {
        if (!item.is_own) return;
        for (const auto& one : enumeration.enumerators) {
            interfaces::Constant constant;
            constant.name = one.name;
            constant.type = &all_.scalar(Scalar::int_);
            constant.value = one.value;
            constant.at = {item.at().line, item.at().column};
            add_constant(std::move(constant));
        }
    }

    void alias(Specifiers& specifiers, Declared declared, const Item& item, bool first) {
        hide_unused(*specifiers.type);
        const std::string& name = declared.name;
        const Type* const known = all_.alias(name);
        const bool untagged = specifiers.defines && declared.type == specifiers.type;
        if (known != nullptr) {
            const bool same = agree(*known, *declared.type, all_.target);
            if (known->is_built_in && same && !untagged) return;
            if (!known->is_built_in) {
                const bool repeated =
                    interfaces::declaration(interfaces::meaning(*known), "") ==
                    interfaces::declaration(interfaces::meaning(*declared.type), "");
                if (repeated && !untagged) return;
                throw Error("`" + name + "` was declared before with another meaning");
            }
            if (untagged) throw Error("`" + name + "` is known as something else");
            all_.mean(name, *declared.type);
            return;
        }
        const bool is_reserved = name.starts_with('_') && !item.is_own;
        if (is_reserved && !specifiers.defines) {
            all_.mean(name, *declared.type);
            return;
        }
        Type type;
        type.kind = TypeKind::alias;
        type.name = name;
        type.at = declared.at;
        type.attributes = std::move(declared.attributes);
        type.of = declared.type;
        if (first) add_doc(type.attributes, std::string(item.at().comment));
        const Type& added = all_.add(std::move(type));
        all_.types.push_back(&added);
        all_.know(added);
        if (first && specifiers.defines && added.of == specifiers.type) specifiers.alias = &added;
    }

    void function(Declared declared, const Item& item) {
        const std::string name = declared.name;
        if (!item.is_own && !is_wanted(name)) return;
        if (functions_.contains(name)) return;
        for (std::size_t i = 0; i + 2 < item.tokens.size(); ++i) {
            if (item.tokens[i].is_word(name) && item.tokens[i + 1].is("(") &&
                item.tokens[i + 2].is(")")) {
                throw Error("its parameters are not declared: write (void) if it has none");
            }
        }
        interfaces::Function made;
        made.name = name;
        made.signature = interfaces::meaning(*declared.type).signature;
        made.at = declared.at;
        settle_signature(made.signature);
        for (const auto& parameter : made.signature.parameters)
            check_long_double(*parameter.type);
        check_long_double(*made.signature.result);
        add_doc(made.attributes, std::string(item.at().comment));
        functions_.insert(name);
        all_.functions.push_back(std::move(made));
        origin_.push_back(item.at());
    }

    void check_long_double(const Type& type) const {
        const Type* at = &type;
        while (at->of != nullptr && at->kind != TypeKind::scalar)
            at = at->of;
        if (at->kind == TypeKind::scalar && at->scalar == Scalar::long_double &&
            all_.target.platform == interfaces::Platform::windows_) {
            throw Error("a long double has 8 bytes in Visual C++ and 12 in MinGW");
        }
    }

    void variable(const Specifiers& specifiers, Declared declared, const Item& item) {
        if (!item.is_own && !is_wanted(declared.name)) return;
        if (specifiers.is_static) {
            skip_value();
            return;
        }
        if (!functions_.insert(declared.name).second) return;
        check_long_double(*declared.type);
        interfaces::Variable made;
        made.name = declared.name;
        made.type = declared.type;
        made.at = declared.at;
        add_doc(made.attributes, std::string(item.at().comment));
        skip_value();
        all_.variables.push_back(std::move(made));
    }

    void skip_value() {
        int open = 0;
        while (peek().kind != TokenKind::end && (open > 0 || (!at(",") && !at(";")))) {
            open += at("{") || at("(") ? 1 : at("}") || at(")") ? -1 : 0;
            take();
        }
    }

    // Values

    /// Puts numbers in the places of expressions: C's arithmetic has the types of its operands.
    void evaluate_enumerators(Item& item) {
        if (!item.has("enum")) return;
        Tokens made;
        const Tokens& from = item.tokens;
        for (std::size_t i = 0; i < from.size(); ++i) {
            made.push_back(from[i]);
            if (!from[i].is_word("enum")) continue;
            for (++i; i < from.size() && !from[i].is("{") && !from[i].is(";") && !from[i].is(")") &&
                      !from[i].is(",");
                 ++i)
                made.push_back(from[i]);
            if (i >= from.size()) break;
            made.push_back(from[i]);
            if (from[i].is("{")) i = enumerators(from, i + 1, made);
        }
        item.tokens = std::move(made);
    }

    /// Likewise the lengths of arrays, if they are known.
    void evaluate_lengths(Item& item) {
        Tokens made;
        const Tokens& from = item.tokens;
        for (std::size_t i = 0; i < from.size(); ++i) {
            made.push_back(from[i]);
            if (!from[i].is("[")) continue;
            Tokens length;
            std::size_t end = i + 1;
            for (; end < from.size() && !from[end].is("]") && !from[end].is("["); ++end)
                length.push_back(from[end]);
            if (length.size() < 2 || end >= from.size() || !from[end].is("]")) continue;
            try {
                const CValue value = value_of(length);
                if (value.kind != CValue::Kind::integer || value.integer < 0) continue;
                CToken number = length[0];
                number.kind = CToken::Kind::number;
                number.text = digits_.emplace_back(std::to_string(value.integer));
                made.push_back(number);
                i = end - 1;
            } catch (const Error&) {
                continue;  // the parser says what it does not know
            }
        }
        item.tokens = std::move(made);
    }

    /// From behind the `{`; returns where the `}` is, which is added.
    std::size_t enumerators(const Tokens& from, std::size_t i, Tokens& to) {
        CValue next;
        while (i < from.size() && !from[i].is("}")) {
            const CToken name = from[i];
            for (; i < from.size() && !from[i].is("=") && !from[i].is(",") && !from[i].is("}"); ++i)
                if (!is_attribute(from[i])) {
                    to.push_back(from[i]);
                } else {
                    i = behind_group(from, i) - 1;
                }
            if (i < from.size() && from[i].is("=")) {
                Tokens value;
                int open = 0;
                for (++i; i < from.size(); ++i) {
                    if (open == 0 && (from[i].is(",") || from[i].is("}"))) break;
                    open += from[i].is("(") ? 1 : from[i].is(")") ? -1 : 0;
                    value.push_back(from[i]);
                }
                next = value_of(value);
                if (next.kind != CValue::Kind::integer) {
                    throw Error("the value of `" + std::string(name.text) + "` is no integer");
                }
            }
            if (next.is_unsigned && next.integer < 0) {
                throw Error("the value of `" + std::string(name.text) + "` needs 64 bits");
            }
            add_number(next.integer, name, to);
            CValue value = next;
            value.is_wide = value.integer > UINT32_MAX || value.integer < INT32_MIN;
            value.is_unsigned = !value.is_wide && value.integer > INT32_MAX;
            values_of_enumerators_.insert_or_assign(std::string(name.text), value);
            next.integer = next.integer == INT64_MAX ? INT64_MIN : next.integer + 1;
            if (i < from.size() && from[i].is(",")) to.push_back(from[i++]);
        }
        if (i < from.size()) to.push_back(from[i]);
        return i;
    }

    void add_number(std::int64_t value, const CToken& at, Tokens& to) {
        const auto sign = [&](std::string_view text) {
            CToken made = at;
            made.kind = CToken::Kind::sign;
            made.text = text;
            to.push_back(made);
        };
        sign("=");
        std::string digits = std::to_string(value);
        if (value < 0) {
            sign("-");
            digits.erase(0, 1);
        }
        CToken number = at;
        number.kind = CToken::Kind::number;
        number.text = digits_.emplace_back(std::move(digits));
        to.push_back(number);
    }

    CValue value_of(const Tokens& tokens) {
        CNames names;
        names.value = [&](std::string_view name) -> std::optional<CValue> {
            const auto found = values_of_enumerators_.find(name);
            if (found == values_of_enumerators_.end()) return std::nullopt;
            return found->second;
        };
        names.cast = [&](const Tokens& type) { return cast_to(type); };
        names.size = [&](const Tokens& type) -> std::optional<std::uint64_t> {
            const auto* const found = type_in(type);
            if (found == nullptr) return std::nullopt;
            return interfaces::extent_of(*found, all_.target).size;
        };
        return c_value(tokens, all_.target, names);
    }

    const Type* type_in(const Tokens& tokens) {
        if (tokens.empty() || tokens[0].kind != CToken::Kind::word) return nullptr;
        const auto first = tokens[0].text;
        const bool may_be = interfaces::is_type_word(first) || interfaces::is_const_word(first) ||
                            first == "struct" || first == "union" || first == "enum" ||
                            all_.alias(first) != nullptr;
        if (!may_be || unreadable_names_.contains(std::string(first))) return nullptr;
        std::string text;
        for (const auto& token : tokens)
            text += std::string(token.text) + " ";
        try {
            return &interfaces::parse_type(text, all_);
        } catch (const Error&) {
            return nullptr;
        }
    }

    std::optional<CNames::Cast> cast_to(const Tokens& tokens) {
        const Type* type = type_in(tokens);
        if (type == nullptr) return std::nullopt;
        type = &interfaces::meaning(*type);
        if (type->kind == TypeKind::enumeration) type = &interfaces::meaning(*type->of);
        if (type->kind != TypeKind::scalar) return std::nullopt;
        CNames::Cast cast;
        if (is_real(*type)) {
            cast.zero.kind = CValue::Kind::real;
            return cast;
        }
        if (type->scalar == Scalar::void_ || type->scalar == Scalar::bool_ ||
            type->scalar >= Scalar::float_complex)
            return wide_cast(*type);
        return integer_cast(*type);
    }

    std::optional<CNames::Cast> wide_cast(const Type& type) const {
        const bool is_integer = type.scalar > Scalar::double_complex;
        return is_integer ? integer_cast(type) : std::nullopt;
    }

    std::optional<CNames::Cast> integer_cast(const Type& type) const {
        CNames::Cast cast;
        cast.bits = static_cast<unsigned>(8 * interfaces::extent_of(type, all_.target).size);
        cast.zero.is_wide = cast.bits == 64;
        switch (type.scalar) {
            case Scalar::unsigned_char:
            case Scalar::unsigned_short:
            case Scalar::unsigned_int:
            case Scalar::unsigned_long:
            case Scalar::unsigned_long_long:
            case Scalar::unsigned_size:
            case Scalar::char16:
            case Scalar::char32:
                cast.zero.is_unsigned = true;
                break;
            case Scalar::wchar:
                cast.zero.is_unsigned = cast.bits == 16;
                break;
            default:
                break;
        }
        return cast;
    }

    void read_constants() {
        for (const auto& name : source_.constants()) {
            if (name.starts_with('_') || constants_.contains(name) || functions_.contains(name)) {
                continue;
            }
            try {
                constant_of(name, value_of(source_.value_of(name)));
            } catch (const interfaces::SyntaxError&) {
                throw;
            } catch (const Error&) {
                continue;  // no constant, as most macros are none
            }
        }
    }

    void constant_of(const std::string& name, const CValue& value) {
        interfaces::Constant constant;
        constant.name = name;
        const auto scalar = [&](Scalar which) { constant.type = &all_.scalar(which); };
        if (value.kind == CValue::Kind::text) {
            constant.type = &all_.pointer_to(all_.constant(all_.scalar(Scalar::char_)));
            constant.value = value.text.substr(0, value.text.find('\0'));
        } else if (value.kind == CValue::Kind::real) {
            if (!std::isfinite(value.real)) return;  // which C has no literal for
            scalar(Scalar::double_);
            constant.value = value.real;
        } else if (value.is_unsigned && (value.is_wide || value.integer < 0)) {
            scalar(Scalar::unsigned_long_long);
            constant.value = static_cast<std::uint64_t>(value.integer);
        } else {
            const bool small = value.integer >= INT32_MIN && value.integer <= INT32_MAX;
            scalar(value.is_unsigned ? Scalar::unsigned_int
                   : small           ? Scalar::int_
                                     : Scalar::long_long);
            constant.value = value.integer;
        }
        add_constant(std::move(constant));
    }

    void add_constant(interfaces::Constant constant) {
        if (constants_.insert(constant.name).second) all_.constants.push_back(std::move(constant));
    }

    // Types

    /// Calls `visit` for each type that `type` is made of, once; it returns false to go no further.
    template <class Visit>
    static void walk(std::vector<const Type*> open, std::set<const Type*>& seen, Visit visit) {
        while (!open.empty()) {
            const Type* const type = open.back();
            open.pop_back();
            if (type == nullptr || !seen.insert(type).second || !visit(*type)) continue;
            open.push_back(type->of);
            for (const auto& member : type->members)
                open.push_back(member.type);
            open.push_back(type->signature.result);
            for (const auto& parameter : type->signature.parameters)
                open.push_back(parameter.type);
        }
    }

    static std::vector<const Type*> types_of(const interfaces::Signature& signature) {
        std::vector<const Type*> types{signature.result};
        for (const auto& parameter : signature.parameters)
            types.push_back(parameter.type);
        return types;
    }

    void settle_signature(interfaces::Signature& signature) const {
        if (signature.convention == Convention::unstated) signature.convention = Convention::cdecl_;
        for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
            auto& attributes = signature.parameters[i].attributes;
            if (attributes.all.empty()) continue;
            std::string text = interfaces::text_of(attributes);  // " [[…]]"
            attributes.all.clear();
            if (text.size() > 5)
                annotate(signature, i, text.substr(3, text.size() - 5), all_.target);
        }
    }

    void settle_members(Type& record) const {
        for (std::size_t i = 0; i < record.members.size(); ++i) {
            auto& attributes = record.members[i].attributes.all;
            interfaces::Attributes said;
            const auto of_layout = [](const auto& one) {
                return one.name == "aligned" || one.name == "packed";
            };
            std::copy_if(attributes.begin(), attributes.end(), std::back_inserter(said.all),
                         [&](const auto& one) { return !of_layout(one); });
            std::erase_if(attributes, [&](const auto& one) { return !of_layout(one); });
            const std::string text = interfaces::text_of(said);  // " [[…]]"
            if (text.size() > 5) annotate(record, i, text.substr(3, text.size() - 5), all_.target);
        }
    }

    /// Callbacks have conventions of their own, and their arrays are pointers.
    void settle_types() {
        std::vector<const Type*> all(all_.types.begin(), all_.types.end());
        for (const auto& function : all_.functions)
            for (const auto* type : types_of(function.signature))
                all.push_back(type);
        for (const auto& variable : all_.variables)
            all.push_back(variable.type);
        std::set<const Type*> seen;
        walk(std::move(all), seen, [&](const Type& type) {
            if (type.kind == TypeKind::record) settle_members(const_cast<Type&>(type));
            if (type.kind != TypeKind::function) return true;
            auto& signature = const_cast<Type&>(type).signature;  // made here
            settle_signature(signature);
            for (auto& parameter : signature.parameters)
                if (parameter.type->kind == TypeKind::array) {
                    parameter.type = &all_.pointer_to(*parameter.type->of);
                }
            return true;
        });
    }

    /// Why a type is not known as C has it; empty if it is.
    std::string trouble_with(const std::vector<const Type*>& types) const {
        std::set<const Type*> seen;
        auto open = types;
        while (!open.empty()) {
            const Type* const type = open.back();
            open.pop_back();
            if (type == nullptr || !seen.insert(type).second) continue;
            const bool is_record = type->kind == TypeKind::record;
            const auto found = unreadable_tags_.find(type->name);
            if (is_record && found != unreadable_tags_.end()) {
                return "`" + interfaces::declaration(*type, "") +
                       "` could not be read: " + found->second;
            }
            if (is_record && !type->is_complete && !type->name.empty() &&
                (is_system_struct(type->name) || !tags_.contains(type->name))) {
                return "`" + interfaces::declaration(*type, "") +
                       "` is not declared in the headers that were read; the system's are not";
            }
            open.push_back(type->of);
            // What members point to is not passed, unless somebody says how.
            for (const auto& member : type->members)
                if (interfaces::meaning(*member.type).kind != TypeKind::pointer) {
                    open.push_back(member.type);
                }
            for (const auto* part : types_of(type->signature))
                open.push_back(part);
        }
        return {};
    }

    void leave_out_unreadable() {
        std::vector<interfaces::Function> kept;
        for (std::size_t i = 0; i < all_.functions.size(); ++i) {
            auto& function = all_.functions[i];
            const auto reason = trouble_with(types_of(function.signature));
            if (reason.empty()) {
                kept.push_back(std::move(function));
            } else {
                content_.left_out.push_back({function.name, where(origin_[i]) + reason});
            }
        }
        all_.functions = std::move(kept);
        std::erase_if(all_.variables, [&](const auto& variable) {
            const auto reason = trouble_with({variable.type});
            if (!reason.empty()) content_.left_out.push_back({variable.name, reason});
            return !reason.empty();
        });
        std::erase_if(all_.types, [&](const Type* type) { return !trouble_with({type}).empty(); });
    }

    void keep_needed_types() {
        std::vector<const Type*> needed;
        for (const Type* type : all_.types)
            if (options_.all_types || own_[type]) needed.push_back(type);
        for (const auto& function : all_.functions)
            for (const auto* type : types_of(function.signature))
                needed.push_back(type);
        for (const auto& variable : all_.variables)
            needed.push_back(variable.type);
        std::set<const Type*> seen;
        std::set<std::string> aliases;  // of const ones there are several
        walk(std::move(needed), seen, [&](const Type& type) {
            if (type.kind == TypeKind::alias) aliases.insert(type.name);
            return true;
        });
        std::erase_if(all_.types, [&](const Type* type) {
            if (type->kind == TypeKind::record && !type->is_complete) return true;
            if (type->kind == TypeKind::alias) return !aliases.contains(type->name);
            return !seen.contains(type);
        });
    }

    const HeaderOptions& options_;
    Preprocessor& source_;
    HeaderContent& content_;
    std::set<std::string> functions_{};
    std::set<std::string> constants_{};
    std::vector<CToken> origin_{};  ///< of functions
    std::set<std::string> tags_{};
    std::map<const Type*, bool> own_{};
    std::map<std::string, std::string, std::less<>> unreadable_tags_{};
    std::map<std::string, std::string, std::less<>> unreadable_names_{};  ///< of types
    std::string unknown_packing_{};
    std::map<std::string, CValue, std::less<>> values_of_enumerators_{};
    std::deque<std::string> digits_{};
};

/// clang's options that are understood; all others that could matter are errors.
void add_options(const std::vector<std::string>& given, PreprocessorOptions& to,
                 std::vector<fs::path>& first) {
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string& option = given[i];
        const auto value_behind = [&](std::string_view name) {
            if (option.size() > name.size()) return option.substr(name.size());
            if (i + 1 >= given.size()) throw Error("the option " + option + " needs a value");
            return given[++i];
        };
        const auto folder = [&](std::string_view name, bool is_system) {
            const auto path = detail::path_from_utf8(value_behind(name));
            to.folders.push_back({os::absolute_path(path), is_system});
        };
        if (option.starts_with("-I")) {
            folder("-I", false);
        } else if (option.starts_with("-isystem")) {
            folder("-isystem", true);
        } else if (option.starts_with("-idirafter")) {
            folder("-idirafter", true);
        } else if (option.starts_with("-iquote")) {
            folder("-iquote", false);
        } else if (option.starts_with("-D")) {
            std::string text = value_behind("-D");
            const auto equals = text.find('=');
            if (equals == std::string::npos) {
                text += " 1";
            } else {
                text[equals] = ' ';
            }
            to.definitions += "#define " + text + "\n";
        } else if (option.starts_with("-U")) {
            to.definitions += "#undef " + value_behind("-U") + "\n";
        } else if (option == "-include") {
            first.push_back(detail::path_from_utf8(value_behind("-include")));
        } else if (!option.starts_with("-W") && !option.starts_with("-std=") && option != "-w" &&
                   !option.starts_with("-g") && !option.starts_with("-O")) {
            throw Error("the option " + option +
                        " needs libclang: without it, -I, -isystem, -D, -U and -include are "
                        "understood");
        }
    }
}

HeaderContent read_once(const HeaderOptions& options, const std::string& first) {
    PreprocessorOptions preprocessing;
    preprocessing.definitions = target_definitions(options.target);
    preprocessing.known = known_headers(options.target);
    std::vector<fs::path> included;
    add_options(options.clang_options, preprocessing, included);
    if (options.target.platform == interfaces::Platform::linux_) {
        for (const char* folder : {"/usr/local/include", "/usr/include/i386-linux-gnu",
                                   "/usr/include/x86_64-linux-gnu", "/usr/include"})
            preprocessing.others.emplace_back(folder);
    }
    for (const auto& header : options.headers) {
        const auto folder = header.parent_path();
        if (!is_shared_folder(folder)) preprocessing.own_folders.push_back(utf8_of(folder) + "/");
    }
    Preprocessor source(std::move(preprocessing));
    if (!first.empty()) source.read_text(first, "what is read first");
    for (const auto& file : included)
        source.read_file(file, true);
    for (const auto& header : options.headers)
        source.read_file(header, true);
    HeaderContent content{interfaces::Interface(options.target)};
    content.errors = source.errors();
    OwnReader(options, source, content).read();
    settle(content);
    return content;
}

}  // namespace

HeaderContent read_headers_without_clang(const HeaderOptions& asked) {
    HeaderOptions options = asked;
    for (auto& header : options.headers) {
        std::error_code error;
        const auto file = os::canonical_path(os::absolute_path(header), error);
        if (error) throw Error(utf8_of(header) + " is not there: " + error.message());
        header = file;
    }
    HeaderContent content = read_once(options, {});
    if (content.errors.empty() && content.left_out.empty()) return content;
    // Many headers rely on what programs include before them.
    const std::string common = common_headers(options.target);
    HeaderContent again = read_once(options, "#include <" + common + ">\n");
    if (again.errors.size() + again.left_out.size() >=
        content.errors.size() + content.left_out.size())
        return content;
    again.read_first = common;
    return again;
}

}  // namespace bridge32::tool
