#include "wrap/plans/shape.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "interface/layout.hpp"
#include "interface/spelling.hpp"

namespace bridge32::wrap {

using interfaces::Attributes;
using interfaces::Scalar;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

constexpr std::byte kUntouched{interfaces::kFill};

std::string spelled(const Type& type) { return "`" + interfaces::declaration(type, "") + "`"; }

template <class T>
void store(std::byte* to, T value) {
    std::memcpy(to, &value, sizeof value);
}

std::int64_t load_integer(const std::byte* from, std::uint32_t size, bool is_signed) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, from, size);
    const unsigned unused = 64 - 8 * size;
    return is_signed ? static_cast<std::int64_t>(bits << unused) >> unused
                     : static_cast<std::int64_t>(bits);
}

bool is_signed_scalar(Scalar scalar) {
    switch (scalar) {
        case Scalar::char_:
        case Scalar::signed_char:
        case Scalar::short_:
        case Scalar::int_:
        case Scalar::long_:
        case Scalar::long_long:
        case Scalar::wchar:
        case Scalar::signed_size:
            return true;
        default:
            return false;
    }
}

Shape scalar_shape(const Type& type) {
    Shape shape;
    shape.size32 = static_cast<std::uint32_t>(interfaces::extent_of(type, kTarget32).size);
    shape.size64 = static_cast<std::uint32_t>(interfaces::extent_of(type, kTarget64).size);
    switch (type.scalar) {
        case Scalar::float_:
        case Scalar::double_:
            shape.is_real = true;
            return shape;
        case Scalar::long_double:
            shape.is_real = true;
            shape.form = Form::real;
            return shape;
        case Scalar::float_complex:
        case Scalar::double_complex:
            throw Refusal(spelled(type) + " is not there yet in a drop-in library");
        default:
            shape.is_integer = true;
            shape.is_signed = is_signed_scalar(type.scalar);
            shape.form = shape.size32 == shape.size64 ? Form::plain : Form::integer;
            return shape;
    }
}

Shape pointer_shape(Form form) {
    Shape shape;
    shape.form = form;
    shape.size32 = 4;
    shape.size64 = 8;
    return shape;
}

Shape cursor_shape(const Type& type) {
    Shape shape = pointer_shape(Form::cursor);
    Shape element;
    element.size32 = element.size64 = 1;
    if (!is_void(*type.of)) element = shape_of(*type.of, {});
    if (!element.is_plain()) {
        throw Refusal("a cursor through what differs between 32 and 64 bit");
    }
    shape.is_const = is_const(*type.of);
    shape.element = std::make_shared<const Shape>(std::move(element));
    return shape;
}

/// Of a member that the library sets, which may be what means nothing to the program.
Shape set_shape(const Type& type, const Attributes& attributes) {
    const Type& its = interfaces::meaning(type);
    const bool is_unknown =
        function_type(type) != nullptr || (its.kind == TypeKind::pointer && is_void(*its.of));
    return is_unknown && !is_handle(type, attributes) ? pointer_shape(Form::opaque)
                                                      : shape_of(type, attributes);
}

void resolve_cursors(Shape& shape, const Type& type) {
    for (MemberShape& member : shape.members) {
        if (member.shape->form != Form::cursor) continue;
        for (const auto& declared : type.members) {
            if (declared.name != member.name) continue;
            const auto* const left = declared.attributes.expression("cursor");
            const auto found =
                std::find_if(shape.members.begin(), shape.members.end(), [&](const auto& its) {
                    return left != nullptr && its.name == left->text && its.shape->is_integer;
                });
            if (found == shape.members.end()) {
                throw Refusal("`cursor` of `" + member.name + "` names no integer of the struct");
            }
            Shape made = *member.shape;
            made.left64 = found->at64;
            made.left = found->shape;
            member.shape = std::make_shared<const Shape>(std::move(made));
        }
    }
}

