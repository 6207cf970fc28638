#include "value.hpp"

#include <algorithm>
#include <array>
#include <complex>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "bridge32/internal/text/unicode.hpp"
#include "handles.hpp"
#include "interface/layout.hpp"
#include "lengths.hpp"
#include "memory.hpp"

namespace bridge32::ffi {

using interfaces::Attributes;
using interfaces::Member;
using interfaces::Scalar;
using interfaces::TextEncoding;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

/// Calls `visit` with the C++ type of a number.
template <class Visit>
decltype(auto) visit_form(Form form, const Visit& visit) {
    switch (form) {
        case Form::i8:
            return visit(std::int8_t{});
        case Form::u8:
            return visit(std::uint8_t{});
        case Form::i16:
            return visit(std::int16_t{});
        case Form::u16:
            return visit(std::uint16_t{});
        case Form::u32:
            return visit(std::uint32_t{});
        case Form::i64:
            return visit(std::int64_t{});
        case Form::u64:
            return visit(std::uint64_t{});
        case Form::f32:
            return visit(float{});
        case Form::f64:
            return visit(double{});
        case Form::f80:
            return visit(static_cast<long double>(0));
        case Form::c64:
            return visit(std::complex<float>{});
        case Form::c128:
            return visit(std::complex<double>{});
        case Form::boolean:
            return visit(bool{});
        default:
            return visit(std::int32_t{});
    }
}

Form integer_form(std::uint64_t size, bool is_signed) {
    const int width = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    return static_cast<Form>(2 * width + (is_signed ? 0 : 1));
}

Form form_of(Scalar scalar, std::uint64_t size) {
    switch (scalar) {
        case Scalar::bool_:
            return Form::boolean;
        case Scalar::float_:
            return Form::f32;
        case Scalar::double_:
            return Form::f64;
        case Scalar::long_double:
            return size == 8 ? Form::f64 : Form::f80;
        case Scalar::float_complex:
            return Form::c64;
        case Scalar::double_complex:
            return Form::c128;
        case Scalar::char_:
        case Scalar::signed_char:
        case Scalar::short_:
        case Scalar::int_:
        case Scalar::long_:
        case Scalar::long_long:
        case Scalar::signed_size:
            return integer_form(size, true);
        case Scalar::wchar:
            return integer_form(size, size == 4);  // int on Linux, unsigned short on Windows
        default:
            return integer_form(size, false);
    }
}

/// Why nothing is known of values of a type, or of what it points to: `FILE *`.
std::string_view missing_in(const Type& type) {
    const Type* at = &type;
    while (at->kind == TypeKind::alias || at->kind == TypeKind::pointer ||
           at->kind == TypeKind::array) {
        if (at->attributes.has("missing")) {
            return at->attributes.text("missing");
        }
        at = at->of;
    }
    return {};
}

std::string spelled(const Type& type) { return interfaces::declaration(type, ""); }

void add_variant(Value& value, const Type& record, const Member& member, std::uint32_t offset,
                 const Context& context) {
    const std::string_view tag = member.attributes.text("switch");
    const auto found = std::find_if(value.members.begin(), value.members.end(),
                                    [&](const MemberValue& its) { return its.name == tag; });
    const Type& its = interfaces::meaning(*member.type);
    if (found == value.members.end() || !found->value->is_integer() ||
        its.kind != TypeKind::record || !its.is_union) {
        throw Refusal("`switch(" + std::string(tag) + ")` must name an integer of `" +
                      spelled(record) + "` before it, for a union");
    }
    MemberValue made;
    made.name = member.name;
    made.offset = offset;
    made.tag = static_cast<std::size_t>(found - value.members.begin());
    made.value = std::make_unique<const Value>(variant_of(its, context));
    value.members.push_back(std::move(made));
}

void add_members(Value& value, const Type& record, std::uint32_t base, const Context& context) {
    const auto layout = interfaces::layout_of(record, context.target);
    for (std::size_t i = 0; i < record.members.size(); ++i) {
        const Member& member = record.members[i];
        const auto& place = layout.places[i];
        const auto offset = base + static_cast<std::uint32_t>(place.offset);
        if (member.bits && member.name.empty()) {
            continue;  // padding
        }
        if (member.name.empty()) {
            const Type& inner = interfaces::meaning(*member.type);
            if (inner.is_union) {
                throw Refusal("`" + spelled(record) + "` has an unnamed union in it");
            }
            add_members(value, inner, offset, context);
            continue;
        }
        try {
            if (member.attributes.has("switch")) {
                add_variant(value, record, member, offset, context);
                continue;
            }
            Value its = value_of(member, context);
            if (member.bits && place.unit != 0) {
                const bool is_signed = its.form == Form::i8 || its.form == Form::i16 ||
                                       its.form == Form::i32 || its.form == Form::i64;
                its.base = its.form;
                if (its.form != Form::enumeration) {
                    its.form = integer_form(place.unit, is_signed);
                }
                its.size = place.unit;
            }
            value.members.push_back({member.name,
                                     offset,
                                     member.bits ? *member.bits : 0,
                                     place.bit_offset,
                                     member.attributes.has("sizeof"),
                                     0,
                                     {},
                                     std::make_unique<const Value>(std::move(its))});
        } catch (const Refusal& refusal) {
            throw Refusal("member `" + member.name + "`: " + refusal.what());
        }
    }
}

/// Finds the members that say how long the counted ones are.
void find_counts(Value& value) {
    for (MemberValue& counted : value.members) {
        if (counted.value->form != Form::counted) {
            continue;
        }
        const auto found =
            std::find_if(value.members.begin(), value.members.end(), [&](const MemberValue& its) {
                return its.name == counted.value->counted_by && its.bits == 0 &&
                       its.value->is_integer();
            });
        if (found == value.members.end()) {
            throw Refusal("member `" + counted.name +
                          "`: its length must be an integer member of "
                          "the same struct");
        }
        counted.tag = static_cast<std::size_t>(found - value.members.begin());
    }
}

[[noreturn]] void throw_no_enumerator(std::string_view name, const Type& type) {
    std::vector<std::string> names;
    for (const auto& enumerator : type.enumerators) {
        names.push_back(enumerator.name);
    }
    const std::string hint = detail::did_you_mean(detail::nearest(name, names));
    throw CodecError("`" + std::string(name.substr(0, 60)) + "` is not in `" + spelled(type) + "`" +
                     (hint.empty() ? "" : ". " + hint));
}

/// An enumeration's name or number.
std::int64_t read_enumeration(Decoder& in, const Value& value) {
    if (in.peek() != Kind::string) {
        std::byte number[8]{};
        visit_form(value.base, [&]<class T>(T) { store(number, in.value<T>()); });
        return visit_form(value.base, [&]<class T>(T) -> std::int64_t {
            if constexpr (std::is_integral_v<T>) {
                return static_cast<std::int64_t>(load<T>(number));
            } else {
                return 0;
            }
        });
    }
    std::string scratch;
    const std::string_view name = in.reader().read_string(scratch);
    for (const auto& enumerator : value.enumeration->enumerators) {
        if (enumerator.name == name) {
            return enumerator.value;
        }
    }
    throw_no_enumerator(name, *value.enumeration);
}

// -- bit-fields --

std::uint64_t unit_at(const MemberValue& member, const std::byte* at) {
    std::uint64_t unit = 0;
    std::memcpy(&unit, at, member.value->size);
    return unit;
}

bool is_signed_field(const Value& value) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    return form == Form::i8 || form == Form::i16 || form == Form::i32 || form == Form::i64;
}

