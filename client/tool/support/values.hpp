// Arguments and results of calls whose types are known at run time only.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bridge32/codec.hpp"
#include "tool/support/npy.hpp"

namespace bridge32::tool {

/// Bytes are the Json's binary value.
using AnyValue = std::variant<Json, AnyArray>;

/// An argument of a call. Positional without a name.
struct Argument {
    std::string name;
    AnyValue value;
};

/// Positional arguments, of which there are as many as there are. Travels as one argument of a
/// typed call, and is several.
struct Positional {
    std::vector<AnyValue> values;
};

/// A call's result: arrays of numbers stay arrays, all else is Json.
struct Result {
    AnyValue value;
};

}  // namespace bridge32::tool

namespace bridge32 {

template <>
struct Codec<tool::AnyValue> {
    static void encode(Encoder& out, const tool::AnyValue& value) {
        if (const auto* const json = std::get_if<Json>(&value)) return out.value(*json);
        const auto& array = std::get<tool::AnyArray>(value);
        out.array(array.dtype, array.shape, array.data.data(), array.data.size(), array.order);
    }
};

template <>
struct Codec<tool::Positional> {
    static void encode(Encoder& out, const tool::Positional& arguments) {
        bool first = true;
        for (const auto& value : arguments.values) {
            if (!first) out.text() += ',';
            first = false;
            out.value(value);
        }
    }
};

template <>
struct Codec<tool::Result> {
    static tool::Result decode(Decoder& in) {
        if (in.peek() != Kind::object || in.tag() != detail::Tag::array) return {in.value<Json>()};
        Decoder copy = in;
        const detail::ArrayView view = copy.array();
        if (view.dtype == detail::Dtype::structure) return {in.value<Json>()};
        in.array();
        tool::AnyArray array;
        array.dtype = view.dtype;
        array.shape.assign(view.shape().begin(), view.shape().end());
        array.order = view.order;
        array.data.assign(view.data, view.data + view.count * view.item_size);
        return {std::move(array)};
    }
};

}  // namespace bridge32