Shape record_shape(const Type& type) {
    if (!type.is_complete) {
        throw Refusal("the members of " + spelled(type) + " are not declared");
    }
    const auto layout32 = interfaces::layout_of(type, kTarget32);
    const auto layout64 = interfaces::layout_of(type, kTarget64);
    Shape shape;
    shape.size32 = static_cast<std::uint32_t>(layout32.extent.size);
    shape.size64 = static_cast<std::uint32_t>(layout64.extent.size);
    bool same = shape.size32 == shape.size64;
    bool has_bits = false;
    for (std::size_t i = 0; i < type.members.size(); ++i) {
        const auto& member = type.members[i];
        const auto& place32 = layout32.places[i];
        const auto& place64 = layout64.places[i];
        same = same && place32 == place64;
        if (member.bits) {
            has_bits = true;
            continue;
        }
        const Type& its = interfaces::meaning(*member.type);
        try {
            const Attributes attributes = with_alias(*member.type, member.attributes);
            if (attributes.has("missing")) {
                throw Refusal(std::string(attributes.text("missing")));
            }
            if (its.kind == TypeKind::array && its.length == 0) {
                throw Refusal("nothing says how long it is");
            }
            const bool is_set = attributes.has("out");
            Shape made = attributes.has("cursor") ? cursor_shape(its)
                         : is_set                 ? set_shape(*member.type, attributes)
                                                  : shape_of(*member.type, attributes);
            if (attributes.has("sizeof")) {
                made.form = Form::size;
                made.whole32 = shape.size32;
                made.whole64 = shape.size64;
            }
            same = same && made.is_plain() && !is_set;
            shape.members.push_back({member.name, static_cast<std::uint32_t>(place32.offset),
                                     static_cast<std::uint32_t>(place64.offset),
                                     std::make_shared<const Shape>(std::move(made)), is_set});
        } catch (const Refusal& refusal) {
            throw Refusal("member `" + member.name + "`: " + refusal.what());
        }
    }
    resolve_cursors(shape, type);
    shape.form = same ? Form::plain : Form::record;
    if (!same && (type.is_union || has_bits)) {
        throw Refusal(spelled(type) + " is " +
                      (type.is_union ? "a union" : "a struct of bit-fields") +
                      " that differs between 32 and 64 bit, which is not there yet");
    }
    return shape;
}

[[noreturn]] void throw_no_fit(const std::string& value) {
    throw Error(value + " does not fit the 32-bit library");
}

}  // namespace

bool is_const(const Type& type) {
    for (const Type* at = &type;; at = at->of) {
        if (at->is_const) return true;
        if (at->kind != TypeKind::alias) return false;
    }
}

std::uint32_t character_size(const Type& type) {
    const Type& its = interfaces::meaning(type);
    if (its.kind != TypeKind::scalar) {
        return 0;
    }
    switch (its.scalar) {
        case Scalar::char_:
            return 1;
        case Scalar::char16:
            return 2;
        case Scalar::wchar:
        case Scalar::char32:
            return 4;
        default:
            return 0;
    }
}

bool is_handle(const Type& type, const Attributes& attributes) {
    const Type& its = interfaces::meaning(type);
    if (its.kind != TypeKind::pointer) {
        return false;
    }
    const Type& pointee = interfaces::meaning(*its.of);
    return attributes.has("handle") || (pointee.kind == TypeKind::record && !pointee.is_complete);
}

Shape text_shape(std::uint32_t unit) {
    Shape shape;
    shape.form = Form::text;
    shape.size32 = 4;
    shape.size64 = 8;
    shape.unit = unit;
    return shape;
}