std::int64_t field_at(const MemberValue& member, const std::byte* at) {
    const std::uint64_t up = unit_at(member, at) << (64 - member.bits - member.bit_offset);
    const unsigned down = 64 - member.bits;
    return is_signed_field(*member.value) ? static_cast<std::int64_t>(up) >> down
                                          : static_cast<std::int64_t>(up >> down);
}

void set_field(const MemberValue& member, std::int64_t number, std::byte* at) {
    const std::uint64_t mask = (~std::uint64_t{0} >> (64 - member.bits)) << member.bit_offset;
    const std::uint64_t bits = static_cast<std::uint64_t>(number) << member.bit_offset & mask;
    const std::uint64_t unit = (unit_at(member, at) & ~mask) | bits;
    std::memcpy(at, &unit, member.value->size);
    if (field_at(member, at) != number) {
        throw CodecError(std::to_string(number) + " does not fit in " +
                         std::to_string(member.bits) + " bits");
    }
}

// -- records --

std::int64_t member_number(const MemberValue& member, const std::byte* record) {
    const std::byte* const at = record + member.offset;
    return member.bits != 0 ? field_at(member, at) : integer_at(*member.value, at);
}

/// What the other member says of a union in a struct.
std::int64_t tag_of(const Value& record, const MemberValue& variant, const std::byte* at) {
    return member_number(record.members[variant.tag], at);
}

