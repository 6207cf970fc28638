// Declarations: C's, by recursive descent.
#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "bridge32/internal/support/suggest.hpp"
#include "interface/interface.hpp"
#include "interface/layout.hpp"
#include "interface/reader.hpp"
#include "interface/rules.hpp"
#include "interface/spelling.hpp"
#include "interface/writer.hpp"

namespace bridge32::interfaces {

namespace {

constexpr std::size_t kMostAround = 64;  ///< pointers, arrays and functions of one declaration

/// Where declarations stand.
enum class Within : std::uint8_t { file, member, parameter, type_name };

/// What stands before the declarators.
struct Specifiers {
    const Type* type = nullptr;
    bool is_typedef = false;
    bool is_extern = false;
    bool is_static = false;
    bool is_const = false;
    bool defines = false;  ///< a record or enumeration without a tag
    Convention convention = Convention::unstated;
    const Type* alias = nullptr;  ///< of the type without a tag: the first one
    Attributes attributes{};
    Position at{};
};

/// One pointer, array or function around a name, from the name outward.
struct Around {
    TypeKind kind = TypeKind::pointer;
    bool is_const = false;
    std::optional<Expression> length{};
    Signature signature{};
    Position at{};
};

struct Declared {
    std::string name{};
    const Type* type = nullptr;
    std::vector<Around> around{};
    Attributes attributes{};
    /// Of a function that is further out than where it stands: `(__stdcall *f)(int)`.
    Convention convention = Convention::unstated;
    Position at{};
    Position convention_at{};
};

struct WordMeaning {
    std::string_view word;
    Convention convention;
};

constexpr WordMeaning kConventionWords[]{{"__stdcall", Convention::stdcall},
                                         {"_stdcall", Convention::stdcall},
                                         {"WINAPI", Convention::stdcall},
                                         {"CALLBACK", Convention::stdcall},
                                         {"APIENTRY", Convention::stdcall},
                                         {"PASCAL", Convention::stdcall},
                                         {"STDMETHODCALLTYPE", Convention::stdcall},
                                         {"STDAPICALLTYPE", Convention::stdcall},
                                         {"__cdecl", Convention::cdecl_},
                                         {"_cdecl", Convention::cdecl_},
                                         {"WINAPIV", Convention::cdecl_},
                                         {"CDECL", Convention::cdecl_},
                                         {"__fastcall", Convention::fastcall},
                                         {"_fastcall", Convention::fastcall},
                                         {"__thiscall", Convention::thiscall}};

/// Without the underscores of `__stdcall__`.
constexpr WordMeaning kConventionNames[]{
    {"cdecl", Convention::cdecl_},      {"stdcall", Convention::stdcall},
    {"fastcall", Convention::fastcall}, {"thiscall", Convention::thiscall},
    {"regparm1", Convention::regparm1}, {"regparm2", Convention::regparm2},
    {"regparm3", Convention::regparm3}};

/// Words that change neither a layout nor a call.
constexpr std::string_view kIgnored[]{
    "volatile",  "__volatile__", "restrict",   "__restrict",    "__restrict__",  "register",
    "inline",    "__inline",     "__inline__", "__forceinline", "__extension__", "_Noreturn",
    "FAR",       "NEAR",         "__ptr32",    "__ptr64",       "__unaligned",   "__w64",
    "_Nullable", "_Nonnull",     "auto"};

constexpr std::string_view kIgnoredAttributes[]{"deprecated",
                                                "const",
                                                "pure",
                                                "nonnull",
                                                "format",
                                                "format_arg",
                                                "visibility",
                                                "malloc",
                                                "warn_unused_result",
                                                "noreturn",
                                                "nothrow",
                                                "unused",
                                                "used",
                                                "sentinel",
                                                "returns_nonnull",
                                                "alloc_size",
                                                "alloc_align",
                                                "dllimport",
                                                "dllexport",
                                                "may_alias",
                                                "leaf",
                                                "cold",
                                                "hot",
                                                "weak",
                                                "always_inline",
                                                "noinline",
                                                "noclone",
                                                "access",
                                                "artificial",
                                                "gnu_inline",
                                                "selectany",
                                                "novtable",
                                                "uuid",
                                                "restrict",
                                                "noalias",
                                                "allocator",
                                                "fallthrough",
                                                "null_terminated_string_arg",
                                                "no_instrument_function"};

constexpr std::string_view kTypeWords[]{
    "void",       "char", "short", "int",      "long",   "float",   "double",  "signed", "unsigned",
    "__signed__", "bool", "_Bool", "_Complex", "__int8", "__int16", "__int32", "__int64"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// C's words cannot be names.
bool is_keyword(std::string_view word) {
    static constexpr std::string_view kOthers[]{
        "const",  "struct",  "union",         "enum",       "typedef",  "extern",
        "static", "sizeof",  "__attribute__", "__declspec", "_Alignas", "alignas",
        "if",     "else",    "for",           "while",      "do",       "switch",
        "case",   "default", "return",        "break",      "continue", "goto"};
    return is_one_of(word, kTypeWords) || is_one_of(word, kOthers);
}

std::string without_underscores(std::string_view word) {
    if (word.size() > 4 && word.starts_with("__") && word.ends_with("__")) {
        word = word.substr(2, word.size() - 4);
    }
    return std::string(word);
}

/// How many of each word of a scalar's there are: they come in any order.
struct ScalarWords {
    std::map<std::string_view, int> count{};
    Position at{};

    int of(std::string_view word) const {
        const auto found = count.find(word);
        return found == count.end() ? 0 : found->second;
    }
    bool any() const noexcept { return !count.empty(); }

    /// Nothing: words that do not go together.
    std::optional<Scalar> scalar() const {
        const int is_long = of("long");
        const bool is_short = of("short") > 0;
        const bool is_unsigned = of("unsigned") > 0;
        const bool is_signed = of("signed") > 0;
        const bool is_complex = of("_Complex") > 0;
        int bases = 0;
        for (const auto& [word, times] : count) {
            const bool modifies = word == "long" || word == "short" || word == "unsigned" ||
                                  word == "signed" || word == "_Complex";
            if (times > (word == "long" ? 2 : 1)) return std::nullopt;
            if (!modifies) ++bases;
        }
        if (bases > 1 || (is_signed && is_unsigned) || (is_short && is_long > 0)) {
            return std::nullopt;
        }
        const bool has_sign = is_signed || is_unsigned;
        const bool has_width = is_short || is_long > 0;
        const auto pick = [&](Scalar with_sign, Scalar without) {
            return is_unsigned ? without : with_sign;
        };
        if (of("double") > 0) {
            if (has_sign || is_short || is_long > 1 || (is_complex && is_long > 0)) {
                return std::nullopt;
            }
            if (is_complex) return Scalar::double_complex;
            return is_long > 0 ? Scalar::long_double : Scalar::double_;
        }
        if (of("float") > 0) {
            if (has_sign || has_width) return std::nullopt;
            return is_complex ? Scalar::float_complex : Scalar::float_;
        }
        if (is_complex) return std::nullopt;
        if (of("void") > 0 || of("bool") > 0) {
            if (has_sign || has_width) return std::nullopt;
            return of("void") > 0 ? Scalar::void_ : Scalar::bool_;
        }
        if (of("char") > 0) {
            if (has_width) return std::nullopt;
            return is_signed     ? Scalar::signed_char
                   : is_unsigned ? Scalar::unsigned_char
                                 : Scalar::char_;
        }
        static constexpr std::array<std::string_view, 4> kSized{"__int8", "__int16", "__int32",
                                                                "__int64"};
        if (std::any_of(kSized.begin(), kSized.end(), [&](auto word) { return of(word) > 0; })) {
            if (has_width) return std::nullopt;
            if (of("__int8") > 0) return pick(Scalar::signed_char, Scalar::unsigned_char);
            if (of("__int16") > 0) return pick(Scalar::short_, Scalar::unsigned_short);
            if (of("__int32") > 0) return pick(Scalar::int_, Scalar::unsigned_int);
            return pick(Scalar::long_long, Scalar::unsigned_long_long);
        }
        if (is_short) return pick(Scalar::short_, Scalar::unsigned_short);
        if (is_long == 1) return pick(Scalar::long_, Scalar::unsigned_long);
        if (is_long == 2) return pick(Scalar::long_long, Scalar::unsigned_long_long);
        return pick(Scalar::int_, Scalar::unsigned_int);
    }
};

class Parser final : public Reader {
public:
    Parser(std::string_view text, const std::string& file, Interface& made)
        : Reader(text, file), all_(made) {}

    void file_text() {
        version();
        while (peek().kind != TokenKind::end) {
            top_level();
        }
        if (externs_ > 0) expected("`}` after extern \"C\" {");
        check(all_);
    }

    void one_declaration() {
        is_alone_ = true;
        if (peek().kind == TokenKind::end) expected("a declaration");
        declaration_of_file();
        if (peek().kind != TokenKind::end) expected("nothing after one declaration");
        check(all_);
    }

    const Type& one_type() {
        const Type& type = read_type_name();
        if (peek().kind != TokenKind::end) expected("nothing after the type");
        return type;
    }

private:
    // The file

    void version() {
        if (!take_word("interface")) {
            expected("`interface " + std::to_string(Interface::kVersion) +
                     ";` at the beginning of the file");
        }
        const Position where = here();
        const std::uint64_t version = integer();
        if (version != static_cast<std::uint64_t>(Interface::kVersion)) {
            fail(where, "found version " + std::to_string(version) + " of the format, expected " +
                            std::to_string(Interface::kVersion) +
                            ": write that, or use the bridge32 that the file was written for");
        }
        expect(";", "after the version");
    }

    void top_level() {
        if (take(";")) return;
        if (peek().kind == TokenKind::directive) return directive();
        if (at_word("library") && peek(1).kind == TokenKind::string) return library();
        if (externs_ > 0 && take("}")) {
            --externs_;
            return;
        }
        if (at_word("extern") && peek(1).kind == TokenKind::string) {
            take();
            string();
            if (take("{")) {
                ++externs_;
                return;
            }
        }
        declaration_of_file();
    }

    void library() {
        const Position where = take().at;
        LibraryBlock& block = all_.library;
        if (block.at.line != 0) fail(where, "found a second `library`: keep one");
        if (has_declarations_) {
            fail(where,
                 "found `library` behind declarations, which it changes: write it as the "
                 "second line");
        }
        block.at = where;
        block.name = string();
        expect("{", "after the library's name");
        std::set<std::string> given;
        while (!take("}")) {
            const Position at_word = here();
            const std::string word = name("a setting: convention, text, threads or platform");
            const Position at_value = here();
            if (!given.insert(word).second) fail(at_word, "found `" + word + "` twice: keep one");
            if (word == "convention") {
                std::string value = name("a convention");
                if (value == "regparm" && take("(")) {
                    value += std::to_string(integer());
                    expect(")", "after the number of registers");
                }
                block.convention = one_of<Convention>(at_value, value,
                                                      {{"cdecl", Convention::cdecl_},
                                                       {"stdcall", Convention::stdcall},
                                                       {"fastcall", Convention::fastcall},
                                                       {"thiscall", Convention::thiscall},
                                                       {"regparm1", Convention::regparm1},
                                                       {"regparm2", Convention::regparm2},
                                                       {"regparm3", Convention::regparm3}});
            } else if (word == "text") {
                block.text = one_of<TextEncoding>(at_value, name("an encoding"),
                                                  {{"utf8", TextEncoding::utf8},
                                                   {"system", TextEncoding::system},
                                                   {"windows_1252", TextEncoding::windows_1252},
                                                   {"windows_1251", TextEncoding::windows_1251},
                                                   {"latin_1", TextEncoding::latin_1}});
            } else if (word == "threads") {
                block.threads = one_of<Threads>(at_value, name("a thread model"),
                                                {{"main", Threads::main},
                                                 {"mirrored", Threads::mirrored},
                                                 {"concurrent", Threads::concurrent}});
            } else if (word == "platform") {
                block.platform = one_of<Platform>(
                    at_value, name("a platform"),
                    {{"linux", Platform::linux_}, {"windows", Platform::windows_}});
                if (*block.platform != all_.target.platform) {
                    const bool is_windows = *block.platform == Platform::windows_;
                    fail(at_value, std::string("this interface is for a library of ") +
                                       (is_windows ? "Windows" : "Linux") + ", and this is " +
                                       (is_windows ? "Linux" : "Windows") +
                                       ": use it there, or make one from the header for here");
                }
            } else {
                fail(at_word,
                     "found `" + word + "`, expected convention, text, threads or platform");
            }
            expect(";", "after the setting");
        }
    }

    template <class Value>
    Value one_of(Position where, const std::string& word,
                 const std::vector<std::pair<const char*, Value>>& known) {
        std::string list;
        for (const auto& [name, value] : known) {
            if (word == name) return value;
            list += (list.empty() ? "" : ", ") + std::string(name);
        }
        fail(where, "found `" + word + "`, expected one of: " + list);
    }

    void directive() {
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

    /// `(push, 1)`, `(push)`, `(pop)`, `(4)`, `()`.
    void pack(std::string_view text, Position where) {
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

    // Declarations

    void declaration_of_file() {
        has_declarations_ = true;
        Specifiers specifiers = read_specifiers(Within::file);
        if (at(";") && !specifiers.is_typedef) {
            const TypeKind kind = specifiers.type->kind;
            if (kind != TypeKind::record && kind != TypeKind::enumeration) {
                expected("the name of what has the type `" + declaration(*specifiers.type, "") +
                         "`");
            }
            if (specifiers.defines && kind == TypeKind::record) {
                fail(specifiers.at, "this struct or union has neither a tag nor a name: add one");
            }
            // Without a tag an enumeration still gives its values names.
            if (specifiers.defines) all_.types.push_back(specifiers.type);
            take();
            return;
        }
        bool first = true;
        do {
            Declared declared = read_declared(specifiers, Within::file);
            if (declared.name.empty()) expected("a name");
            if (!first && specifiers.defines && specifiers.alias == nullptr) {
                fail(declared.at,
                     "a type without a tag is declared once: give the struct, union or "
                     "enum a tag, and use it for `" +
                         declared.name + "`");
            }
            if (specifiers.is_typedef) {
                alias(specifiers, std::move(declared), first);
            } else if (meaning(*declared.type).kind == TypeKind::function) {
                function(specifiers, std::move(declared));
            } else {
                variable(specifiers, std::move(declared));
            }
            first = false;
        } while (take(","));
        if (at("{")) {
            expected("`;`: an interface has declarations only, without the body of a function");
        }
        if (is_alone_ && peek().kind == TokenKind::end) return;
        expect(";", "after the declaration");
    }

    void new_name(const std::string& name, Position where) {
        const auto [entry, is_new] = names_.emplace(name, where);
        if (!is_new) {
            fail(where, "`" + name + "` was declared before, in line " +
                            std::to_string(entry->second.line) + ": keep one of the two");
        }
    }

    void alias(Specifiers& specifiers, Declared declared, bool first) {
        if (at("=")) expected("`,` or `;` after the type's name");
        new_name(declared.name, declared.at);
        if (specifiers.defines) move_flags(specifiers, declared);
        Type type;
        type.kind = TypeKind::alias;
        type.name = declared.name;
        type.at = declared.at;
        type.attributes = std::move(declared.attributes);
        type.of = declared.type;
        const Type& added = all_.add(std::move(type));
        all_.types.push_back(&added);
        all_.know(added);
        const bool has_size = meaning(added).kind == TypeKind::array;
        if (has_size) size_of(added, declared.at, added.name);
        // `typedef struct { … } POINT, *PPOINT;`: the second one refers to the first.
        if (first && specifiers.defines && added.of == specifiers.type) specifiers.alias = &added;
    }

    /// `[[flags]]` behind the name belongs to the enumeration.
    static void move_flags(const Specifiers& specifiers, Declared& declared) {
        auto& all = declared.attributes.all;
        const auto flags = std::find_if(all.begin(), all.end(),
                                        [](const Attribute& one) { return one.name == "flags"; });
        const Type& type = meaning(*specifiers.type);
        if (flags == all.end() || type.kind != TypeKind::enumeration) return;
        auto& enumeration = const_cast<Type&>(type);  // just made here
        enumeration.is_flags = true;
        enumeration.attributes.all.push_back(*flags);
        all.erase(flags);
    }

    void function(const Specifiers& specifiers, Declared declared) {
        if (specifiers.is_static) {
            fail(specifiers.at, "found `static`: such a function is not exported; remove it");
        }
        new_name(declared.name, declared.at);
        Function made;
        made.name = std::move(declared.name);
        made.signature = meaning(*declared.type).signature;
        if (made.signature.convention == Convention::unstated) {
            made.signature.convention = all_.library.convention;
        }
        made.attributes = std::move(declared.attributes);
        made.at = declared.at;
        all_.functions.push_back(std::move(made));
    }

    void variable(const Specifiers& specifiers, Declared declared) {
        if (at("=")) return constant(std::move(declared));
        new_name(declared.name, declared.at);
        if (!specifiers.is_extern && !is_alone_) {
            fail(declared.at,
                 "`" + declared.name +
                     "` is neither a function nor a constant: data "
                     "that the library exports is declared by `extern`, a constant has "
                     "`const` and a value");
        }
        complete(*declared.type, declared.at, declared.name);
        Variable made;
        made.name = std::move(declared.name);
        made.type = declared.type;
        made.attributes = std::move(declared.attributes);
        made.at = declared.at;
        all_.variables.push_back(std::move(made));
    }

    void constant(Declared declared) {
        new_name(declared.name, declared.at);
        const Position where = take().at;
        Constant made;
        made.name = declared.name;
        made.type = declared.type;
        made.at = declared.at;
        const Type& type = meaning(*declared.type);
        const bool is_sequence = type.kind == TypeKind::pointer || type.kind == TypeKind::array;
        const bool is_string =
            peek().kind == TokenKind::string || peek(1).kind == TokenKind::string;
        const bool is_const = declared.type->is_const || (is_sequence && type.of->is_const);
        if (!is_const) {
            fail(where, "found a value of `" + declared.name +
                            "`, which is not const: write `const` before its type");
        }
        if (is_string) {
            if (!is_sequence || meaning(*type.of).kind != TypeKind::scalar) {
                expected("a value of `" + declaration(*declared.type, "") + "`");
            }
            made.value = string();
            if (type.kind == TypeKind::array) made.type = &all_.pointer_to(*type.of);
        } else if (is_real(type)) {
            const bool negative = take("-");
            if (!negative) take("+");
            const double value = real();
            made.value = negative ? -value : value;
        } else {
            integer_constant(made, type);
        }
        read_attributes(declared.attributes);
        made.attributes = std::move(declared.attributes);
        all_.constants.push_back(std::move(made));
        if (const auto* const value = std::get_if<std::int64_t>(&all_.constants.back().value)) {
            values_.emplace(all_.constants.back().name, *value);
        }
    }

    static bool is_real(const Type& type) noexcept {
        return type.kind == TypeKind::scalar &&
               (type.scalar == Scalar::float_ || type.scalar == Scalar::double_ ||
                type.scalar == Scalar::long_double);
    }

    void integer_constant(Constant& made, const Type& type) {
        const Position where = here();
        const bool is_scalar = type.kind == TypeKind::scalar &&
                               type.scalar != Scalar::float_complex &&
                               type.scalar != Scalar::double_complex;
        if (!is_scalar && type.kind != TypeKind::enumeration && type.kind != TypeKind::pointer) {
            expected("no value: `" + declaration(*made.type, "") + "` cannot be a constant");
        }
        const Extent extent = size_of(type, where, made.name);
        if (peek().kind == TokenKind::integer && (at(";", 1) || at(",", 1) || at("[", 1))) {
            const std::uint64_t value = integer();
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                if (extent.size < 8 || is_signed(type))
                    does_not_fit(where, std::to_string(value), type);
                made.value = value;
                return;
            }
            made.value = static_cast<std::int64_t>(value);
        } else {
            made.value = constant_value();
        }
        const std::int64_t value = std::get<std::int64_t>(made.value);
        if (extent.size >= 8) return;
        // Hexadecimal constants are written as unsigned, handles such as -1 as signed.
        const std::int64_t most = std::int64_t{1} << (8 * extent.size);
        if (value >= most || value < -(most / 2)) does_not_fit(where, std::to_string(value), type);
    }

    [[noreturn]] void does_not_fit(Position where, const std::string& value, const Type& type) {
        fail(where, value + " does not fit `" + declaration(type, "") + "`: use a wider type");
    }

    bool is_signed(const Type& type) const {
        if (type.kind == TypeKind::enumeration) return is_signed(*type.of);
        switch (type.scalar) {
            case Scalar::char_:
            case Scalar::signed_char:
            case Scalar::short_:
            case Scalar::int_:
            case Scalar::long_:
            case Scalar::long_long:
            case Scalar::signed_size:
                return true;
            default:
                return false;
        }
    }

    // Specifiers

    bool is_type_start(std::size_t ahead) const {
        const Token& token = peek(ahead);
        if (token.kind != TokenKind::word) return false;
        return is_one_of(token.text, kTypeWords) || token.text == "const" ||
               token.text == "CONST" || token.text == "struct" || token.text == "union" ||
               token.text == "enum" || is_one_of(token.text, kIgnored) ||
               all_.alias(token.text) != nullptr;
    }

    Specifiers read_specifiers(Within place) {
        Specifiers found;
        found.at = here();
        ScalarWords words;
        for (;;) {
            if (at_attributes()) {
                read_attributes(found.attributes);
                continue;
            }
            if (at("[") && found.type == nullptr && !words.any() && place != Within::file) {
                read_midl(found.attributes);
                continue;
            }
            if (!at_word()) break;
            const std::string_view word = peek().text;
            if (storage(found, word, place) || qualifier(found, word) ||
                attribute_words(found.attributes, found.convention)) {
                continue;
            }
            const bool has_type = found.type != nullptr;
            if (is_one_of(word, kTypeWords)) {
                if (has_type) {
                    if (found.type->kind == TypeKind::alias && !words.any()) {
                        expected("a name after the type `" + found.type->name + "`");
                    }
                    break;
                }
                if (!words.any()) words.at = here();
                std::string_view base = word == "_Bool" ? "bool" : word;
                if (base == "__signed__") base = "signed";
                ++words.count[base];
                take();
                continue;
            }
            if (has_type || words.any()) break;
            if (word == "struct" || word == "union") {
                found.type = &record(found);
            } else if (word == "enum") {
                found.type = &enumeration(found);
            } else if (take_synonym(found.attributes)) {
                continue;
            } else if (const Type* const known = all_.alias(word)) {
                take();
                found.type = known;
            } else {
                unknown_type();
            }
        }
        if (words.any()) {
            const auto scalar = words.scalar();
            if (!scalar) fail(words.at, "these words do not make a type of C together");
            found.type = &all_.scalar(*scalar);
        }
        if (found.type == nullptr) {
            if (place == Within::file) expected("a declaration");
            expected("a type");
        }
        if (found.is_const) found.type = &all_.constant(*found.type);
        return found;
    }

    bool storage(Specifiers& found, std::string_view word, Within place) {
        const bool is_storage = word == "typedef" || word == "extern" || word == "static";
        if (!is_storage) return false;
        if (place != Within::file) expected("a type");
        found.is_typedef = found.is_typedef || word == "typedef";
        found.is_extern = found.is_extern || word == "extern";
        found.is_static = found.is_static || word == "static";
        take();
        if (word == "extern" && peek().kind == TokenKind::string) string();
        return true;
    }

    bool qualifier(Specifiers& found, std::string_view word) {
        const bool is_const = word == "const" || word == "CONST" || word == "__const";
        if (!is_const && !is_one_of(word, kIgnored)) return false;
        found.is_const = found.is_const || is_const;
        take();
        return true;
    }

    /// Conventions, `__attribute__((…))`, `__declspec(…)`, alignas(n).
    bool attribute_words(Attributes& attributes, Convention& convention) {
        if (!at_word()) return false;
        const std::string_view word = peek().text;
        for (const WordMeaning& known : kConventionWords) {
            if (word != known.word) continue;
            set(convention, known.convention, take().at);
            return true;
        }
        const bool is_declspec = word == "__declspec" || word == "_declspec";
        if (word == "_Alignas" || word == "alignas") {
            const Position where = take().at;
            expect("(", "after alignas");
            aligned(attributes, where, constant_value());
            expect(")", "after the alignment");
            return true;
        }
        if (word != "__attribute__" && word != "__attribute" && !is_declspec) return false;
        take();
        expect("(", "after that word");
        if (!is_declspec) expect("(", "twice after __attribute__");
        while (!at(")")) {
            if (!take(",")) gnu_attribute(attributes, convention);
        }
        expect(")", "after attributes");
        if (!is_declspec) expect(")", "twice after attributes");
        return true;
    }

    void set(Convention& convention, Convention value, Position where) {
        if (convention != Convention::unstated && convention != value) {
            fail(where, "found two conventions of one function: keep one");
        }
        convention = value;
    }

    void aligned(Attributes& attributes, Position where, std::int64_t value) {
        if (value < 1 || value > 4096 || (value & (value - 1)) != 0) {
            fail(where,
                 "an alignment is 1, 2, 4, ... up to 4096 bytes, not " + std::to_string(value));
        }
        Expression number;
        number.number = value;
        attributes.all.push_back({"aligned", {{number, std::nullopt}}, where});
    }

    void gnu_attribute(Attributes& attributes, Convention& convention) {
        const Position where = here();
        const std::string word = without_underscores(name("an attribute"));
        for (const WordMeaning& known : kConventionNames) {
            if (word == known.word) return set(convention, known.convention, where);
        }
        if (word == "regparm") {
            expect("(", "after regparm");
            const std::uint64_t registers = integer();
            if (registers > 3) fail(where, "regparm takes 0 to 3 registers");
            expect(")", "after the number of registers");
            static constexpr std::array<Convention, 4> kRegisters{
                Convention::cdecl_, Convention::regparm1, Convention::regparm2,
                Convention::regparm3};
            return set(convention, kRegisters[static_cast<std::size_t>(registers)], where);
        }
        if (word == "aligned" || word == "align") {
            std::int64_t value = 16;  // GCC's largest on these machines
            if (take("(")) {
                value = constant_value();
                expect(")", "after the alignment");
            }
            return aligned(attributes, where, value);
        }
        if (word == "packed") {
            attributes.all.push_back({"packed", {}, where});
            return;
        }
        if (word == "counted_by" || word == "sized_by") {
            expect("(", "after counted_by");
            Attribute::Argument length{expression(), std::nullopt};
            expect(")", "after the length");
            attributes.all.push_back(
                {word == "sized_by" ? "bytes" : "count", {std::move(length)}, where});
            return;
        }
        if (!is_one_of(word, kIgnoredAttributes)) {
            fail(where, "found the attribute `" + word +
                            "` of a compiler, which is not known here "
                            "and may change the layout or the call: remove it if it does not");
        }
        int open = 0;
        while (at("(") || open > 0) {
            if (at("(")) ++open;
            if (at(")")) --open;
            if (peek().kind == TokenKind::end) expected("`)`");
            take();
        }
    }

    [[noreturn]] void unknown_type() {
        const std::string word(peek().text);
        const bool is_tag = all_.tagged(word) != nullptr;
        if (is_tag) {
            const Type& tagged = *all_.tagged(word);
            fail(here(),
                 "found `" + word + "`, expected a type: write `" + declaration(tagged, "") + "`");
        }
        if (all_.target.platform == Platform::windows_ && (word == "time_t" || word == "off_t")) {
            fail(here(), "`" + word +
                             "` has 4 or 8 bytes on Windows, as the library's compiler "
                             "had it: write `typedef long " +
                             word + ";` or `typedef __int64 " + word + ";`");
        }
        const std::string near = detail::did_you_mean(detail::nearest(word, all_.alias_names(), 2));
        fail(here(), "found `" + word + "`, expected a type, and none has this name. " +
                         (near.empty() ? "Declare it before by `typedef`." : near));
    }

    // Records and enumerations

    /// The type with the tag that comes next, or a new one without a tag.
    Type& tagged(TypeKind kind, bool is_union, Position where) {
        std::string tag;
        const Position at_tag = here();
        if (at_word() && !is_keyword(peek().text)) tag = std::string(take().text);
        if (tag.empty() && !at("{") && !at(":")) {
            expected(kind == TypeKind::enumeration ? "a tag or `{` after `enum`"
                                                   : "a tag or `{` after `struct` or `union`");
        }
        if (!tag.empty()) {
            if (const Type* const known = all_.tagged(tag)) {
                if (known->kind != kind || known->is_union != is_union) {
                    fail(at_tag, "`" + tag + "` is `" + declaration(*known, "") +
                                     "`, declared in "
                                     "line " +
                                     std::to_string(known->at.line) + ": use that word");
                }
                return const_cast<Type&>(*known);  // made here
            }
        }
        Type type;
        type.kind = kind;
        type.is_union = is_union;
        type.name = tag;
        type.at = where;
        Type& added = all_.add(std::move(type));
        if (!tag.empty()) {
            all_.types.push_back(&added);
            all_.know(added);
        }
        return added;
    }

    /// Moves a type to where it is defined.
    void defined_here(const Type& type) {
        if (type.name.empty()) return;
        const auto known = std::find(all_.types.rbegin(), all_.types.rend(), &type);
        if (known == all_.types.rbegin()) return;
        all_.types.erase(std::next(known).base());
        all_.types.push_back(&type);
    }

    /// `aligned`, `packed`, `pack(n)` of a record.
    void layout_attributes(Type& type, Attributes& given, std::vector<Member>& members) {
        bool is_packed = false;
        for (auto one = given.all.begin(); one != given.all.end();) {
            const bool has_number = one->arguments.size() == 1 && one->arguments[0].expression &&
                                    one->arguments[0].expression->kind == Expression::Kind::number;
            const std::int64_t number = has_number ? one->arguments[0].expression->number : 0;
            if (one->name == "packed" && one->arguments.empty()) {
                is_packed = true;
            } else if (one->name == "pack" || one->name == "aligned") {
                const bool is_power = number > 0 && (number & (number - 1)) == 0;
                const std::int64_t most = one->name == "pack" ? 16 : 4096;
                if (!is_power || number > most) {
                    fail(one->at, "`" + one->name + "` takes 1, 2, 4, ... up to " +
                                      std::to_string(most) + " bytes");
                }
                std::uint32_t& bytes = one->name == "pack" ? type.pack : type.align;
                bytes = one->name == "pack" ? static_cast<std::uint32_t>(number)
                                            : std::max(bytes, static_cast<std::uint32_t>(number));
            } else {
                ++one;
                continue;
            }
            one = given.all.erase(one);
        }
        std::move(given.all.begin(), given.all.end(), std::back_inserter(type.attributes.all));
        given.all.clear();
        if (!is_packed) return;
        // Unlike #pragma pack, the attribute leaves `aligned` members alone, and Microsoft's
        // bit-fields.
        const bool windows = all_.target.platform == Platform::windows_;
        const bool like_pragma =
            std::none_of(members.begin(), members.end(), [&](const Member& member) {
                return member.attributes.has("aligned") || (windows && member.bits);
            });
        if (type.pack == 1 || (type.pack == 0 && like_pragma)) {
            type.pack = 1;
            return;
        }
        for (Member& member : members) {
            if (member.attributes.has("packed")) continue;
            member.attributes.all.push_back({"packed", {}, member.at});
        }
    }

    /// A convention there belongs to the function that is declared.
    void type_attributes(Attributes& given, Convention& convention) {
        while (at_attributes() || attribute_words(given, convention)) {
            read_attributes(given);
        }
    }

    const Type& record(Specifiers& specifiers) {
        const Nesting nesting(*this);
        const Position where = here();
        const bool is_union = take().text == "union";
        Attributes given;
        type_attributes(given, specifiers.convention);
        Type& type = tagged(TypeKind::record, is_union, where);
        type_attributes(given, specifiers.convention);
        if (!at("{")) {
            if (at(";")) {
                std::vector<Member> none;
                layout_attributes(type, given, none);
            }
            std::move(given.all.begin(), given.all.end(),
                      std::back_inserter(specifiers.attributes.all));
            return type;
        }
        if (type.is_complete || !open_.insert(&type).second) {
            fail(where, "`" + declaration(type, "") + "` was declared before, in line " +
                            std::to_string(type.at.line) + ": keep one of the two");
        }
        take();
        type.at = where;
        type.pack = pack_;
        std::vector<Member> members;
        std::set<std::string, std::less<>> names;
        while (!take("}")) {
            if (peek().kind == TokenKind::directive) {
                directive();
            } else if (!take(";")) {
                read_members(members, names);
            }
        }
        type_attributes(given, specifiers.convention);
        layout_attributes(type, given, members);
        type.members = std::move(members);
        type.is_complete = true;
        open_.erase(&type);
        defined_here(type);
        specifiers.defines = type.name.empty();
        size_of(type, where, declaration(type, ""));
        return type;
    }

    void read_members(std::vector<Member>& members, std::set<std::string, std::less<>>& names) {
        const Specifiers specifiers = read_specifiers(Within::member);
        do {
            Member member;
            Declared declared;
            if (at(";") && specifiers.type->kind == TypeKind::record && specifiers.defines) {
                declared.type = specifiers.type;
                declared.at = specifiers.at;
                declared.attributes = specifiers.attributes;
            } else if (at(":")) {
                declared.type = specifiers.type;
                declared.at = here();
                declared.attributes = specifiers.attributes;
            } else {
                declared = read_declared(specifiers, Within::member);
                if (declared.name.empty()) expected("the name of a member");
            }
            if (take(":")) bits(member, declared);
            read_attributes(declared.attributes);
            late_attributes(declared);
            member.name = std::move(declared.name);
            member.type = declared.type;
            member.attributes = std::move(declared.attributes);
            member.at = declared.at;
            if (!member.bits) complete(*member.type, member.at, member.name);
            note_names(member, names, member.at);
            members.push_back(std::move(member));
        } while (take(","));
        expect(";", "after the member");
    }

    void note_names(const Member& member, std::set<std::string, std::less<>>& names,
                    Position where) {
        if (!member.name.empty()) {
            if (!names.insert(member.name).second) {
                fail(where, "the member `" + member.name + "` was declared before in this struct");
            }
        } else if (member.type->kind == TypeKind::record) {
            for (const Member& inner : member.type->members)
                note_names(inner, names, where);
        }
    }

    void bits(Member& member, const Declared& declared) {
        const Position where = here();
        const Type& type = meaning(*declared.type);
        const bool is_scalar =
            type.kind == TypeKind::scalar && !is_real(type) && type.scalar != Scalar::void_ &&
            type.scalar != Scalar::float_complex && type.scalar != Scalar::double_complex;
        if (!is_scalar && type.kind != TypeKind::enumeration) {
            fail(where, "a bit-field is an integer, and `" + declared.name + "` is `" +
                            declaration(*declared.type, "") + "`");
        }
        const std::int64_t width = constant_value();
        const std::uint64_t most = 8 * size_of(type, where, declared.name).size;
        if (width < 0 || static_cast<std::uint64_t>(width) > most) {
            fail(where, "`" + declared.name + "` has " + std::to_string(width) +
                            " bits, and its type has " + std::to_string(most));
        }
        if (width == 0 && !declared.name.empty()) {
            fail(where, "a bit-field of 0 bits has no name: remove `" + declared.name + "`");
        }
        member.bits = static_cast<std::uint32_t>(width);
    }

    const Type& enumeration(Specifiers& specifiers) {
        const Position where = take().at;
        Attributes given;
        type_attributes(given, specifiers.convention);
        Type& type = tagged(TypeKind::enumeration, false, where);
        type_attributes(given, specifiers.convention);
        const Type* stated = nullptr;
        if (at(":")) {
            take();
            stated = read_specifiers(Within::type_name).type;
            const Type& integer = meaning(*stated);
            if (integer.kind != TypeKind::scalar || is_real(integer) ||
                integer.scalar == Scalar::void_ || integer.scalar == Scalar::float_complex ||
                integer.scalar == Scalar::double_complex) {
                fail(where, "an enumeration is an integer, not `" + declaration(*stated, "") + "`");
            }
        }
        if (!at("{")) {
            std::move(given.all.begin(), given.all.end(),
                      std::back_inserter(specifiers.attributes.all));
            if (type.of == nullptr) {
                type.of = stated != nullptr ? stated : &all_.scalar(Scalar::unsigned_int);
            }
            return type;
        }
        if (type.is_complete) {
            fail(where, "`" + declaration(type, "") + "` was declared before, in line " +
                            std::to_string(type.at.line) + ": keep one of the two");
        }
        take();
        std::vector<Enumerator> values;
        bool has_next = true;
        std::int64_t next = 0;
        while (!at("}")) {
            Enumerator one;
            const Position at_name = here();
            one.name = name("a value of the enumeration");
            read_attributes(one.attributes);
            if (take("=")) {
                next = constant_value();
            } else if (!has_next) {
                fail(at_name, "the value of `" + one.name + "` does not fit 64 bits: write one");
            }
            read_attributes(one.attributes);
            one.value = next;
            has_next = next != std::numeric_limits<std::int64_t>::max();
            if (has_next) ++next;
            new_name(one.name, at_name);
            values_.emplace(one.name, one.value);
            values.push_back(std::move(one));
            if (!take(",")) break;
        }
        expect("}", "or `,` after a value of the enumeration");
        type_attributes(given, specifiers.convention);
        type.enumerators = std::move(values);
        type.is_complete = true;
        type.at = where;
        if (stated == nullptr) stated = &enumeration_type(type, given);
        type.of = stated;
        type.attributes.all.insert(type.attributes.all.end(), given.all.begin(), given.all.end());
        type.is_flags = type.attributes.has("flags");
        defined_here(type);
        specifiers.defines = type.name.empty();
        return type;
    }

    /// `__attribute__((packed))` takes the narrowest type.
    const Type& enumeration_type(const Type& type, Attributes& given) {
        const Scalar usual = scalar_of(type.enumerators);
        const auto packed = std::find_if(given.all.begin(), given.all.end(),
                                         [](const Attribute& one) { return one.name == "packed"; });
        if (packed == given.all.end()) return all_.scalar(usual);
        given.all.erase(packed);
        std::int64_t least = 0;
        std::int64_t most = 0;
        for (const Enumerator& one : type.enumerators) {
            least = std::min(least, one.value);
            most = std::max(most, one.value);
        }
        if (least >= 0 && most <= 255) return all_.scalar(Scalar::unsigned_char);
        if (least >= -128 && most <= 127) return all_.scalar(Scalar::signed_char);
        if (least >= 0 && most <= 65535) return all_.scalar(Scalar::unsigned_short);
        if (least >= -32768 && most <= 32767) return all_.scalar(Scalar::short_);
        return all_.scalar(usual);
    }

    // Declarators

    Declared read_declared(const Specifiers& specifiers, Within place) {
        Declared declared;
        declared.at = here();
        declared.attributes = specifiers.attributes;
        declared.convention = specifiers.convention;
        declared.convention_at = specifiers.at;
        around(declared, place);
        late_attributes(declared);
        const Type& base = specifiers.alias != nullptr ? *specifiers.alias : *specifiers.type;
        declared.type = &type_of(declared, base, place);
        if (declared.convention != Convention::unstated) {
            // Of an alias of a function's type, whose own convention is meant, or of nothing.
            fail(declared.convention_at, "found a convention, and `" + declared.name +
                                             "` is no function and points to none: remove it");
        }
        return declared;
    }

    /// Behind a declarator: [[…]], __attribute__((…)), SAL.
    void late_attributes(Declared& declared) {
        for (;;) {
            const Position where = here();
            Convention late = Convention::unstated;
            if (at_attributes()) {
                read_attributes(declared.attributes);
            } else if (!attribute_words(declared.attributes, late) &&
                       !take_synonym(declared.attributes)) {
                return;
            }
            if (late == Convention::unstated) continue;
            const auto function =
                std::find_if(declared.around.begin(), declared.around.end(),
                             [](const Around& one) { return one.kind == TypeKind::function; });
            if (function == declared.around.end()) fail(where, "only functions have a convention");
            set(function->signature.convention, late, where);
        }
    }

    /// Is what follows a `(` a declarator in parentheses, and no list of parameters?
    bool is_nested_declarator(Within place) const {
        if (at("*", 1) || at("(", 1)) return true;
        const Token& token = peek(1);
        if (token.kind != TokenKind::word) return false;
        for (const WordMeaning& known : kConventionWords) {
            if (token.text == known.word) return true;
        }
        if (token.text == "__attribute__") return true;
        if (place == Within::file || place == Within::member) return !is_type_start(1);
        return !is_type_start(1) && !is_keyword(token.text) && at(")", 2);
    }

    void around(Declared& declared, Within place, bool is_nested = false) {
        const Nesting nesting(*this);
        std::vector<Around> pointers;
        // What stands before a `*` in parentheses belongs to the function around them.
        Convention outward = Convention::unstated;
        Position outward_at;
        for (;;) {
            if (at("*")) {
                if (is_nested && declared.convention != Convention::unstated) {
                    set(outward, std::exchange(declared.convention, Convention::unstated), here());
                    outward_at = declared.convention_at;
                }
                Around pointer;
                pointer.at = take().at;
                pointers.push_back(std::move(pointer));
                if (pointers.size() > kMostAround) too_much();
                continue;
            }
            if (!at_word()) break;
            const std::string_view word = peek().text;
            const bool is_const = word == "const" || word == "CONST" || word == "__const";
            const Position where = here();
            if (is_const || is_one_of(word, kIgnored)) {
                if (is_const && pointers.empty()) expected("a name");
                if (is_const) pointers.back().is_const = true;
                take();
            } else if (attribute_words(declared.attributes, declared.convention)) {
                declared.convention_at = where;
            } else if (!take_synonym(declared.attributes)) {
                break;
            }
        }
        const Convention own = std::exchange(declared.convention, Convention::unstated);
        const Position own_at = declared.convention_at;
        if (at("(") && declared.name.empty() && is_nested_declarator(place)) {
            take();
            around(declared, place, true);
            late_attributes(declared);
            expect(")", "after the declarator");
        } else if (at_word() && !is_keyword(peek().text) && place != Within::type_name) {
            declared.at = here();
            declared.name = std::string(take().text);
        }
        const std::size_t first_suffix = declared.around.size();
        suffixes(declared);
        const bool has_function =
            std::any_of(declared.around.begin() + static_cast<std::ptrdiff_t>(first_suffix),
                        declared.around.end(),
                        [](const Around& one) { return one.kind == TypeKind::function; });
        if (own != Convention::unstated && !has_function) {
            // It belongs to a function further out.
            set(declared.convention, own, own_at);
            declared.convention_at = own_at;
        } else if (has_function) {
            for (std::size_t i = first_suffix; i < declared.around.size(); ++i) {
                if (declared.around[i].kind != TypeKind::function) continue;
                Convention& convention = declared.around[i].signature.convention;
                if (own != Convention::unstated) set(convention, own, own_at);
                if (declared.convention != Convention::unstated) {
                    set(convention, declared.convention, declared.convention_at);
                }
                declared.convention = Convention::unstated;
                break;
            }
        }
        if (outward != Convention::unstated) {
            set(declared.convention, outward, outward_at);
            declared.convention_at = outward_at;
        }
        std::move(pointers.rbegin(), pointers.rend(), std::back_inserter(declared.around));
        if (declared.around.size() > kMostAround) too_much();
    }

    [[noreturn]] void too_much() {
        fail(here(), "this declaration has more than " + std::to_string(kMostAround) +
                         " pointers, arrays and functions around its name");
    }

    void suffixes(Declared& declared) {
        for (;;) {
            Around one;
            one.at = here();
            if (at("[") && !at("[", 1)) {
                take();
                one.kind = TypeKind::array;
                while (at_word() && (at_word("static") || at_word("const") ||
                                     is_one_of(peek().text, kIgnored))) {
                    take();
                }
                if (!at("]")) one.length = expression();
                expect("]", "after the array's length");
            } else if (at("(")) {
                one.kind = TypeKind::function;
                one.signature = parameters();
            } else {
                return;
            }
            declared.around.push_back(std::move(one));
            if (declared.around.size() > kMostAround) too_much();
        }
    }

    Signature parameters() {
        const Nesting nesting(*this);
        expect("(", "before parameters");
        Signature signature;
        std::set<std::string, std::less<>> names;
        if (take(")")) return signature;
        const bool is_void = (at_word("void") || at_word("VOID")) && at(")", 1);
        if (is_void) {
            take();
            take();
            return signature;
        }
        do {
            if (take("...")) {
                signature.variadic = true;
                break;
            }
            const Specifiers specifiers = read_specifiers(Within::parameter);
            if (specifiers.defines) {
                fail(specifiers.at,
                     "a type without a tag has no use in parameters: declare it "
                     "before the function");
            }
            Declared declared = read_declared(specifiers, Within::parameter);
            Parameter parameter;
            parameter.type = declared.type;
            if (meaning(*parameter.type).kind == TypeKind::scalar &&
                meaning(*parameter.type).scalar == Scalar::void_) {
                fail(specifiers.at, "a parameter cannot be void: write `void *` for a pointer");
            }
            parameter.name = std::move(declared.name);
            parameter.attributes = std::move(declared.attributes);
            parameter.at = declared.at;
            if (!parameter.name.empty() && !names.insert(parameter.name).second) {
                fail(parameter.at,
                     "two parameters are named `" + parameter.name + "`: give one another name");
            }
            signature.parameters.push_back(std::move(parameter));
        } while (take(","));
        expect(")", "or `,` after a parameter");
        return signature;
    }

    /// The type of a declarator: from the base inward.
    const Type& type_of(Declared& declared, const Type& base, Within place) {
        const Type* type = &base;
        for (std::size_t i = declared.around.size(); i-- > 0;) {
            Around& one = declared.around[i];
            const TypeKind inner = meaning(*type).kind;
            if (one.kind == TypeKind::pointer) {
                type = &all_.pointer_to(*type);
                if (one.is_const) type = &all_.constant(*type);
            } else if (one.kind == TypeKind::array) {
                if (inner == TypeKind::function || is_void(*type)) {
                    fail(one.at, "an array cannot have elements of the type `" +
                                     declaration(*type, "") + "`: use pointers");
                }
                if (i == 0 && place == Within::parameter) {
                    type = &array_parameter(declared, one, *type);
                } else {
                    complete(*type, one.at, declared.name);
                    type = &all_.array_of(*type, length_of(one, i));
                    if (type->length != 0) size_of(*type, one.at, declared.name);
                }
            } else {
                if (inner == TypeKind::function || inner == TypeKind::array) {
                    fail(one.at, "a function cannot return `" + declaration(*type, "") +
                                     "`: it can return a pointer to it");
                }
                Type function;
                function.kind = TypeKind::function;
                function.signature = std::move(one.signature);
                function.signature.result = type;
                type = &all_.add(std::move(function));
            }
        }
        if (place == Within::parameter) {
            const Type& decayed = meaning(*type);
            if (decayed.kind == TypeKind::function) return all_.pointer_to(*type);
            if (decayed.kind == TypeKind::array) {
                Expression length;
                length.number = static_cast<std::int64_t>(decayed.length);
                if (decayed.length != 0) add_count(declared, length, declared.at);
                return all_.pointer_to(type->is_const ? all_.constant(*decayed.of) : *decayed.of);
            }
        }
        return *type;
    }

    static bool is_void(const Type& type) noexcept {
        const Type& plain = meaning(type);
        return plain.kind == TypeKind::scalar && plain.scalar == Scalar::void_;
    }

    /// `double x[3]` as a parameter is a pointer to 3; the length may be another parameter.
    const Type& array_parameter(Declared& declared, const Around& array, const Type& element) {
        complete(element, array.at, declared.name);
        if (!array.length) return all_.pointer_to(element);
        Expression length = *array.length;
        try {
            const std::int64_t value = value_of(length, array.at);
            length = Expression{};
            length.number = value;
            if (value < 0) no_such_length(array.at, value);
        } catch (const UnknownName&) {
        }
        const bool is_nothing = length.kind == Expression::Kind::number && length.number == 0;
        if (!is_nothing) add_count(declared, std::move(length), array.at);
        return all_.pointer_to(element);
    }

    static void add_count(Declared& declared, Expression length, Position where) {
        if (declared.attributes.has("count") || declared.attributes.has("bytes")) return;
        declared.attributes.all.push_back({"count", {{std::move(length), std::nullopt}}, where});
    }

    [[noreturn]] void no_such_length(Position where, std::int64_t value) {
        fail(where, "an array cannot have " + std::to_string(value) + " elements");
    }

    std::uint64_t length_of(const Around& array, std::size_t i) {
        if (!array.length) {
            if (i == 0) return 0;
            fail(array.at, "found `[]`, expected a length: only the first one can be left out");
        }
        const std::int64_t value = known_value(*array.length, array.at);
        if (value < 0 || (value == 0 && i != 0)) no_such_length(array.at, value);
        return static_cast<std::uint64_t>(value);
    }

    // Values and sizes

    struct UnknownName {
        std::string name;
    };

    /// Throws UnknownName.
    std::int64_t value_of(const Expression& expression, Position where) {
        try {
            return evaluate(expression, [&](const Expression& part) {
                if (part.kind == Expression::Kind::size_of) {
                    const Type& type = Parser(part.text, file_, all_).one_type();
                    const Extent extent = size_of(type, where, part.text);
                    return std::optional(static_cast<std::int64_t>(extent.size));
                }
                const auto found = values_.find(part.text);
                if (part.kind != Expression::Kind::name || found == values_.end()) {
                    throw UnknownName{text_of(part)};
                }
                return std::optional(found->second);
            });
        } catch (const SyntaxError&) {
            throw;
        } catch (const Error& error) {
            fail(where, error.what());
        }
    }

    std::int64_t known_value(const Expression& expression, Position where) {
        try {
            return value_of(expression, where);
        } catch (const UnknownName& unknown) {
            std::vector<std::string> known;
            for (const auto& [each, value] : values_)
                known.push_back(each);
            const std::string near = detail::did_you_mean(detail::nearest(unknown.name, known, 2));
            fail(where,
                 "the value of `" + unknown.name + "` is not known here. " +
                     (near.empty() ? "Declare it before: `const int " + unknown.name + " = 1;`."
                                   : near));
        }
    }

    std::int64_t constant_value() {
        const Position where = here();
        return known_value(expression(), where);
    }

    Extent size_of(const Type& type, Position where, const std::string& what) {
        try {
            return extent_of(type, all_.target);
        } catch (const SyntaxError&) {
            throw;
        } catch (const Error& error) {
            fail(where, "`" + what + "`: " + error.what());
        }
    }

    /// A type with a size, where one is needed.
    void complete(const Type& declared, Position where, const std::string& what) {
        const Type* type = &meaning(declared);
        while (type->kind == TypeKind::array)
            type = &meaning(*type->of);
        const std::string named = what.empty() ? "this" : "`" + what + "`";
        if (is_void(*type)) fail(where, named + " cannot be void: write `void *` for a pointer");
        if (type->kind == TypeKind::function) {
            fail(where, named + " cannot be a function: write a pointer, `(*" +
                            (what.empty() ? "f" : what) + ")(...)`");
        }
        if (type->kind != TypeKind::record || type->is_complete) return;
        const std::string record = "`" + declaration(*type, "") + "`";
        if (open_.count(type) != 0) {
            fail(where, record + " contains itself in " + named + ": use a pointer to it");
        }
        fail(where, named + " is " + record +
                        ", whose members are not declared: declare them "
                        "before, or use a pointer to it");
    }

    const Type& read_type_name() {
        const Position where = here();
        const Specifiers specifiers = read_specifiers(Within::type_name);
        if (specifiers.defines) fail(where, "a type without a tag has no name here: use a tag");
        return *read_declared(specifiers, Within::type_name).type;
    }
    std::string type_name() override { return declaration(read_type_name(), ""); }

    Interface& all_;
    std::map<std::string, Position, std::less<>> names_{};  ///< all but tags
    std::map<std::string, std::int64_t, std::less<>> values_{};
    std::set<const Type*> open_{};  ///< records whose members are being read
    std::vector<std::uint32_t> packs_{};
    std::uint32_t pack_ = 0;
    int externs_ = 0;  ///< `extern "C" {`
    bool has_declarations_ = false;
    bool is_alone_ = false;
};

}  // namespace

Interface parse(std::string_view text, const std::string& file, Target target) {
    Interface made(target);
    made.file = file;
    Parser(text, file, made).file_text();
    return made;
}

Interface parse_declaration(std::string_view text, Target target) {
    Interface made(target);
    made.file = "declaration";
    Parser(text, made.file, made).one_declaration();
    return made;
}

const Type& parse_type(std::string_view text, Interface& scope) {
    return Parser(text, "type", scope).one_type();
}

}  // namespace bridge32::interfaces
