// Codec of untyped values.
#pragma once

#include <array>
#include <charconv>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/handle_token.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/struct_json.hpp"
#include "bridge32/internal/codec/traits.hpp"

namespace bridge32 {
namespace detail {

/// The number as nlohmann would read it: an integer when it is one and fits 64 bits.
inline Json json_number(Number number) {
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
    }
    return nearest_real<double>(number.text);
}

/// The elements whose first indices are those before `index[dimension]`, as nested arrays.
/// `layout`: of structs, else null.
inline Json json_array(const ArrayView& view, const StructLayout* layout,
                       std::span<std::size_t> index, std::size_t dimension = 0) {
    if (dimension == index.size()) {
        const std::size_t i = element_offset(view.shape(), view.order, index);
        if (layout != nullptr) {
            return json_struct(*layout, view.data + i * view.item_size);
        }
        return visit_dtype(view.dtype, [&]<class T>(std::type_identity<T>) -> Json {
            return json_element(load_element<T>(view, i));
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

inline Json json_tagged(Decoder& in, Tag tag) {
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
        throw CodecError("a function fits a bridge32::Callback parameter only");
    }
    if (tag == Tag::handle) {
        const HandleToken token = in.handle();
        return {{"$handle", {{"type", token.type}, {"id", token.id}}}};
    }
    const auto value = in.value<std::complex<double>>();
    return Json::array({value.real(), value.imag()});
}

}  // namespace detail

/// Untyped: binary values are `$bytes`. Read, a `$array` is nested arrays of numbers, or of
/// objects for structs, `$bytes` a binary value, `$complex` an array of two, `$float` the float.
/// `$handle` stays {"$handle":{"type":TYPE,"id":ID}}, and an object that is just that is written
/// as a handle: the one object with a key that starts with `$` that is not taken for the user's.
template <>
struct Codec<Json> {
    static void encode(Encoder& out, const Json& json) {
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
                return encode_array(out, json);
            case Json::value_t::object:
                return encode_object(out, json);
            case Json::value_t::discarded:
                break;
        }
        throw CodecError("a discarded JSON value");
    }

    static Json decode(Decoder& in) {
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
                return decode_array(in);
            case Kind::object:
                return decode_object(in);
            case Kind::end:
                break;
        }
        throw in.expected("a value");
    }

private:
    static void encode_array(Encoder& out, const Json& json) {
        out.begin_array();
        for (const Json& element : json) {
            out.next();
            encode(out, element);
        }
        out.end_array();
    }
    static void encode_object(Encoder& out, const Json& json) {
        const auto& object = json.get_ref<const Json::object_t&>();
        if (const auto token = detail::handle_in(object)) {
            return detail::write_handle(out, *token);
        }
        out.begin_object();
        for (const auto& [name, value] : object) {
            out.key(name);
            encode(out, value);
        }
        out.end_object();
    }
    static Json decode_array(Decoder& in) {
        Json::array_t array;
        in.reader().enter_array();
        while (in.reader().next_element()) {
            array.push_back(decode(in));
        }
        return array;
    }
    static Json decode_object(Decoder& in) {
        if (const detail::Tag tag = in.tag(); tag != detail::Tag::none) {
            return detail::json_tagged(in, tag);
        }
        Json::object_t object;
        in.reader().enter_object();
        while (const auto name = in.next_key()) {
            std::string key(*name);
            object[std::move(key)] = decode(in);
        }
        return object;
    }
};

}  // namespace bridge32