void read_member(Decoder& in, const MemberValue& member, std::byte* to, Exchange& exchange) {
    std::byte* const at = to + member.offset;
    if (member.bits == 0) {
        read_value(in, *member.value, at, exchange);
    } else if (member.value->form == Form::enumeration) {
        set_field(member, read_enumeration(in, *member.value), at);
    } else if (in.peek() == Kind::boolean && member.bits == 1) {
        set_field(member, in.reader().read_bool() ? (is_signed_field(*member.value) ? -1 : 1) : 0,
                  at);
    } else {
        set_field(member, in.value<std::int64_t>(), at);
    }
}

/// Reads any number of elements into memory of the call's.
std::size_t read_elements(Decoder& in, const Value& element, std::byte*& to, Exchange& exchange) {
    if (element.is_number() && in.tag() != detail::Tag::none) {
        const detail::ArrayView view = array_of(in, element);
        to = exchange.memory.take(view.count * element.size);
        detail::convert_elements(view, 0, view.count, dtype_of(element.form), to);
        return view.count;
    }
    std::size_t count = 0;
    std::size_t room = 4;
    to = exchange.memory.take(room * element.size);
    in.reader().enter_array();
    for (; in.reader().next_element(); ++count) {
        if (count == room) {
            std::byte* const larger = exchange.memory.take(2 * room * element.size);
            std::memcpy(larger, to, room * element.size);
            to = larger;
            room *= 2;
        }
        detail::at_index(count,
                         [&] { read_value(in, element, to + count * element.size, exchange); });
    }
    return count;
}

/// Reads what a counted member points to, and returns its length as the other member says it.
std::int64_t read_counted(Decoder& in, const Value& value, std::byte* to, Exchange& exchange) {
    std::byte* elements = nullptr;
    std::size_t count = 0;
    if (value.nullable && in.peek() == Kind::null) {
        in.reader().read_null();
    } else {
        count = read_elements(in, *value.element, elements, exchange);
    }
    store(to, elements);
    return static_cast<std::int64_t>(count * (value.in_bytes ? value.element->size : 1));
}

void write_counted(Encoder& out, const Value& value, std::int64_t count, const std::byte* from,
                   Exchange& exchange) {
    const auto* const elements = load<const std::byte*>(from);
    if (elements == nullptr) {
        return out.value(nullptr);
    }
    if (count < 0 || count > std::numeric_limits<std::int32_t>::max()) {
        throw CodecError("its length is " + std::to_string(count));
    }
    const auto size = static_cast<std::size_t>(count);
    write_elements(out, *value.element, false, elements,
                   value.in_bytes ? size / value.element->size : size, exchange);
}

/// Sets the members that count others, or compares them with what the client said.
void set_counts(const Value& value, const std::vector<std::int64_t>& counts,
                std::vector<bool>& given, std::byte* to) {
    for (std::size_t i = 0; i < value.members.size(); ++i) {
        if (value.members[i].value->form != Form::counted || !given[i]) {
            continue;
        }
        const MemberValue& number = value.members[value.members[i].tag];
        if (!given[value.members[i].tag]) {
            set_integer(*number.value, counts[i], to + number.offset);
            given[value.members[i].tag] = true;
        } else if (member_number(number, to) != counts[i]) {
            throw CodecError("the member `" + number.name + "` is " +
                             std::to_string(member_number(number, to)) + ", but `" +
                             value.members[i].name + "` has " + std::to_string(counts[i]));
        }
    }
}

void read_record(Decoder& in, const Value& value, std::byte* to, Exchange& exchange) {
    if (in.peek() != Kind::object) {
        throw in.expected("an object with the struct's members");
    }
    std::memset(to, 0, value.size);
    set_sizes(value, to);
    std::vector<bool> given(value.members.size());
    std::vector<const MemberValue*> chosen(value.members.size());
    std::vector<std::int64_t> counts(value.members.size());
    in.reader().enter_object();
    while (const auto key = in.next_key()) {
        std::size_t i = 0;
        while (i < value.members.size() && value.members[i].name != *key) {
            ++i;
        }
        if (i == value.members.size()) {
            std::vector<std::string> names;
            for (const MemberValue& member : value.members) {
                names.push_back(member.name);
            }
            throw CodecError("the struct has no member `" + std::string(key->substr(0, 60)) +
                             "`; it has " + detail::quoted_list(names, "and"));
        }
        if (given[i]) {
            throw CodecError("the member `" + value.members[i].name + "` is there twice");
        }
        given[i] = true;
        try {
            if (value.members[i].value->form == Form::variant) {
                chosen[i] = read_variant(in, *value.members[i].value, to + value.members[i].offset,
                                         exchange);
            } else if (value.members[i].value->form == Form::counted) {
                counts[i] = read_counted(in, *value.members[i].value, to + value.members[i].offset,
                                         exchange);
            } else {
                read_member(in, value.members[i], to, exchange);
            }
        } catch (const CodecError& error) {
            throw CodecError("member `" + value.members[i].name + "`: " + error.what());
        }
    }
    set_counts(value, counts, given, to);
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!given[i] && !value.members[i].is_size) {
            throw CodecError("the member `" + value.members[i].name + "` is missing");
        }
        if (value.members[i].value->form == Form::variant) {
            require_in_variant(*value.members[i].value, tag_of(value, value.members[i], to),
                               chosen[i], "the member `" + value.members[i].name + "`",
                               value.members[value.members[i].tag].name);
        }
    }
}

