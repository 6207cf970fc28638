#include "tool/headers/own_reader.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "interface/c_words.hpp"
#include "interface/declaration_reader.hpp"
#include "interface/layout.hpp"
#include "interface/spelling.hpp"
#include "os/path.hpp"
#include "tool/headers/annotations.hpp"
#include "tool/headers/header_items.hpp"
#include "tool/headers/header_types.hpp"
#include "tool/headers/header_values.hpp"
#include "tool/headers/preprocessing_options.hpp"
#include "tool/headers/preprocessor.hpp"
#include "tool/headers/system_headers.hpp"
#include "tool/headers/type_kinds.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::utf8_of;
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

/// As wide, and as signed.
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
    if (a.kind == b.kind && is_signed(a, target) != is_signed(b, target)) return false;
    try {
        return interfaces::extent_of(a, target) == interfaces::extent_of(b, target);
    } catch (const Error&) {
        return a.kind == b.kind && a.kind == TypeKind::scalar && a.scalar == b.scalar;
    }
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
        for (auto& item : items_of(source_.tokens()))
            read(item);
        settle_types(all_);
        leave_out_unreadable();
        read_constants();
        keep_needed_types(all_,
                          [&](const Type& type) { return options_.all_types || own_[&type]; });
    }

private:
    // Declarations

    bool is_own(const HeaderItem& item) const { return source_.file(item.at()).is_own; }

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

    void read(HeaderItem& item) {
        if (item.at().kind == CToken::Kind::directive) return packing(item.at());
        const bool is_own = this->is_own(item);
        // What only C sees: it declares nothing that is exported.
        if (item.tokens[0].is_word("_Static_assert") || item.tokens[0].is_word("static_assert") ||
            item.tokens[0].is_word("__asm__") || item.tokens[0].is_word("asm"))
            return;
        const bool defines =
            item.has("typedef") || item.has("struct") || item.has("union") || item.has("enum");
        if (item.has_outside({"static"}) && !(defines && !item.has_body && item.has_sign("{")))
            return;
        const bool is_inline = item.has_outside(
            {"inline", "__inline", "__inline__", "__forceinline", "_Noreturn_inline"});
        if (is_inline && !item.has_outside({"extern"})) return;
        if (!is_own && !options_.is_exported && !defines && !options_.all_types) return;
        const std::size_t types_before = all_.types.size();
        try {
            check_names(item);
            note_tags(item);
            if (item.has("enum")) values_read_.evaluate_enumerators(item.tokens);
            values_read_.evaluate_lengths(item.tokens);
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
            if (is_own || i >= types_before) own_.try_emplace(all_.types[i], is_own);
        if (!is_own) return;
        for (i = std::min(types_before, all_.types.size()); i < all_.types.size(); ++i)
            own_[all_.types[i]] = true;
    }

    /// Tags that are known to the whole file: not only in the parameters of a function.
    void note_tags(const HeaderItem& item) {
        int open = 0;
        const Tokens& tokens = item.tokens;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            open += tokens[i].is("(") ? 1 : tokens[i].is(")") ? -1 : 0;
            const bool is_tag = tokens[i].is_word("struct") || tokens[i].is_word("union");
            if (is_tag && open == 0) tags_.insert(std::string(tokens[i + 1].text));
        }
    }

    void check_names(const HeaderItem& item) const {
        bool has_record = false;
        for (const auto& token : item.tokens) {
            has_record = has_record || token.is_word("struct") || token.is_word("union");
            if (token.kind != CToken::Kind::word) continue;
            const auto found = unreadable_names_.find(token.text);
            if (found == unreadable_names_.end()) continue;
            throw Error("`" + found->first + "` " + found->second);
        }
        if (has_record && !unknown_packing_.empty() && item.has_sign("{")) {
            throw Error("the packing is not known here, because of " + unknown_packing_);
        }
    }
    /// What could not be read has no meaning for what follows.
    void give_up(const HeaderItem& item, const Error& error) {
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
        if (!is_own(item) && !is_wanted(name)) return;
        content_.left_out.push_back({name.empty() ? "a declaration" : name, reason});
    }

    bool is_wanted(const std::string& name) const {
        return options_.is_exported && options_.is_exported(name);
    }

    void declaration_of(HeaderItem& item) {
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

    void unnamed_enumeration(const HeaderItem& item, const Type& enumeration) {
        if (!is_own(item)) return;
        for (const auto& one : enumeration.enumerators) {
            interfaces::Constant constant;
            constant.name = one.name;
            constant.type = &all_.scalar(Scalar::int_);
            constant.value = one.value;
            constant.at = {item.at().line, item.at().column};
            add_constant(std::move(constant));
        }
    }

    void alias(Specifiers& specifiers, Declared declared, const HeaderItem& item, bool first) {
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
        const bool is_reserved = name.starts_with('_') && !is_own(item);
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

    void function(const Declared& declared, const HeaderItem& item) {
        const std::string name = declared.name;
        if (!is_own(item) && !is_wanted(name)) return;
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
        settle_signature(made.signature, all_.target);
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

    void variable(const Specifiers& specifiers, const Declared& declared, const HeaderItem& item) {
        if (!is_own(item) && !is_wanted(declared.name)) return;
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

    void read_constants() {
        for (const auto& name : source_.macros().constants()) {
            if (name.starts_with('_') || constants_.contains(name) || functions_.contains(name)) {
                continue;
            }
            try {
                auto constant = values_read_.constant(name, source_.macros().value_of(name));
                if (constant) add_constant(std::move(*constant));
            } catch (const interfaces::SyntaxError&) {
                throw;
            } catch (const Error&) {
                continue;  // no constant, as most macros are none
            }
        }
    }

    void add_constant(interfaces::Constant constant) {
        if (constants_.insert(constant.name).second) all_.constants.push_back(std::move(constant));
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
            const bool is_enumeration = type->kind == TypeKind::enumeration;
            if ((is_record || is_enumeration) && found != unreadable_tags_.end()) {
                return "`" + interfaces::declaration(*type, "") +
                       "` could not be read: " + found->second;
            }
            const bool is_unknown =
                is_enumeration ||
                (is_record && (is_system_struct(type->name) || !tags_.contains(type->name)));
            if (is_unknown && !type->is_complete && !type->name.empty()) {
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
    HeaderValues values_read_{
        all_, [this](std::string_view name) { return unreadable_names_.contains(name); }};
};

HeaderContent read_once(const HeaderOptions& options, const std::string& first) {
    std::vector<fs::path> included;
    Preprocessor source(preprocessing_of(options, included));
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
