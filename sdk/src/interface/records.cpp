// Structs, unions and enumerations.
#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "interface/c_words.hpp"
#include "interface/declaration_reader.hpp"
#include "interface/writer.hpp"

namespace bridge32::interfaces {

Type& DeclarationReader::tagged(TypeKind kind, bool is_union, Position where) {
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

void DeclarationReader::defined_here(const Type& type) {
    if (type.name.empty()) return;
    const auto known = std::find(all_.types.rbegin(), all_.types.rend(), &type);
    if (known == all_.types.rbegin()) return;
    all_.types.erase(std::next(known).base());
    all_.types.push_back(&type);
}

void DeclarationReader::layout_attributes(Type& type, Attributes& given,
                                          std::vector<Member>& members) {
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

void DeclarationReader::type_attributes(Attributes& given, Convention& convention) {
    while (at_attributes() || attribute_words(given, convention)) {
        read_attributes(given);
    }
}

const Type& DeclarationReader::record(Specifiers& specifiers) {
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

void DeclarationReader::read_members(std::vector<Member>& members,
                                     std::set<std::string, std::less<>>& names) {
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

void DeclarationReader::note_names(const Member& member, std::set<std::string, std::less<>>& names,
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

void DeclarationReader::bits(Member& member, const Declared& declared) {
    const Position where = here();
    const Type& type = meaning(*declared.type);
    const bool is_scalar = type.kind == TypeKind::scalar && !is_real(type) &&
                           type.scalar != Scalar::void_ && type.scalar != Scalar::float_complex &&
                           type.scalar != Scalar::double_complex;
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

const Type& DeclarationReader::enumeration(Specifiers& specifiers) {
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

const Type& DeclarationReader::enumeration_type(const Type& type, Attributes& given) {
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

}  // namespace bridge32::interfaces
