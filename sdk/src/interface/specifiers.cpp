// What stands before declarators: storage, qualifiers, conventions, the type.
#include <array>
#include <string>
#include <string_view>

#include "bridge32/internal/support/suggest.hpp"
#include "interface/c_words.hpp"
#include "interface/declaration_reader.hpp"

namespace bridge32::interfaces {

namespace {

std::string without_underscores(std::string_view word) {
    if (word.size() > 4 && word.starts_with("__") && word.ends_with("__")) {
        word = word.substr(2, word.size() - 4);
    }
    return std::string(word);
}

}  // namespace

bool DeclarationReader::is_type_start(std::size_t ahead) const {
    const Token& token = peek(ahead);
    if (token.kind != TokenKind::word) return false;
    return is_type_word(token.text) || token.text == "const" || token.text == "CONST" ||
           token.text == "struct" || token.text == "union" || token.text == "enum" ||
           is_ignored_word(token.text) || all_.alias(token.text) != nullptr;
}

Specifiers DeclarationReader::read_specifiers(Within place) {
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
        if (is_type_word(word)) {
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

bool DeclarationReader::storage(Specifiers& found, std::string_view word, Within place) {
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

bool DeclarationReader::qualifier(Specifiers& found, std::string_view word) {
    const bool is_const = is_const_word(word);
    if (!is_const && !is_ignored_word(word)) return false;
    found.is_const = found.is_const || is_const;
    take();
    return true;
}

bool DeclarationReader::attribute_words(Attributes& attributes, Convention& convention) {
    if (!at_word()) return false;
    const std::string_view word = peek().text;
    if (const auto known = convention_of_word(word)) {
        set(convention, *known, take().at);
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

void DeclarationReader::set(Convention& convention, Convention value, Position where) {
    if (convention != Convention::unstated && convention != value) {
        fail(where, "found two conventions of one function: keep one");
    }
    convention = value;
}

void DeclarationReader::aligned(Attributes& attributes, Position where, std::int64_t value) {
    if (value < 1 || value > 4096 || (value & (value - 1)) != 0) {
        fail(where, "an alignment is 1, 2, 4, ... up to 4096 bytes, not " + std::to_string(value));
    }
    Expression number;
    number.number = value;
    attributes.all.push_back({"aligned", {{number, std::nullopt}}, where});
}

void DeclarationReader::gnu_attribute(Attributes& attributes, Convention& convention) {
    const Position where = here();
    const std::string word = without_underscores(name("an attribute"));
    if (const auto known = convention_of_name(word)) return set(convention, *known, where);
    if (word == "regparm") {
        expect("(", "after regparm");
        const std::uint64_t registers = integer();
        if (registers > 3) fail(where, "regparm takes 0 to 3 registers");
        expect(")", "after the number of registers");
        static constexpr std::array<Convention, 4> kRegisters{
            Convention::cdecl_, Convention::regparm1, Convention::regparm2, Convention::regparm3};
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
    if (!is_ignored_attribute(word)) {
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

void DeclarationReader::unknown_type() {
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

}  // namespace bridge32::interfaces
