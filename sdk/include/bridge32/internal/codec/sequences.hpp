// Codec of ranges that are arrays: containers, spans, std::array, bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/traits.hpp"
#include "bridge32/internal/codec/untyped.hpp"

namespace bridge32 {
namespace detail {

template <class T>
concept Container = requires(T container, std::ranges::range_value_t<T> element) {
    container.insert(container.end(), std::move(element));
};

template <class T>
void* grow_vector(void* container, std::size_t count) {
    auto& vector = *static_cast<std::vector<T>*>(container);
    vector.resize(count);
    return vector.data();
}

/// Reads a JSON array, element by element.
template <class T>
T read_sequence(Decoder& in) {
    using Value = std::ranges::range_value_t<T>;
    T result{};
    if constexpr (Element<Value> && std::same_as<T, std::vector<Value>>) {
        read_numbers(in, dtype_id<Value>(), &result, grow_vector<Value>);
    } else {
        std::size_t i = 0;
        in.reader().enter_array();
        for (; in.reader().next_element(); ++i) {
            at_index(i, [&] {
                if constexpr (Container<T>) {
                    result.insert(result.end(), in.value<Value>());
                } else if (i < result.size()) {
                    result[i] = in.value<Value>();
                } else {
                    in.reader().skip_value();
                }
            });
        }
        if constexpr (!Container<T>) {
            require_size(result.size(), i);
        }
    }
    return result;
}

/// Makes the container from the elements of a typed array.
template <class T>
T from_array(const ArrayView& view) {
    using Value = std::ranges::range_value_t<T>;
    if constexpr (FixedSize<T>) {
        T result{};
        require_size(result.size(), view.count);
        if constexpr (ElementRange<T>) {
            copy_elements(view, result.data());
        } else {
            for (std::size_t i = 0; i < view.count; ++i) {
                result[i] = element_at<Value>(view, i);
            }
        }
        return result;
    } else if constexpr (ElementRange<T> &&
                         std::is_constructible_v<T, const Value*, const Value*>) {
        if (const Value* first = in_place<Value>(view)) {
            return T(first, first + view.count);
        }
        T result(view.count, Value{});
        copy_elements(view, result.data());
        return result;
    } else if constexpr (Struct<Value>) {
        std::vector<Value> all(view.count);
        copy_elements(view, all.data());
        return T(all.begin(), all.end());
    } else {
        T result{};
        for (std::size_t i = 0; i < view.count; ++i) {
            result.insert(result.end(), element_at<Value>(view, i));
        }
        return result;
    }
}

/// Reads a range from whichever form of array there is.
template <class T>
T read_range(Decoder& in) {
    using Value = std::ranges::range_value_t<T>;
    static_assert(Container<T> || FixedSize<T>,
                  "the elements would have no owner: use a container such as std::vector; as a "
                  "parameter also std::span<const T>");
    if (in.peek() == Kind::array) {
        return read_sequence<T>(in);
    }
    if constexpr (ArrayElement<Value>) {
        return from_array<T>(read_array(in, kIsByte<Value>));
    } else {
        if (in.tag() != Tag::array) {
            throw in.expected("an array");
        }
        // Rows of an n-dimensional array, or structs for a type with nlohmann's from_json.
        Encoder nested;
        nested.value(in.value<Json>());
        Decoder again(nested.text(), nested.attachments());
        return again.value<T>();
    }
}

}  // namespace detail

/// `$array`: contiguous numbers travel beside the text, bit for bit.
template <detail::ElementRange T>
struct Codec<T> {
    static void encode(Encoder& out, const T& range) {
        const std::uint64_t size = std::ranges::size(range);
        detail::encode_elements(out, {&size, 1}, std::ranges::data(range),
                                std::ranges::size(range));
    }
    static T decode(Decoder& in) { return detail::read_range<T>(in); }
};

/// `$bytes`: contiguous std::byte.
template <detail::ByteRange T>
struct Codec<T> {
    static void encode(Encoder& out, const T& range) {
        out.bytes(std::ranges::data(range), std::ranges::size(range));
    }
    static T decode(Decoder& in) {
        static_assert(detail::Container<T> || detail::FixedSize<T>,
                      "the bytes would have no owner: use bridge32::Bytes; as a parameter also "
                      "std::span<const std::byte>");
        const auto bytes = detail::read_bytes(in);
        if constexpr (detail::FixedSize<T>) {
            T result{};
            detail::require_size(result.size(), bytes.size());
            std::ranges::copy(bytes, result.begin());
            return result;
        } else {
            return T(bytes.begin(), bytes.end());
        }
    }
};

template <>
struct Codec<Bytes> {
    static void encode(Encoder& out, const Bytes& bytes) { out.bytes(bytes.data(), bytes.size()); }
    static Bytes decode(Decoder& in) { return Bytes(detail::read_bytes(in)); }
};

/// A JSON array. A map whose keys are not text is an array of pairs.
template <detail::TextRange T>
struct Codec<T> {
    static void encode(Encoder& out, const T& range) {
        using Reference = std::ranges::range_reference_t<const T>;
        using Value = std::ranges::range_value_t<const T>;
        out.begin_array();
        for (auto&& element : range) {
            out.next();
            if constexpr (std::is_lvalue_reference_v<Reference>) {
                out.value(element);
            } else if constexpr (std::is_arithmetic_v<Value>) {
                out.value(static_cast<Value>(element));
            } else {
                out.value(out.keep(Value(std::forward<decltype(element)>(element))));
            }
        }
        out.end_array();
    }
    static T decode(Decoder& in) { return detail::read_range<T>(in); }
};

}  // namespace bridge32