void write_record(Encoder& out, const Value& value, const std::byte* from, Exchange& exchange) {
    out.begin_object();
    for (const MemberValue& member : value.members) {
        out.key(member.name);
        if (member.bits != 0) {
            out.value(field_at(member, from + member.offset));
        } else if (member.value->form == Form::variant) {
            write_variant(out, *member.value, tag_of(value, member, from), from + member.offset,
                          exchange);
        } else {
            try {
                if (member.value->form == Form::counted) {
                    write_counted(out, *member.value,
                                  member_number(value.members[member.tag], from),
                                  from + member.offset, exchange);
                } else {
                    write_value(out, *member.value, from + member.offset, exchange);
                }
            } catch (const CodecError& error) {
                throw CodecError("member `" + member.name + "`: " + error.what());
            }
        }
    }
    out.end_object();
}

std::u32string wide32(std::string_view text) {
    std::u32string units;
    detail::for_each_utf8(text, [&](char32_t c, std::size_t) { units += c; });
    return units;
}

}  // namespace

CodePage Context::page(const Attributes& attributes) const {
    const auto page_of = [this](TextEncoding encoding) {
        switch (encoding) {
            case TextEncoding::utf8:
                return CodePage::utf8;
            case TextEncoding::windows_1252:
                return CodePage::windows_1252;
            case TextEncoding::windows_1251:
                return CodePage::windows_1251;
            case TextEncoding::latin_1:
                return CodePage::latin1;
            case TextEncoding::system:
                break;
        }
        return target.platform == interfaces::Platform::windows_ ? CodePage::ansi : CodePage::utf8;
    };
    const std::string_view name = attributes.text("text");
    if (name.empty()) {
        return page_of(file.library.text);
    }
    constexpr std::pair<std::string_view, TextEncoding> kAll[]{
        {"utf8", TextEncoding::utf8},
        {"system", TextEncoding::system},
        {"windows_1252", TextEncoding::windows_1252},
        {"windows_1251", TextEncoding::windows_1251},
        {"latin_1", TextEncoding::latin_1}};
    for (const auto& [its, encoding] : kAll) {
        if (its == name) {
            return page_of(encoding);
        }
    }
    throw Refusal("`text(" + std::string(name) +
                  ")`: write utf8, system, windows_1252, windows_1251 or latin_1");
}

std::uint32_t character_size(const Type& type, const Context& context) {
    const Type& its = interfaces::meaning(type);
    if (its.kind != TypeKind::scalar) {
        return 0;
    }
    switch (its.scalar) {
        case Scalar::char_:
            return 1;
        case Scalar::wchar:
            return context.target.platform == interfaces::Platform::windows_ ? 2 : 4;
        case Scalar::char16:
            return 2;
        case Scalar::char32:
            return 4;
        default:
            return 0;
    }
}

bool is_handle(const Type& type, const Attributes& attributes, HandleKind& kind) {
    const Type* alias = nullptr;
    const Type* at = &type;
    std::string_view name;
    std::string_view free = attributes.text("free");
    bool marked = attributes.has("handle");
    for (; at->kind == TypeKind::alias; at = at->of) {
        if (name.empty()) {
            name = at->name;
        }
        if (at->attributes.has("handle")) {
            marked = true;
            name = at->name;
            alias = at;
            if (free.empty()) {
                free = at->attributes.text("free");
            }
        }
    }
    const Type& its = interfaces::meaning(*at);
    const Type* record = nullptr;
    if (its.kind == TypeKind::pointer) {
        const Type& pointee = interfaces::meaning(*its.of);
        if (pointee.kind == TypeKind::record) {
            record = &pointee;
            marked = marked || !pointee.is_complete;
            for (const Type* of = its.of; free.empty() && of->kind == TypeKind::alias;
                 of = of->of) {
                free = of->attributes.text("free");  // typedef struct v v [[free(f)]];
            }
            if (free.empty()) {
                free = pointee.attributes.text("free");
            }
            if (name.empty()) {
                name = its.of->kind == TypeKind::alias && !its.of->name.empty() ? its.of->name
                                                                                : pointee.name;
            }
        }
    }
    if (!marked) {
        return false;
    }
    kind.tag = record != nullptr ? record : alias != nullptr ? alias : &its;
    kind.name = name.empty() ? "handle" : std::string(name);
    kind.free = std::string(free);
    kind.is_number = its.kind != TypeKind::pointer;
    return true;
}

