// One argument of a call, kept while the function that it is passed to runs.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/nd_array_codec.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/sequences.hpp"
#include "bridge32/internal/codec/traits.hpp"

namespace bridge32 {
namespace detail {

template <class T>
inline constexpr bool kIsStdFunction = false;
template <class Signature>
inline constexpr bool kIsStdFunction<std::function<Signature>> = true;

/// Keeps a decoded `T`, and what it views.
template <class T>
struct Slot {
    static_assert(!std::is_pointer_v<T>,
                  "a parameter cannot be a pointer: use std::string or std::string_view for text, "
                  "std::span<const T> for numbers");
    static_assert(!kIsSpan<T>,
                  "a span parameter must be std::span<const T> and not of bool, because arguments "
                  "are read-only. Take a std::vector by value to modify it");

    static_assert(!kIsStdFunction<T>,
                  "a parameter cannot be a std::function: use bridge32::Callback<R(A...)>");

    void decode(Decoder& in) {
        if constexpr (!std::is_pointer_v<T> && !kIsSpan<T> && !kIsStdFunction<T>) {
            value.emplace(in.value<T>());
        }
    }
    T& get() { return *value; }

    std::optional<T> value;
};

/// Views the text itself when there is no escape in it.
template <>
struct Slot<std::string_view> {
    void decode(Decoder& in) { view = read_string(in, storage); }
    std::string_view& get() { return view; }

    std::string storage;
    std::string_view view;
};

template <>
struct Slot<std::span<const std::byte>> {
    void decode(Decoder& in) { view = read_bytes(in); }
    std::span<const std::byte>& get() { return view; }

    std::span<const std::byte> view;
};

/// Views an attachment of the same element type in place; anything else is converted.
template <class T>
requires(!Boolean<T>) struct Slot<std::span<const T>> {
    void decode(Decoder& in) {
        if constexpr (ArrayElement<T>) {
            if (in.peek() != Kind::array) {
                const ArrayView array = read_array(in, kIsByte<T>);
                if (const T* first = in_place<T>(array)) {
                    view = {first, array.count};
                    return;
                }
                storage.resize(array.count);
                copy_elements(array, storage.data());
                view = storage;
                return;
            }
        }
        if constexpr (Element<T>) {
            storage.clear();
            read_numbers(in, dtype_id<T>(), &storage, grow_vector<T>);
        } else {
            storage = in.value<std::vector<T>>();
        }
        view = storage;
    }
    std::span<const T>& get() { return view; }

    std::vector<T> storage;
    std::span<const T> view;
};

/// Views an attachment of the same element type in place, without a share in its memory.
template <class T>
struct Slot<NdArray<const T>> {
    void decode(Decoder& in) {
        const auto array = read_any_array(in, kIsByte<T>);
        if (!array) {
            view = nested_array<T>(in);
        } else if (const T* first = in_place<T>(*array)) {
            view = {shape_of(*array), first, nullptr, array->order};
        } else {
            view = copied_array<T>(*array);
        }
    }
    NdArray<const T>& get() { return view; }

    NdArray<const T> view;
};

/// So that there may be a view in it.
template <class T>
struct Slot<std::optional<T>> {
    void decode(Decoder& in) {
        if (in.peek() == Kind::null) {
            in.reader().read_null();
            value.reset();
        } else {
            slot.decode(in);
            value.emplace(std::move(slot.get()));
        }
    }
    std::optional<T>& get() { return value; }

    Slot<T> slot;
    std::optional<T> value;
};

}  // namespace detail

/// Reads an argument for a parameter that is declared as `T`: a type that Codec can read, by
/// value, by const reference or by rvalue reference; and, viewing the message, which must
/// then outlive the call, std::string_view, std::span<const E>, NdArray<const E>, and optional
/// ones of these. A span or an array views the attachment in place when it holds elements of that
/// very type, and these may change while they are read (see bridge32_attachment); otherwise it
/// views a converted copy.
template <class T>
class Argument {
    static_assert(!std::is_lvalue_reference_v<T> || std::is_const_v<std::remove_reference_t<T>>,
                  "a parameter cannot be a non-const reference, because arguments are copies: take "
                  "it by value or const reference, and return what changed");

public:
    Argument() = default;
    Argument(const Argument&) = delete;  // there may be views of it
    Argument& operator=(const Argument&) = delete;
    ~Argument() = default;

    /// Reads the next value. Throws CodecError.
    void decode(Decoder& in) { slot_.decode(in); }
    /// Reads `json`, the text of one value. Throws CodecError.
    void decode(std::string_view json, std::span<const bridge32_attachment> attachments) {
        Decoder in(json, attachments);
        slot_.decode(in);
        in.reader().finish();
    }

    /// What to pass: a const reference, or, for the other parameters, an rvalue to move from.
    /// Valid as long as this object, and to be called once, after `decode`.
    decltype(auto) get() {
        if constexpr (std::is_lvalue_reference_v<T>) {
            return static_cast<T>(slot_.get());
        } else {
            return std::move(slot_.get());
        }
    }

private:
    detail::Slot<std::remove_cvref_t<T>> slot_;
};

}  // namespace bridge32