Shape shape_of(const Type& type, const Attributes& attributes) {
    for (const char* const unsupported :
         {"switch", "retain", "writable", "owned_by_caller", "tree", "peek", "allocator"}) {
        if (attributes.has(unsupported)) {
            throw Refusal("`" + std::string(unsupported) +
                          "` is not there yet in a drop-in library");
        }
    }
    const Type& its = interfaces::meaning(type);
    if (is_handle(type, attributes)) {
        Shape shape;
        shape.form = Form::handle;
        shape.size32 = 4;
        shape.size64 = 8;
        return shape;
    }
    switch (its.kind) {
        case TypeKind::scalar:
            if (its.scalar == Scalar::void_) {
                throw Refusal("void is no value");
            }
            return scalar_shape(its);
        case TypeKind::enumeration: {
            Shape shape = shape_of(*its.of, {});
            if (shape.is_integer && std::any_of(its.enumerators.begin(), its.enumerators.end(),
                                                [](const auto& one) { return one.value < 0; })) {
                shape.is_signed = true;
            }
            return shape;
        }
        case TypeKind::record:
            return record_shape(its);
        case TypeKind::array: {
            Shape shape;
            Shape element = shape_of(*its.of, {});
            shape.count = static_cast<std::uint32_t>(its.length);
            shape.size32 = element.size32 * shape.count;
            shape.size64 = element.size64 * shape.count;
            shape.form = element.is_plain() ? Form::plain : Form::array;
            shape.element = std::make_shared<const Shape>(std::move(element));
            return shape;
        }
        case TypeKind::pointer: {
            const std::uint32_t unit = character_size(*its.of);
            if (unit != 0 && (is_const(*its.of) || attributes.has("string")) &&
                !attributes.has("count") && !attributes.has("bytes")) {
                return text_shape(unit);
            }
            throw Refusal(spelled(type) + " here is not there yet in a drop-in library");
        }
        default:
            throw Refusal(spelled(type) + " is no value");
    }
}

namespace {

/// The buffer that a cursor of the struct at `record` leads to.
void point_cursor(const Shape& shape, const std::byte* record, std::uint32_t at64, Image& image,
                  std::uint32_t object, std::uint32_t offset) {
    const auto* const from = load<const std::byte*>(record + at64);
    if (from == nullptr) {
        return;
    }
    const std::int64_t left = integer64(*shape.left, record + shape.left64);
    if (left < 0) {
        throw Error(std::to_string(left) + " are left, which is no possible length");
    }
    image.point(object, offset,
                image.add(from, static_cast<std::size_t>(left) * shape.element->size32,
                          shape.is_const ? Travel::in : Travel::both));
}

/// The cursor has moved on, and what it passed may have been written.
void move_cursor(const Shape& shape, std::uint32_t address, std::byte* to, const Image& image,
                 std::uint32_t object) {
    const std::uint32_t passed = address - image.address(object);
    if (passed > image.size(object)) {
        throw Error("a pointer has left its buffer");
    }
    auto* const begin = load<std::byte*>(to);
    // What was only read may lie where nothing can be written.
    if (!shape.is_const && passed != 0 && std::memcmp(begin, image.returned(object), passed) != 0) {
        std::memcpy(begin, image.returned(object), passed);
    }
    store(to, begin + passed);
}

}  // namespace

std::int64_t integer64(const Shape& shape, const std::byte* at) {
    return load_integer(at, shape.size64, shape.is_signed);
}

