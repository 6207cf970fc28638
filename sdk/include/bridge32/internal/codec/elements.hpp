// The elements of a `$array`, as whatever type is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/support/compiler.hpp"

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

/// Elements `first` to `first + count` of numbers, as type `to`, at `out`. Throws CodecError when
/// one does not fit.
BRIDGE32_DETAIL_CODEC_API void convert_elements(const ArrayView& view, std::size_t first,
                                                std::size_t count, Dtype to, void* out);

/// The number of type `from` at `value`, as one of type `to` at `out`. Throws CodecError when it
/// does not fit.
BRIDGE32_DETAIL_CODEC_API void convert_number(Dtype from, const void* value, Dtype to, void* out);

/// All structs of the view, at `out`. Throws CodecError when these are others than `ours`.
BRIDGE32_DETAIL_CODEC_API void copy_structs(const ArrayView& view, const StructLayout& ours,
                                            void* out);

/// Element `i` as a `T`. Throws CodecError when it does not fit.
template <class T>
T element_at(const ArrayView& view, std::size_t i) {
    T value;
    convert_elements(view, i, 1, dtype_id<T>(), &value);
    return value;
}

/// Copies all elements to `out`. Throws CodecError when one does not fit `T`.
template <class T>
void copy_elements(const ArrayView& view, T* out) {
    if constexpr (Struct<T>) {
        copy_structs(view, struct_layout<T>(), out);
    } else {
        convert_elements(view, 0, view.count, dtype_id<T>(), out);
    }
}

/// Whether the bytes of the view's structs are those of ours.
inline bool is_same_layout(const ArrayView& view, const StructLayout& ours) noexcept {
    return view.dtype == Dtype::structure && view.structure == ours.dtype && !ours.has_bool;
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

/// Makes room for `count` numbers in a container, and returns where the first one is.
using Grow = void*(void* container, std::size_t count);

/// Reads a JSON array of numbers, of type `type` in the container.
BRIDGE32_DETAIL_CODEC_API void read_numbers(Decoder& in, Dtype type, void* container, Grow* grow);

/// Throws CodecError unless `found` is what a container of fixed size needs.
BRIDGE32_DETAIL_CODEC_API void require_size(std::size_t size, std::size_t found);

/// The next value as bytes: `$bytes`, or an array of one-byte integers.
BRIDGE32_DETAIL_CODEC_API std::span<const std::byte> read_bytes(Decoder& in);

/// `$bytes` are an array of these, and of nothing else: no sum of bytes was meant to be one of
/// doubles.
template <class T>
inline constexpr bool kIsByte = Integer<T> && sizeof(T) == 1;

/// The next value, `$array` or, if `bytes_too`, `$bytes`; nothing when it is another one.
BRIDGE32_DETAIL_CODEC_API std::optional<ArrayView> read_any_array(Decoder& in, bool bytes_too);

/// The next value, `$array` or, if `bytes_too`, `$bytes`, as an array of one dimension.
BRIDGE32_DETAIL_CODEC_API ArrayView read_array(Decoder& in, bool bytes_too);

}  // namespace bridge32::detail
