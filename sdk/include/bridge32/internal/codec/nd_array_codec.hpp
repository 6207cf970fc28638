// Codec of n-dimensional arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/nd_array.hpp"

namespace bridge32 {
namespace detail {

/// Reads numbers from nested JSON arrays, which must be of equal size at each level.
template <class T>
struct NestedReader {
    static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
    std::vector<std::uint64_t> shape;
    std::vector<T> data;
    bool complete = false;  // the number of dimensions is known

    void read(Decoder& in, std::size_t level = 0) {
        const bool leaf = in.peek() != Kind::array;
        if (complete && leaf != (level == shape.size())) {
            throw CodecError("the nested arrays have different sizes");
        }
        if (leaf) {
            complete = true;
            data.push_back(in.value<T>());
            return;
        }
        if (level == kMaxDimensions) {
            throw CodecError("an array of more than " + std::to_string(kMaxDimensions) +
                             " dimensions");
        }
        if (level == shape.size()) {
            shape.push_back(kUnknown);
        }
        std::uint64_t count = 0;
        in.reader().enter_array();
        for (; in.reader().next_element(); ++count) {
            at_index(static_cast<std::size_t>(count), [&] { read(in, level + 1); });
        }
        complete = true;
        if (shape[level] != kUnknown && shape[level] != count) {
            throw CodecError("the nested arrays have different sizes");
        }
        shape[level] = count;
    }
};

inline std::vector<std::uint64_t> shape_of(const ArrayView& view) {
    return {view.shape().begin(), view.shape().end()};
}

/// The elements of `view` as an array with memory of its own.
template <class T>
NdArray<T> copied_array(const ArrayView& view) {
    auto array = NdArray<T>::uninitialised(shape_of(view), view.order);
    copy_elements(view, array.data());
    return array;
}

template <class T>
NdArray<T> nested_array(Decoder& in) {
    NestedReader<T> nested;
    nested.read(in);
    return {std::move(nested.shape), std::move(nested.data)};
}

template <class Array>
void encode_array(Encoder& out, const Array& array) {
    encode_elements(out, array.shape(), array.data(), array.size(), array.order());
}

}  // namespace detail

/// `$array` with its shape and order; nested JSON arrays and `$bytes` can be read too.
template <class T>
struct Codec<NdArray<T>> {
    static void encode(Encoder& out, const NdArray<T>& array) { detail::encode_array(out, array); }
    static NdArray<T> decode(Decoder& in) {
        if (const auto view = detail::read_any_array(in, detail::kIsByte<T>)) {
            return detail::copied_array<T>(*view);
        }
        return detail::nested_array<T>(in);
    }
};

/// The same, with a share in the attachment's memory where the decoder's keeper gives one.
template <class T>
struct Codec<NdArray<const T>> {
    static void encode(Encoder& out, const NdArray<const T>& array) {
        detail::encode_array(out, array);
    }
    static NdArray<const T> decode(Decoder& in) {
        const auto view = detail::read_any_array(in, detail::kIsByte<T>);
        if (!view) {
            return detail::nested_array<T>(in);
        }
        if (const T* first = detail::in_place<T>(*view)) {
            if (auto owner = in.keep(view->at)) {
                return {detail::shape_of(*view), first, std::move(owner), view->order};
            }
        }
        return detail::copied_array<T>(*view);
    }
};

}  // namespace bridge32