Attributes with_alias(const Type& type, const Attributes& own) {
    Attributes all = own;
    for (const Type* at = &type; at->kind == TypeKind::alias; at = at->of) {
        for (const auto& attribute : at->attributes.all) {
            if (attribute.name != "doc" && !all.has(attribute.name)) {
                all.all.push_back(attribute);
            }
        }
    }
    return all;
}

Value text_of(std::uint32_t unit, const Attributes& attributes, const Context& context) {
    Value value;
    value.form = Form::text;
    value.unit = unit;
    value.page = unit == 1 ? context.page(attributes) : CodePage::utf8;
    value.nullable = attributes.has("optional");
    return value;
}

bool is_const(const Type& type) {
    const Type* at = &type;
    while (!at->is_const && (at->kind == TypeKind::alias || at->kind == TypeKind::array)) {
        at = at->of;
    }
    return at->is_const;
}

Value variant_of(const Type& type, const Context& context) {
    const Type& its = interfaces::meaning(type);
    Value variant;
    const auto extent = interfaces::extent_of(its, context.target);
    variant.form = Form::variant;
    variant.size = static_cast<std::uint32_t>(extent.size);
    variant.align = static_cast<std::uint32_t>(extent.align);
    for (const Member& one : its.members) {
        const auto* const cases = one.attributes.find("case");
        if (one.name.empty() || one.bits || cases == nullptr) {
            throw Refusal("the union's members need names and `case(…)`");
        }
        MemberValue made;
        made.name = one.name;
        for (const auto& its_case : cases->arguments) {
            made.cases.push_back(
                interfaces::evaluate(its_case.expression.value(), [&](const auto& expression) {
                    return constant_of(context.file, expression.text);
                }));
        }
        made.value = std::make_unique<const Value>(value_of(*one.type, one.attributes, context));
        variant.members.push_back(std::move(made));
    }
    return variant;
}

Value value_of(const Type& type, const Attributes& attributes, const Context& context) {
    Value value;
    const Type& its = interfaces::meaning(type);
    if (const std::string_view why = missing_in(type); !why.empty() && !attributes.has("handle")) {
        throw Refusal(std::string(why));
    }
    if (is_handle(type, attributes, value.handle)) {
        value.form = Form::handle;
        value.nullable = attributes.has("optional");
        if (its.kind != TypeKind::pointer && interfaces::extent_of(its, context.target).size != 4) {
            throw Refusal("a handle of type `" + spelled(type) + "` is not as large as a pointer");
        }
        return value;
    }
    switch (its.kind) {
        case TypeKind::scalar: {
            if (its.scalar == Scalar::void_) {
                throw Refusal("void is no value");
            }
            if (its.scalar == Scalar::long_double &&
                context.target.platform == interfaces::Platform::windows_) {
                throw Refusal(
                    "compilers for Windows differ in what `long double` is: write double for that "
                    "of Visual C++");
            }
            const auto extent = interfaces::extent_of(its, context.target);
            value.form = form_of(its.scalar, extent.size);
            value.size = static_cast<std::uint32_t>(extent.size);
            value.align = static_cast<std::uint32_t>(extent.align);
            return value;
        }
        case TypeKind::enumeration: {
            const auto extent = interfaces::extent_of(its, context.target);
            value.form = Form::enumeration;
            value.enumeration = &its;
            value.size = static_cast<std::uint32_t>(extent.size);
            value.align = static_cast<std::uint32_t>(extent.align);
            value.base = integer_form(extent.size, true);
            if (its.of != nullptr) {
                const Type& integer = interfaces::meaning(*its.of);
                value.base = form_of(integer.scalar, extent.size);
            }
            return value;
        }
        case TypeKind::pointer:
            if (const std::uint32_t unit = character_size(*its.of, context)) {
                return text_of(unit, attributes, context);
            }
            throw Refusal("`" + spelled(type) +
                          "` is a pointer that nothing is known of: is it a handle?");
        case TypeKind::array: {
            const auto extent = interfaces::extent_of(its, context.target);
            value.count = static_cast<std::uint32_t>(its.length);
            value.size = static_cast<std::uint32_t>(extent.size);
            value.align = static_cast<std::uint32_t>(extent.align);
            if (value.count == 0) {
                throw Refusal("the array `" + spelled(type) + "` has no length");
            }
            if (const std::uint32_t unit = character_size(*its.of, context)) {
                value.form = Form::characters;
                value.unit = unit;
                value.page = unit == 1 ? context.page(attributes) : CodePage::utf8;
                return value;
            }
            value.form = Form::array;
            value.element = std::make_unique<const Value>(value_of(*its.of, attributes, context));
            return value;
        }
        case TypeKind::record: {
            if (!its.is_complete) {
                throw Refusal("`" + spelled(type) + "` is declared only; its members are unknown");
            }
            if (its.is_union) {
                throw Refusal("`" + spelled(type) +
                              "` is a union, and nothing says which member counts");
            }
            const auto extent = interfaces::extent_of(its, context.target);
            value.form = Form::record;
            value.size = static_cast<std::uint32_t>(extent.size);
            value.align = static_cast<std::uint32_t>(extent.align);
            add_members(value, its, 0, context);
            find_counts(value);
            return value;
        }
        case TypeKind::function:
        case TypeKind::alias:
            break;
    }
    throw Refusal("`" + spelled(type) + "` is no value");
}

