// Interface files: the version, `library`, and the declarations.
#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "interface/c_words.hpp"
#include "interface/declaration_reader.hpp"
#include "interface/rules.hpp"

namespace bridge32::interfaces {

namespace {

class Parser final : public DeclarationReader {
public:
    using DeclarationReader::DeclarationReader;

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

private:
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
    return DeclarationReader(text, "type", scope).one_type();
}

}  // namespace bridge32::interfaces
