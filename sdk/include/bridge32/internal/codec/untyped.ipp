// The functions of untyped.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/number.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/struct_codec.hpp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/json/writer.hpp"
#include "bridge32/internal/text/unicode.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_CODEC void write_handle(Encoder& out, const HandleToken& token) {
    out.text() += R"({"$handle":{"type":)";
    write_string(out.text(), token.type);
    out.text() += R"(,"id":)";
    write_string(out.text(), token.id);
    out.text() += "}}";
}

/// The token that `object` is, if it is exactly what json_tagged makes of a `$handle`: a client
/// got it so and passes it back.
BRIDGE32_DETAIL_CODEC std::optional<HandleToken> handle_in(const Json::object_t& object) {
    if (object.size() != 1 || object.begin()->first != "$handle") {
        return std::nullopt;
    }
    const Json& token = object.begin()->second;
    if (!token.is_object() || token.size() != 2) {
        return std::nullopt;
    }
    const auto type = token.find("type");
    const auto id = token.find("id");
    if (type == token.end() || !type->is_string() || id == token.end() || !id->is_string() ||
        id->get_ref<const std::string&>().empty()) {
        return std::nullopt;
    }
    return HandleToken{type->get<std::string>(), id->get<std::string>()};
}

/// The number as nlohmann would read it, but for an integer that does not fit 64 bits, of which it
/// would make the nearest double.
BRIDGE32_DETAIL_CODEC Json json_number(Number number) {
    if (number.integer) {
        const char* const end = number.text.data() + number.text.size();
        std::uint64_t natural = 0;
        if (std::from_chars(number.text.data(), end, natural).ec == std::errc{}) {
            return natural;
        }
        std::int64_t negative = 0;
        if (std::from_chars(number.text.data(), end, negative).ec == std::errc{}) {
            return negative;
        }
        throw CodecError(std::string(number.text.substr(0, 60)) + " does not fit 64 bits");
    }
    return nearest_double(number.text);
}

BRIDGE32_DETAIL_CODEC Json json_array(const ArrayView& view, const StructLayout* layout,
                                      std::span<std::size_t> index, std::size_t dimension) {
    if (dimension == index.size()) {
        const std::size_t i = element_offset(view.shape(), view.order, index);
        if (layout != nullptr) {
            return json_struct(*layout, view.data + i * view.item_size);
        }
        return visit_dtype(view.dtype, [&]<class T>(std::type_identity<T>) -> Json {
            return json_element(load_element<T>(view.data + i * sizeof(T)));
        });
    }
    Json::array_t array;
    const auto size = static_cast<std::size_t>(view.shape()[dimension]);
    array.reserve(size);
    for (index[dimension] = 0; index[dimension] < size; ++index[dimension]) {
        array.push_back(json_array(view, layout, index, dimension + 1));
    }
    return array;
}

BRIDGE32_DETAIL_CODEC Json json_tagged(Decoder& in, Tag tag) {
    if (tag == Tag::array) {
        const ArrayView view = in.array();
        std::array<std::size_t, kMaxDimensions> index{};
        const auto indices = std::span(index).first(view.dimension_count);
        if (view.count == 0) {
            return Json::array();  // no nesting: [1000000000, 0] would be that many arrays
        }
        if (view.dtype == Dtype::structure) {
            const StructLayout layout = item_layout(view);
            return json_array(view, &layout, indices);
        }
        return json_array(view, nullptr, indices);
    }
    if (tag == Tag::bytes) {
        const auto bytes = in.bytes();
        const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        return Json::binary({data, data + bytes.size()});
    }
    if (tag == Tag::real) {
        return in.value<double>();
    }
    if (tag == Tag::callback) {
        throw CodecError("a function can only be passed to a bridge32::Callback parameter");
    }
    if (tag == Tag::handle) {
        const HandleToken token = in.handle();
        return {{"$handle", {{"type", token.type}, {"id", token.id}}}};
    }
    const auto value = in.value<std::complex<double>>();
    return Json::array({value.real(), value.imag()});
}

BRIDGE32_DETAIL_CODEC CodecError from_nlohmann(const Json::exception& error) {
    const std::string_view text = error.what();
    const std::size_t after = text.find("] ");
    return CodecError(std::string(after == text.npos ? text : text.substr(after + 2)));
}