void to_32(const Shape& shape, const std::byte* from, Image& image, std::uint32_t object,
           std::uint32_t offset, const std::byte* last) {
    switch (shape.form) {
        case Form::plain:
            if (shape.size32 != 0) {
                std::memcpy(image.at(object, offset), from, shape.size32);
            }
            return;
        case Form::integer: {
            const std::int64_t value = integer64(shape, from);
            std::memcpy(image.at(object, offset), from, shape.size32);
            if (load_integer(image.at(object, offset), shape.size32, shape.is_signed) != value) {
                throw_no_fit(shape.is_signed ? std::to_string(value)
                                             : std::to_string(static_cast<std::uint64_t>(value)));
            }
            return;
        }
        case Form::size: {
            const std::int64_t value = load_integer(from, shape.size64, false);
            if (value != shape.whole64) {
                throw Error("the struct's size is " + std::to_string(shape.whole64) +
                            " bytes in a 64-bit program, and " + std::to_string(value) +
                            " was passed: an older or newer struct cannot be converted");
            }
            std::memcpy(image.at(object, offset), &shape.whole32,
                        std::min<std::size_t>(shape.size32, 4));
            return;
        }
        case Form::real:
            std::memcpy(image.at(object, offset), from, 10);
            return;
        case Form::cursor:
        case Form::opaque:
            throw Error("a pointer that belongs to a struct");
        case Form::handle: {
            const auto value = load<std::uint64_t>(from);
            if (value > 0xffffffffu && value != ~std::uint64_t{0}) {
                throw Error("a pointer that did not come from the library was passed as a handle");
            }
            return store(image.at(object, offset), static_cast<std::uint32_t>(value));
        }
        case Form::text: {
            const auto* const text = load<const std::byte*>(from);
            if (text == nullptr) {
                return store(image.at(object, offset), std::uint32_t{0});
            }
            std::size_t size = 0;
            const auto ends = [&] {
                std::uint32_t character = 0;
                std::memcpy(&character, text + size, shape.unit);
                size += shape.unit;
                return character == 0;
            };
            while (!ends()) {
            }
            return image.point(object, offset, image.add(text, size, Travel::in));
        }
        case Form::array:
            for (std::uint32_t i = 0; i < shape.count; ++i) {
                to_32(*shape.element, from + std::size_t{i} * shape.element->size64, image, object,
                      offset + i * shape.element->size32);
            }
            return;
        case Form::record:
            for (const MemberShape& member : shape.members) {
                const std::byte* const had = last != nullptr ? last + member.at32 : nullptr;
                try {
                    if (member.is_set) {
                        if (had != nullptr) {
                            std::memcpy(image.at(object, offset + member.at32), had,
                                        member.shape->size32);
                        }
                    } else if (member.shape->form == Form::cursor) {
                        point_cursor(*member.shape, from, member.at64, image, object,
                                     offset + member.at32);
                    } else {
                        to_32(*member.shape, from + member.at64, image, object,
                              offset + member.at32, had);
                    }
                } catch (const Error& error) {
                    throw Error("member `" + member.name + "`: " + error.what());
                }
            }
            return;
    }
}

void prepare_32(const Shape& shape, const std::byte* from, Image& image, std::uint32_t object,
                std::uint32_t offset) {
    switch (shape.form) {
        case Form::size:  // the caller has set it, or the function does
            if (load_integer(from, shape.size64, false) == shape.whole64) {
                return to_32(shape, from, image, object, offset);
            }
            break;
        case Form::array:
            for (std::uint32_t i = 0; i < shape.count; ++i) {
                prepare_32(*shape.element, from + std::size_t{i} * shape.element->size64, image,
                           object, offset + i * shape.element->size32);
            }
            return;
        case Form::record:
            for (const MemberShape& member : shape.members) {
                prepare_32(*member.shape, from + member.at64, image, object, offset + member.at32);
            }
            return;
        case Form::plain:
            return to_32(shape, from, image, object, offset);
        case Form::opaque:
            return;  // null, until the library sets it
        case Form::integer:
        case Form::handle:  // what fits is there, so that it stays if nothing is written
            try {
                return to_32(shape, from, image, object, offset);
            } catch (const Error&) {
                break;
            }
        default:
            break;
    }
    std::memset(image.at(object, offset), static_cast<int>(kUntouched), shape.size32);
}

