// The functions of elements.hpp.
#pragma once

#include <complex>
#include <cstring>
#include <string>
#include <type_traits>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/number.hpp"
#include "bridge32/internal/codec/number.ipp"
#include "bridge32/internal/codec/scalars.hpp"

namespace bridge32::detail {

/// The widest type of the same kind, so that what converts elements exists once a kind.
template <class T>
auto widened(const T& value) noexcept {
    if constexpr (Boolean<T> || !std::is_integral_v<T>) {
        return value;
    } else if constexpr (std::is_signed_v<T>) {
        return static_cast<std::int64_t>(value);
    } else {
        return static_cast<std::uint64_t>(value);
    }
}

template <class Wide>
void store_converted(const Wide& value, Dtype to, void* out) {
    visit_dtype(to, [&]<class To>(std::type_identity<To>) {
        const To converted = convert<To>(value);
        std::memcpy(out, &converted, sizeof converted);
    });
}

BRIDGE32_DETAIL_CODEC void convert_elements(const ArrayView& view, std::size_t first,
                                            std::size_t count, Dtype to, void* out) {
    if (view.dtype == to && to != Dtype::b1) {
        if (count != 0) {
            const std::size_t size = info(to).size;
            std::memcpy(out, view.data + first * size, count * size);
        }
        return;
    }
    visit_dtype(view.dtype, [&]<class From>(std::type_identity<From>) {
        auto* at = static_cast<std::byte*>(out);
        for (std::size_t i = first; i < first + count; ++i, at += info(to).size) {
            at_index(i, [&] {
                store_converted(widened(load_element<From>(view.data + i * sizeof(From))), to, at);
            });
        }
    });
}

BRIDGE32_DETAIL_CODEC void read_numbers(Decoder& in, Dtype type, void* container, Grow* grow) {
    const std::size_t size = info(type).size;
    in.reader().enter_array();
    for (std::size_t i = 0; in.reader().next_element(); ++i) {
        auto* const at = static_cast<std::byte*>(grow(container, i + 1)) + i * size;
        at_index(i, [&] {
            visit_dtype(type, [&]<class T>(std::type_identity<T>) {
                const T value = in.value<T>();
                std::memcpy(at, &value, sizeof value);
            });
        });
    }
}

/// Throws CodecError unless the array has one dimension.
BRIDGE32_DETAIL_CODEC void require_one_dimension(const ArrayView& view) {
    if (view.dimension_count != 1) {
        throw CodecError("expected an array with one dimension, found one with " +
                         std::to_string(view.dimension_count));
    }
}

BRIDGE32_DETAIL_CODEC void require_size(std::size_t size, std::size_t found) {
    if (size != found) {
        throw CodecError("expected " + std::to_string(size) + " elements, found " +
                         std::to_string(found));
    }
}

BRIDGE32_DETAIL_CODEC std::span<const std::byte> read_bytes(Decoder& in) {
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

BRIDGE32_DETAIL_CODEC ArrayView read_array(Decoder& in, bool bytes_too) {
    const auto view = read_any_array(in, bytes_too);
    if (!view) {
        throw in.expected("an array");
    }
    require_one_dimension(*view);
    return *view;
}

BRIDGE32_DETAIL_CODEC std::optional<ArrayView> read_any_array(Decoder& in, bool bytes_too) {
    switch (in.tag()) {
        case Tag::array:
            return in.array();
        case Tag::bytes:
            if (!bytes_too) {
                throw in.expected("an array of numbers");
            }
            return in.byte_array();
        default:
            return std::nullopt;
    }
}

BRIDGE32_DETAIL_CODEC void convert_number(Dtype from, const void* value, Dtype to, void* out) {
    visit_dtype(from, [&]<class From>(std::type_identity<From>) {
        store_converted(widened(load_element<From>(static_cast<const std::byte*>(value))), to, out);
    });
}

}  // namespace bridge32::detail
