// Codec of n-dimensional arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/codec/elements.hpp"
#include "bridge32/codec/encoder.hpp"
#include "bridge32/codec/nd_array.hpp"

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
            throw CodecError("the nested arrays are not of equal size");
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
            throw CodecError("the nested arrays are not of equal size");
        }
        shape[level] = count;
    }
};

}  // namespace detail

/// `$array` with its shape; nested JSON arrays can be read too.
template <class T>
struct Codec<NdArray<T>> {
    static void encode(Encoder& out, const NdArray<T>& array) {
        out.array(detail::dtype_id<T>(), array.shape(), array.data(), array.size() * sizeof(T));
    }
    static NdArray<T> decode(Decoder& in) {
        if (in.tag() == detail::Tag::array) {
            const detail::ArrayView view = in.array();
            std::vector<T> data(view.count);
            detail::copy_elements(view, data.data());
            return {{view.shape().begin(), view.shape().end()}, std::move(data)};
        }
        detail::NestedReader<T> nested;
        nested.read(in);
        return {std::move(nested.shape), std::move(nested.data)};
    }
};

}  // namespace bridge32