Value value_of(const Member& member, const Context& context) {
    const Attributes attributes = with_alias(*member.type, member.attributes);
    const Type& its = interfaces::meaning(*member.type);
    const bool in_bytes = attributes.has("bytes");
    if (its.kind != TypeKind::pointer || (!in_bytes && !attributes.has("count")) ||
        attributes.has("string") || attributes.has("handle")) {
        return value_of(*member.type, attributes, context);
    }
    Value element;
    element.form = Form::u8;  // of void*
    element.size = element.align = 1;
    const Type& pointee = interfaces::meaning(*its.of);
    if (pointee.kind != TypeKind::scalar || pointee.scalar != Scalar::void_) {
        element = value_of(*its.of, {}, context);
    }
    if (element.is_number()) {
        static_cast<void>(dtype_of(element.form));
    }
    Value value;
    value.form = Form::counted;
    value.in_bytes = in_bytes;
    const auto& length = attributes.find(in_bytes ? "bytes" : "count")->arguments;
    if (length.size() == 1 && length.front().expression &&
        length.front().expression->kind == interfaces::Expression::Kind::name) {
        value.counted_by = length.front().expression->text;
    }
    value.nullable = attributes.has("optional");
    value.element = std::make_unique<const Value>(std::move(element));
    return value;
}

detail::Dtype dtype_of(Form form) {
    switch (form) {
        case Form::boolean:
            return detail::Dtype::b1;
        case Form::f32:
            return detail::Dtype::f4;
        case Form::f64:
            return detail::Dtype::f8;
        case Form::c64:
            return detail::Dtype::c8;
        case Form::c128:
            return detail::Dtype::c16;
        default:
            if (form <= Form::u64) {
                return static_cast<detail::Dtype>(static_cast<int>(detail::Dtype::i1) +
                                                  static_cast<int>(form));
            }
            throw Refusal("arrays of this type are not supported");
    }
}

std::size_t count_to_zero(const Value& element, const std::byte* from) {
    std::size_t n = 0;
    while (integer_at(element, from + n * element.size) != 0) {
        ++n;
    }
    return n;
}

void set_sizes(const Value& value, std::byte* to) {
    for (const MemberValue& member : value.members) {
        if (member.is_size) {
            set_integer(*member.value, value.size, to + member.offset);
        }
        if (member.value->form == Form::record) {
            set_sizes(*member.value, to + member.offset);
        }
    }
}

std::int64_t integer_at(const Value& value, const std::byte* from) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    if (form == Form::handle || form == Form::text) {
        return load<std::int32_t>(from);  // INVALID_HANDLE_VALUE is -1
    }
    return visit_form(form, [&]<class T>(T) -> std::int64_t {
        if constexpr (std::is_integral_v<T>) {
            return static_cast<std::int64_t>(load<T>(from));
        } else {
            throw Error("an expression uses a number that is no integer");
        }
    });
}

void set_integer(const Value& value, std::int64_t number, std::byte* to) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    visit_form(form, [&]<class T>(T) {
        if constexpr (std::is_integral_v<T>) {
            if (!std::in_range<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>>(
                    number)) {
                throw CodecError(std::to_string(number) + " does not fit in " +
                                 std::to_string(8 * sizeof(T)) + " bits");
            }
            store(to, static_cast<T>(number));
        }
    });
}

void widen(const Value& value, std::byte* word) {
    const Form form = value.form == Form::enumeration ? value.base : value.form;
    if (form == Form::boolean || form < Form::i32) {
        store(word, static_cast<std::int32_t>(integer_at(value, word)));
    }
}

