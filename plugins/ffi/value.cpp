#include "value.hpp"

#include <algorithm>
#include <utility>

#include "interface/layout.hpp"
#include "lengths.hpp"

namespace bridge32::ffi {

using interfaces::Attributes;
using interfaces::Member;
using interfaces::Scalar;
using interfaces::TextEncoding;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

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

}  // namespace bridge32::ffi
