// Codec of optional, pair, tuple and maps.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/traits.hpp"

namespace bridge32 {

/// null when there is none.
template <class T>
struct Codec<std::optional<T>> {
    static void encode(Encoder& out, const std::optional<T>& value) {
        if (value) {
            out.value(*value);
        } else {
            out.value(nullptr);
        }
    }
    static std::optional<T> decode(Decoder& in) {
        if (in.peek() == Kind::null) {
            in.reader().read_null();
            return std::nullopt;
        }
        return in.value<T>();
    }
};

namespace detail {

/// An array with one element for each of `Parts`. Read from an object too, which has one member for
/// each, in this order: several results of a function of an interface file.
template <class Tuple, class... Parts>
struct TupleCodec {
    static void encode(Encoder& out, const Tuple& tuple) {
        out.begin_array();
        std::apply([&](const Parts&... part) { ((out.next(), out.value(part)), ...); }, tuple);
        out.end_array();
    }
    static Tuple decode(Decoder& in) {
        const bool is_object = in.peek() == Kind::object && in.tag() == Tag::none;
        if (in.peek() != Kind::array && !is_object) {
            throw in.expected("an array of " + std::to_string(sizeof...(Parts)));
        }
        std::size_t count = 0;
        if (is_object) {
            in.reader().enter_object();
        } else {
            in.reader().enter_array();
        }
        // Braces: the parts are read from left to right.
        Tuple result{part<std::remove_const_t<Parts>>(in, is_object, count)...};
        for (; next(in, is_object); ++count) {
            in.reader().skip_value();
        }
        require_size(sizeof...(Parts), count);
        return result;
    }

private:
    static bool next(Decoder& in, bool is_object) {
        return is_object ? in.next_key().has_value() : in.reader().next_element();
    }

    template <class Part>
    static Part part(Decoder& in, bool is_object, std::size_t& count) {
        if (!next(in, is_object)) {
            require_size(sizeof...(Parts), count);
        }
        return at_index(count++, [&] { return in.value<Part>(); });
    }
};

}  // namespace detail

template <class First, class Second>
struct Codec<std::pair<First, Second>>
    : detail::TupleCodec<std::pair<First, Second>, First, Second> {};

template <class... Parts>
struct Codec<std::tuple<Parts...>> : detail::TupleCodec<std::tuple<Parts...>, Parts...> {};

/// An object. Of equal names the last one counts.
template <detail::ObjectRange T>
struct Codec<T> {
    using Key = typename T::key_type;
    using Value = typename T::mapped_type;

    static void encode(Encoder& out, const T& map) {
        out.begin_object();
        for (const auto& [name, value] : map) {
            out.key(name);
            out.value(value);
        }
        out.end_object();
    }
    static T decode(Decoder& in) {
        static_assert(!std::is_same_v<Key, std::string_view>,
                      "the keys would have no owner: use std::string");
        if (in.tag() != detail::Tag::none || in.peek() != Kind::object) {
            throw in.expected("an object");
        }
        T map{};
        in.reader().enter_object();
        while (const auto name = in.next_key()) {
            Key key(*name);
            detail::at_member(std::string_view(key), [&] {
                if constexpr (requires { map.insert_or_assign(key, in.value<Value>()); }) {
                    map.insert_or_assign(key, in.value<Value>());
                } else {
                    map.insert({key, in.value<Value>()});
                }
            });
        }
        return map;
    }
};

}  // namespace bridge32
