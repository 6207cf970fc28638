// The elements of a `$array`, as whatever number type is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>

#include "bridge32/internal/codec/convert.hpp"
#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/struct_copy.hpp"
#include "bridge32/internal/codec/struct_members.hpp"

namespace bridge32::detail {

/// The number at `at`, which need not be aligned. Reads the memory once.
template <class T>
T load_element(const std::byte* at) noexcept {
    if constexpr (Boolean<T>) {
        return *at != std::byte{0};
    } else {
        T value;
        std::memcpy(&value, at, sizeof(T));
        return value;
    }
}

/// Element `i` of a view whose elements are of type `T`. Reads the memory once.
template <class T>
T load_element(const ArrayView& view, std::size_t i) noexcept {
    return load_element<T>(view.data + i * sizeof(T));
}

/// Element `i` as a `T`. Throws CodecError when it does not fit.
template <class T>
T element_at(const ArrayView& view, std::size_t i) {
    return at_index(i, [&] {
        return visit_dtype(view.dtype, [&]<class From>(std::type_identity<From>) {
            return convert<T>(load_element<From>(view, i));
        });
    });
}

/// copy_elements for numbers.
template <class T>
void copy_numbers(const ArrayView& view, T* out) {
    if (view.dtype == dtype_id<T>() && !Boolean<T>) {
        if (view.count != 0) {
            std::memcpy(out, view.data, view.count * sizeof(T));
        }
        return;
    }
    visit_dtype(view.dtype, [&]<class From>(std::type_identity<From>) {
        std::size_t i = 0;
        try {
            for (; i < view.count; ++i) {
                out[i] = convert<T>(load_element<From>(view, i));
            }
        } catch (const CodecError& error) {
            throw error.inside("[" + std::to_string(i) + "]");
        }
    });
}

/// Copies all elements to `out`. Throws CodecError when one does not fit `T`.
template <class T>
void copy_elements(const ArrayView& view, T* out) {
    if constexpr (Struct<T>) {
        copy_structs(view, struct_layout<T>(), out);
    } else {
        copy_numbers(view, out);
    }
}

/// Where the elements can be used in place: of this very type, and aligned. Else null. A bool
/// in somebody else's memory may be a byte that no bool can be.
template <class T>
const T* in_place(const ArrayView& view) {
    const auto is_same_type = [&] {
        if constexpr (Struct<T>) {
            return is_same_layout(view, struct_layout<T>());
        } else {
            return view.dtype == dtype_id<T>() && !Boolean<T>;
        }
    };
    const bool aligned = reinterpret_cast<std::uintptr_t>(view.data) % alignof(T) == 0;
    return is_same_type() && aligned ? reinterpret_cast<const T*>(view.data) : nullptr;
}

/// Writes a tagged array over `count` elements, which are not copied.
template <class T>
void encode_elements(Encoder& out, std::span<const std::uint64_t> shape, const T* data,
                     std::size_t count, Order order = Order::c) {
    const std::uint64_t size = std::uint64_t{count} * sizeof(T);
    if constexpr (Struct<T>) {
        out.structs(struct_layout<T>().dtype, shape, data, size, order);
    } else {
        out.array(dtype_id<T>(), shape, data, size, order);
    }
}

/// Throws CodecError unless the array has one dimension.
inline void require_one_dimension(const ArrayView& view) {
    if (view.dimension_count != 1) {
        throw CodecError("expected an array of one dimension, found one of " +
                         std::to_string(view.dimension_count));
    }
}

/// Throws CodecError unless `found` is what a container of fixed size needs.
inline void require_size(std::size_t size, std::size_t found) {
    if (size != found) {
        throw CodecError("expected " + std::to_string(size) + " elements, found " +
                         std::to_string(found));
    }
}

/// The next value as bytes: `$bytes`, or an array of one-byte integers.
inline std::span<const std::byte> read_bytes(Decoder& in) {
    const Tag tag = in.tag();
    if (tag == Tag::bytes) {
        return in.bytes();
    }
    if (tag == Tag::array) {
        Decoder ahead = in;
        const ArrayView view = ahead.array();
        if (view.dtype == Dtype::u1 || view.dtype == Dtype::i1) {
            require_one_dimension(view);
            in.reader().skip_value();
            return {view.data, view.count};
        }
    }
    throw in.expected("bytes");
}

/// The next value, `$array` or `$bytes`, as an array of one dimension.
inline ArrayView read_array(Decoder& in) {
    ArrayView view;
    if (in.tag() == Tag::bytes) {
        view = in.byte_array();
    } else if (in.tag() == Tag::array) {
        view = in.array();
    } else {
        throw in.expected("an array");
    }
    require_one_dimension(view);
    return view;
}

}  // namespace bridge32::detail