std::size_t text_length(const std::byte* from, std::uint32_t unit, std::size_t most) {
    std::size_t n = 0;
    while (n < most && (unit == 1   ? load<char>(from + n) != 0
                        : unit == 2 ? load<char16_t>(from + 2 * n) != 0
                                    : load<char32_t>(from + 4 * n) != 0)) {
        ++n;
    }
    return n;
}

std::string decode_text(const std::byte* from, std::size_t count, std::uint32_t unit,
                        CodePage page) {
    if (unit == 1) {
        const std::string_view bytes(reinterpret_cast<const char*>(from), count);
        return page == CodePage::utf8 ? std::string(bytes) : to_utf8(bytes, page);
    }
    if (unit == 2) {
        std::u16string units(count, u'\0');
        std::memcpy(units.data(), from, 2 * count);
        return detail::utf16_to_utf8(units);
    }
    std::u32string units(count, U'\0');
    std::memcpy(units.data(), from, 4 * count);
    return detail::utf32_to_utf8(units);
}

std::byte* encode_text(std::string_view text, std::uint32_t unit, CodePage page, Memory& memory,
                       std::size_t& size) {
    if (text.find('\0') != std::string_view::npos) {
        throw CodecError("the string contains a zero byte, which would end a C string");
    }
    const auto copy = [&](const void* data, std::size_t count) {
        size = count;
        std::byte* const to = memory.take((count + 1) * unit);
        std::memcpy(to, data, count * unit);
        std::memset(to + count * unit, 0, unit);
        return to;
    };
    if (unit == 2) {
        const std::u16string units = detail::utf8_to_utf16(text);
        return copy(units.data(), units.size());
    }
    if (unit == 4) {
        const std::u32string units = wide32(text);
        return copy(units.data(), units.size());
    }
    if (page == CodePage::utf8) {
        return copy(text.data(), text.size());
    }
    const std::string bytes = from_utf8(text, page);
    return copy(bytes.data(), bytes.size());
}

detail::ArrayView array_of(Decoder& in, const Value& element) {
    const bool is_bytes = in.tag() == detail::Tag::bytes;
    detail::ArrayView view = detail::read_array(in, element.size == 1);
    if (is_bytes && element.form == Form::i8) {
        view.dtype = detail::Dtype::i1;
    }
    require_room(view.count, element);
    return view;
}

void require_room(std::size_t count, const Value& element) {
    if (count > std::size_t{0x7fffffff} / std::max(element.size, 1u)) {
        throw CodecError(std::to_string(count) + " elements of " + std::to_string(element.size) +
                         " bytes are more than a 32-bit process can have");
    }
}

void read_value(Decoder& in, const Value& value, std::byte* to, Exchange& exchange) {
    switch (value.form) {
        case Form::i32:
            return store(to, in.value<std::int32_t>());
        case Form::f64:
            return store(to, in.value<double>());
        case Form::enumeration:
            return set_integer(value, read_enumeration(in, value), to);
        case Form::text: {
            if (value.nullable && in.peek() == Kind::null) {
                in.reader().read_null();
                return store(to, std::uint32_t{0});
            }
            std::string scratch;
            std::size_t size = 0;
            const std::byte* const text = encode_text(detail::read_string(in, scratch), value.unit,
                                                      value.page, exchange.memory, size);
            return store(to, text);
        }
        case Form::characters:
            return fill_text(in, value, value.count, to, exchange);
        case Form::handle: {
            if (value.nullable && in.peek() == Kind::null) {
                in.reader().read_null();
                return store(to, std::uint32_t{0});
            }
            return store(to, exchange.handles.read(in, value.handle, exchange.memory));
        }
        case Form::array:
            return fill_elements(in, *value.element, value.count, to, exchange);
        case Form::record:
            return read_record(in, value, to, exchange);
        default:
            visit_form(value.form, [&]<class T>(T) { store(to, in.value<T>()); });
    }
}

void fill_elements(Decoder& in, const Value& element, std::size_t count, std::byte* to,
                   Exchange& exchange) {
    if (element.is_number() && in.tag() != detail::Tag::none) {
        const detail::ArrayView view = array_of(in, element);
        detail::require_size(count, view.count);
        return detail::convert_elements(view, 0, view.count, dtype_of(element.form), to);
    }
    std::size_t i = 0;
    in.reader().enter_array();
    for (; in.reader().next_element(); ++i) {
        if (i == count) {
            throw CodecError("expected " + std::to_string(count) + " elements, found more");
        }
        detail::at_index(i, [&] { read_value(in, element, to + i * element.size, exchange); });
    }
    detail::require_size(count, i);
}

