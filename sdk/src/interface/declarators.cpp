// What stands around names: pointers, arrays, parameters.
#include <algorithm>
#include <iterator>
#include <utility>

#include "interface/c_words.hpp"
#include "interface/declaration_reader.hpp"

namespace bridge32::interfaces {

namespace {

constexpr std::size_t kMostAround = 64;  ///< pointers, arrays and functions of one declaration

}  // namespace

Declared DeclarationReader::read_declared(const Specifiers& specifiers, Within place) {
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

void DeclarationReader::late_attributes(Declared& declared) {
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

bool DeclarationReader::is_nested_declarator(Within place) const {
    if (at("*", 1) || at("(", 1)) return true;
    const Token& token = peek(1);
    if (token.kind != TokenKind::word) return false;
    if (convention_of_word(token.text)) return true;
    if (token.text == "__attribute__") return true;
    if (place == Within::file || place == Within::member) return !is_type_start(1);
    return !is_type_start(1) && !is_keyword(token.text) && at(")", 2);
}

void DeclarationReader::around(Declared& declared, Within place, bool is_nested) {
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
        const bool is_const = is_const_word(word);
        const Position where = here();
        if (is_const || is_ignored_word(word)) {
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
    const bool has_function = std::any_of(
        declared.around.begin() + static_cast<std::ptrdiff_t>(first_suffix), declared.around.end(),
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

void DeclarationReader::too_much() {
    fail(here(), "this declaration has more than " + std::to_string(kMostAround) +
                     " pointers, arrays and functions around its name");
}

void DeclarationReader::suffixes(Declared& declared) {
    for (;;) {
        Around one;
        one.at = here();
        if (at("[") && !at("[", 1)) {
            take();
            one.kind = TypeKind::array;
            while (at_word() &&
                   (at_word("static") || at_word("const") || is_ignored_word(peek().text))) {
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

Signature DeclarationReader::parameters() {
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

const Type& DeclarationReader::type_of(Declared& declared, const Type& base, Within place) {
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
        if (decayed.kind == TypeKind::array && !keeps_arrays_) {
            Expression length;
            length.number = static_cast<std::int64_t>(decayed.length);
            if (decayed.length != 0) add_count(declared, length, declared.at);
            if (const Attribute* const missing = type->attributes.find("missing")) {
                declared.attributes.all.push_back(*missing);
            }
            return all_.pointer_to(type->is_const ? all_.constant(*decayed.of) : *decayed.of);
        }
    }
    return *type;
}

const Type& DeclarationReader::array_parameter(Declared& declared, const Around& array,
                                               const Type& element) {
    complete(element, array.at, declared.name);
    if (!array.length && keeps_arrays_) return all_.array_of(element, 0);
    if (!array.length) return all_.pointer_to(element);
    Expression length = *array.length;
    try {
        const std::int64_t value = value_of(length, array.at);
        length = Expression{};
        length.number = value;
        if (value < 0) no_such_length(array.at, value);
        if (keeps_arrays_) return all_.array_of(element, static_cast<std::uint64_t>(value));
    } catch (const UnknownName&) {
    }
    const bool is_nothing = length.kind == Expression::Kind::number && length.number == 0;
    if (!is_nothing) add_count(declared, std::move(length), array.at);
    return all_.pointer_to(element);
}

void DeclarationReader::add_count(Declared& declared, Expression length, Position where) {
    if (declared.attributes.has("count") || declared.attributes.has("bytes")) return;
    declared.attributes.all.push_back({"count", {{std::move(length), std::nullopt}}, where});
}

void DeclarationReader::no_such_length(Position where, std::int64_t value) {
    fail(where, "an array cannot have " + std::to_string(value) + " elements");
}

std::uint64_t DeclarationReader::length_of(const Around& array, std::size_t i) {
    if (!array.length) {
        if (i == 0) return 0;
        fail(array.at, "found `[]`, expected a length: only the first one can be left out");
    }
    const std::int64_t value = known_value(*array.length, array.at);
    if (value < 0 || (value == 0 && i != 0)) no_such_length(array.at, value);
    return static_cast<std::uint64_t>(value);
}

const Type& DeclarationReader::read_type_name() {
    const Position where = here();
    const Specifiers specifiers = read_specifiers(Within::type_name);
    if (specifiers.defines) fail(where, "a type without a tag has no name here: use a tag");
    return *read_declared(specifiers, Within::type_name).type;
}

const Type& DeclarationReader::one_type() {
    const Type& type = read_type_name();
    if (peek().kind != TokenKind::end) expected("nothing after the type");
    return type;
}

}  // namespace bridge32::interfaces
