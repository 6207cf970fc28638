#include "transfer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "characters.hpp"
#include "handles.hpp"
#include "lengths.hpp"
#include "memory.hpp"
#include "numbers.hpp"

namespace bridge32::ffi {

using interfaces::Type;

namespace {

[[noreturn]] void throw_no_enumerator(std::string_view name, const Type& type) {
    std::vector<std::string> names;
    for (const auto& enumerator : type.enumerators) {
        names.push_back(enumerator.name);
    }
    const std::string hint = detail::did_you_mean(detail::nearest(name, names));
    throw CodecError("`" + std::string(name.substr(0, 60)) + "` is not in `" +
                     interfaces::declaration(type, "") + "`" + (hint.empty() ? "" : ". " + hint));
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

}  // namespace

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