void to_32_without_buffers(const Shape& shape, const std::byte* from, Image& image,
                           std::uint32_t object, const std::byte* last) {
    for (const MemberShape& member : shape.members) {
        const Form form = member.shape->form;
        std::byte* const at = image.at(object, member.at32);
        std::memcpy(at, last + member.at32, member.shape->size32);
        if (form == Form::cursor) {
            const auto* const pointer = load<const std::byte*>(from + member.at64);
            store(at, pointer == nullptr ? 0 : image.stand_in(pointer));
        } else if (!member.is_set && member.shape->is_integer) {
            try {
                to_32(*member.shape, from + member.at64, image, object, member.at32);
            } catch (const Error&) {  // not set yet
                std::memcpy(at, last + member.at32, member.shape->size32);
            }
        }
    }
}

void to_64(const Shape& shape, const std::byte* from, const std::byte* sent, std::byte* to,
           const Image* image, std::uint32_t object, std::uint32_t offset,
           const TextCopies& copies) {
    const std::size_t compared = shape.form == Form::real ? 10 : shape.size32;
    if (sent != nullptr && std::memcmp(from, sent, compared) == 0 && shape.form != Form::text) {
        return;
    }
    switch (shape.form) {
        case Form::plain:
            std::memcpy(to, from, shape.size32);
            return;
        case Form::integer: {
            const std::int64_t value = load_integer(from, shape.size32, shape.is_signed);
            std::memcpy(to, &value, shape.size64);
            return;
        }
        case Form::size: {
            const std::int64_t value = load_integer(from, shape.size32, false);
            if (value != shape.whole32) {
                throw Error("the library says that a struct has " + std::to_string(value) +
                            " bytes, and the interface " + std::to_string(shape.whole32));
            }
            const std::uint64_t whole = shape.whole64;
            std::memcpy(to, &whole, shape.size64);
            return;
        }
        case Form::real:
            std::memset(to, 0, shape.size64);
            std::memcpy(to, from, 10);
            return;
        case Form::opaque:
            return;
        case Form::cursor: {
            const auto target = image != nullptr ? image->target(object, offset) : std::nullopt;
            const auto address = load<std::uint32_t>(from);
            if (target) {
                return move_cursor(shape, address, to, *image, *target);
            }
            if (address != 0 && image != nullptr) {  // as another struct of the same call has it
                if (const std::byte* const own = image->program_pointer(address)) {
                    return store(to, own);
                }
            }
            if (address != 0) {
                throw Error(
                    "the library has set a pointer that walks through the program's buffer");
            }
            return store(to, std::uint64_t{0});
        }
        case Form::handle: {
            const auto value = load<std::uint32_t>(from);
            store(to, value == 0xffffffffu ? ~std::uint64_t{0} : std::uint64_t{value});
            return;
        }
        case Form::text: {
            const auto address = load<std::uint32_t>(from);
            // A pointer to what was sent, or to nothing that was written, is the caller's own.
            if (image != nullptr) {
                const auto own = image->pointer(object, offset);
                if (own ? *own == address
                        : sent != nullptr && std::memcmp(from, sent, sizeof address) == 0) {
                    return;
                }
            }
            // Into another argument, whose copy in the library ends with the call.
            if (const auto* const its =
                    image != nullptr ? image->program_pointer(address) : nullptr) {
                return store(to, its);
            }
            store(to, address == 0 ? nullptr : copies(address, shape.unit));
            return;
        }
        case Form::array:
            for (std::uint32_t i = 0; i < shape.count; ++i) {
                const std::uint32_t at = i * shape.element->size32;
                to_64(*shape.element, from + at, sent == nullptr ? nullptr : sent + at,
                      to + std::size_t{i} * shape.element->size64, image, object, offset + at,
                      copies);
            }
            return;
        case Form::record:
            for (const MemberShape& member : shape.members) {
                to_64(*member.shape, from + member.at32,
                      sent == nullptr ? nullptr : sent + member.at32, to + member.at64, image,
                      object, offset + member.at32, copies);
            }
            return;
    }
}

}  // namespace bridge32::wrap