void fill_text(Decoder& in, const Value& value, std::size_t count, std::byte* to,
               Exchange& exchange) {
    std::string scratch;
    std::size_t size = 0;
    const std::byte* const text = encode_text(detail::read_string(in, scratch), value.unit,
                                              value.page, exchange.memory, size);
    if (size >= count) {
        throw CodecError("the text has " + std::to_string(size) +
                         " characters; there is room for " +
                         std::to_string(count == 0 ? 0 : count - 1));
    }
    std::memset(to, 0, count * value.unit);
    std::memcpy(to, text, size * value.unit);
}

void write_value(Encoder& out, const Value& value, const std::byte* from, Exchange& exchange) {
    switch (value.form) {
        case Form::i32:
            return out.value(load<std::int32_t>(from));
        case Form::f64:
            return out.value(load<double>(from));
        case Form::enumeration:
            return out.value(integer_at(value, from));
        case Form::text: {
            const auto* const text = load<const std::byte*>(from);
            if (text == nullptr) {
                return out.value(nullptr);
            }
            return out.value(decode_text(
                text, text_length(text, value.unit, (std::numeric_limits<std::size_t>::max)()),
                value.unit, value.page));
        }
        case Form::characters:
            return out.value(decode_text(from, text_length(from, value.unit, value.count),
                                         value.unit, value.page));
        case Form::handle:
            return exchange.handles.write(out, load<std::uint32_t>(from), value.handle,
                                          exchange.borrowed);
        case Form::array:
            out.begin_array();
            for (std::size_t i = 0; i < value.count; ++i) {
                out.next();
                write_value(out, *value.element, from + i * value.element->size, exchange);
            }
            return out.end_array();
        case Form::record:
            return write_record(out, value, from, exchange);
        case Form::boolean:
            return out.value(load<std::uint8_t>(from) != 0);
        default:
            visit_form(value.form, [&]<class T>(T) { out.value(load<T>(from)); });
    }
}

const MemberValue* in_variant(const Value& variant, std::int64_t tag) {
    for (const MemberValue& one : variant.members) {
        if (std::find(one.cases.begin(), one.cases.end(), tag) != one.cases.end()) {
            return &one;
        }
    }
    return nullptr;
}

const MemberValue* read_variant(Decoder& in, const Value& variant, std::byte* to,
                                Exchange& exchange) {
    if (in.peek() == Kind::null) {
        in.reader().read_null();
        return nullptr;
    }
    if (in.peek() != Kind::object) {
        throw in.expected("an object with one member of the union");
    }
    const MemberValue* found = nullptr;
    in.reader().enter_object();
    while (const auto key = in.next_key()) {
        if (found != nullptr) {
            throw CodecError("a union has one member at a time");
        }
        for (const MemberValue& one : variant.members) {
            found = one.name == *key ? &one : found;
        }
        if (found == nullptr) {
            throw CodecError("the union has no member `" + std::string(key->substr(0, 60)) + "`");
        }
        read_value(in, *found->value, to, exchange);
    }
    return found;
}

void require_in_variant(const Value& variant, std::int64_t tag, const MemberValue* read,
                        const std::string& what, const std::string& tag_name) {
    const MemberValue* const wanted = in_variant(variant, tag);
    if (read != wanted) {
        throw CodecError(what + " must be " +
                         (wanted == nullptr ? "null" : "`" + wanted->name + "`") + ", as `" +
                         tag_name + "` says");
    }
}

void write_variant(Encoder& out, const Value& variant, std::int64_t tag, const std::byte* from,
                   Exchange& exchange) {
    const MemberValue* const one = in_variant(variant, tag);
    if (one == nullptr) {
        return out.value(nullptr);
    }
    out.begin_object();
    out.key(one->name);
    write_value(out, *one->value, from, exchange);
    out.end_object();
}

void write_elements(Encoder& out, const Value& value, bool is_text, const std::byte* from,
                    std::size_t count, Exchange& exchange, std::span<const std::uint64_t> shape) {
    if (is_text) {
        return out.value(
            decode_text(from, text_length(from, value.unit, count), value.unit, value.page));
    }
    if (value.form <= Form::u8 && shape.empty()) {
        return out.bytes(from, count);
    }
    if (value.is_number()) {
        const std::array<std::uint64_t, 1> one{count};
        return out.array(dtype_of(value.form), shape.empty() ? one : shape, from,
                         std::uint64_t{count} * value.size);
    }
    out.begin_array();
    for (std::size_t i = 0; i < count; ++i) {
        out.next();
        write_value(out, value, from + i * value.size, exchange);
    }
    out.end_array();
}

}  // namespace bridge32::ffi