/// How many bytes from `at` on, at least one, begin a character, none of which is there as a whole.
BRIDGE32_DETAIL_CODEC std::size_t utf8_prefix(const char* at, const char* end) noexcept {
    for (std::size_t size = 3; size > 1; --size) {
        for (const std::size_t more : {1u, 2u}) {
            char whole[] = {at[0], '\x80', '\x80', '\x80', '\x80'};
            const auto left = static_cast<std::size_t>(end - at);
            std::memcpy(whole, at, (std::min)(left, size));
            if (left >= size && utf8_sequence(whole, whole + size + more) == size + more) {
                return size;
            }
        }
    }
    return 1;
}

/// `text` in quotes, with U+FFFD for each longest piece that begins a character and does not end
/// it.
BRIDGE32_DETAIL_CODEC void write_mended_string(std::string& out, std::string_view text) {
    std::string mended;
    for (const char *at = text.data(), *const end = at + text.size(); at != end;) {
        const bool ascii = static_cast<unsigned char>(*at) < 0x80;
        const std::size_t size = ascii ? 1 : utf8_sequence(at, end);
        if (size != 0) {
            mended.append(at, size);
            at += size;
            continue;
        }
        mended += "\xef\xbf\xbd";
        at += utf8_prefix(at, end);
    }
    write_string(out, mended);
}

/// As nlohmann writes it: with an exponent only if the number is very large or very small.
BRIDGE32_DETAIL_CODEC void append_json_real(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    const double size = std::abs(value);
    const bool fixed = size == 0 || (size >= 1e-4 && size < 1e15);
    std::array<char, 40> digits;
    const char* const end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value,
                      fixed ? std::chars_format::fixed : std::chars_format::scientific)
            .ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out.append(text).append(fixed && text.find('.') == text.npos ? ".0" : "");
}

BRIDGE32_DETAIL_CODEC void append_json(std::string& out, const Json& json) {
    char separator = '[';
    switch (json.type()) {
        case Json::value_t::null:
        case Json::value_t::discarded:
            out += "null";
            return;
        case Json::value_t::boolean:
            out += *json.get_ptr<const bool*>() ? "true" : "false";
            return;
        case Json::value_t::number_integer:
            return write_integer(out, *json.get_ptr<const std::int64_t*>());
        case Json::value_t::number_unsigned:
            return write_integer(out, *json.get_ptr<const std::uint64_t*>());
        case Json::value_t::number_float:
            return append_json_real(out, *json.get_ptr<const double*>());
        case Json::value_t::string:
            return write_mended_string(out, *json.get_ptr<const std::string*>());
        case Json::value_t::binary:
            out += '"' + std::to_string(json.get_ptr<const Json::binary_t*>()->size()) + " bytes\"";
            return;
        case Json::value_t::array:
            for (const Json& element : *json.get_ptr<const Json::array_t*>()) {
                out += std::exchange(separator, ',');
                append_json(out, element);
            }
            out += separator == '[' ? "[]" : "]";
            return;
        case Json::value_t::object:
            separator = '{';
            for (const auto& [name, value] : *json.get_ptr<const Json::object_t*>()) {
                out += std::exchange(separator, ',');
                write_mended_string(out, name);
                out += ':';
                append_json(out, value);
            }
            out += separator == '{' ? "{}" : "}";
    }
}

BRIDGE32_DETAIL_CODEC Json json_or_discarded(std::string_view text) {
    try {
        return decode<Json>(text, {});
    } catch (const CodecError&) {
        return Json(Json::value_t::discarded);
    }
}

BRIDGE32_DETAIL_CODEC std::string json_text(const Json& json) {
    std::string text;
    append_json(text, json);
    return text;
}

/// Whether two numbers, at least one an integer, are mathematically equal.
BRIDGE32_DETAIL_CODEC bool is_same_number(const Json& a, const Json& b) {
    if (b.is_number_float()) {
        return !a.is_number_float() && is_same_number(b, a);
    }
    const auto equals = [&](auto integer) {
        if (!a.is_number_float()) {
            return a.is_number_unsigned() ? std::cmp_equal(a.get<std::uint64_t>(), integer)
                                          : std::cmp_equal(a.get<std::int64_t>(), integer);
        }
        const auto real = a.get<double>();
        using Int = decltype(integer);
        return real == static_cast<double>(integer) && real < past_the_top<double, Int>() &&
               static_cast<Int>(real) == integer;
    };
    return b.is_number_unsigned() ? equals(b.get<std::uint64_t>()) : equals(b.get<std::int64_t>());
}

/// Whether nlohmann, reading the number `sent`, has made another number of it. A float may
/// have been rounded, because it may be a float member, but not become infinite.
BRIDGE32_DETAIL_CODEC bool is_altered(const Json& sent, const Json& got) {
    if (sent.is_boolean() || got.is_boolean()) {
        return sent.type() != got.type() || sent != got;
    }
    if (sent.is_number_float() && got.is_number_float()) {
        return std::isfinite(sent.get<double>()) && !std::isfinite(got.get<double>());
    }
    return !is_same_number(sent, got);
}

BRIDGE32_DETAIL_CODEC void refuse_altered(const Json& sent, const Json& got) {
    const auto scalar = [](const Json& json) { return json.is_number() || json.is_boolean(); };
    if (scalar(sent) && scalar(got)) {
        if (is_altered(sent, got)) {
            throw CodecError(json_text(sent) + " does not fit; it would become " + json_text(got));
        }
    } else if (sent.is_object() && got.is_object()) {
        for (const auto& [name, value] : sent.items()) {
            if (const auto found = got.find(name); found != got.end()) {
                at_member(name, [&, &member = value] { refuse_altered(member, *found); });
            }
        }
    } else if (sent.is_array() && got.is_array()) {
        for (std::size_t i = 0; i < sent.size() && i < got.size(); ++i) {
            at_index(i, [&] { refuse_altered(sent[i], got[i]); });
        }
    }
}

BRIDGE32_DETAIL_CODEC void encode_array(Encoder& out, const Json& json) {
    out.begin_array();
    for (const Json& element : json) {
        out.next();
        Codec<Json>::encode(out, element);
    }
    out.end_array();
}

BRIDGE32_DETAIL_CODEC void encode_object(Encoder& out, const Json& json) {
    const auto& object = json.get_ref<const Json::object_t&>();
    if (const auto token = handle_in(object)) {
        return write_handle(out, *token);
    }
    out.begin_object();
    for (const auto& [name, value] : object) {
        out.key(name);
        Codec<Json>::encode(out, value);
    }
    out.end_object();
}

BRIDGE32_DETAIL_CODEC Json decode_array(Decoder& in) {
    Json::array_t array;
    in.reader().enter_array();
    while (in.reader().next_element()) {
        array.push_back(Codec<Json>::decode(in));
    }
    return array;
}

BRIDGE32_DETAIL_CODEC Json decode_object(Decoder& in) {
    if (const Tag tag = in.tag(); tag != Tag::none) {
        return json_tagged(in, tag);
    }
    Json::object_t object;
    in.reader().enter_object();
    while (const auto name = in.next_key()) {
        std::string key(*name);
        object[std::move(key)] = Codec<Json>::decode(in);
    }
    return object;
}

}  // namespace detail

BRIDGE32_DETAIL_CODEC void Codec<Json>::encode(Encoder& out, const Json& json) {
    switch (json.type()) {
        case Json::value_t::null:
            return out.value(nullptr);
        case Json::value_t::boolean:
            return out.value(json.get<bool>());
        case Json::value_t::number_integer:
            return out.value(json.get<std::int64_t>());
        case Json::value_t::number_unsigned:
            return out.value(json.get<std::uint64_t>());
        case Json::value_t::number_float:
            return out.value(*json.get_ptr<const double*>());
        case Json::value_t::string:
            return out.value(json.get_ref<const std::string&>());
        case Json::value_t::binary: {
            const auto& bytes = json.get_binary();
            return out.bytes(bytes.data(), bytes.size());
        }
        case Json::value_t::array:
            return detail::encode_array(out, json);
        case Json::value_t::object:
            return detail::encode_object(out, json);
        case Json::value_t::discarded:
            break;
    }
    throw CodecError("a discarded JSON value");
}

BRIDGE32_DETAIL_CODEC Json Codec<Json>::decode(Decoder& in) {
    switch (in.peek()) {
        case Kind::null:
            return in.value<std::nullptr_t>();
        case Kind::boolean:
            return in.value<bool>();
        case Kind::number:
            return detail::json_number(in.reader().read_number());
        case Kind::string:
            return in.value<std::string>();
        case Kind::array:
            return detail::decode_array(in);
        case Kind::object:
            return detail::decode_object(in);
        case Kind::end:
            break;
    }
    throw in.expected("a value");
}

}  // namespace bridge32
