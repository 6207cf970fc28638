// What a library passes to a callback, as the callback's arguments; and the callback's result, as
// the library wants it. Nothing is cut: what does not fit throws InvalidArgument.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/internal/plugin/c_function_plan.hpp"

namespace bridge32::detail {

/// The result of a callback, where messages want the number of an argument.
inline constexpr std::size_t kResultOfCallback = 999;

/// @{
/// Throws InvalidArgument: what is wrong with a callback's argument, counted from 0, or result.
[[noreturn]] void throw_null_argument(std::size_t i, std::string_view wanted);
[[noreturn]] void throw_bad_length(std::size_t i, std::int64_t length);
[[noreturn]] void throw_too_long(std::size_t size, std::size_t room);
[[noreturn]] void throw_bad_argument(std::size_t i, const std::string& why);
[[noreturn]] void throw_shared_user_data();
/// @}

/// The number of type `from` at `value` as one of type `to` at `out`. Throws InvalidArgument when
/// it does not fit.
void convert_number(std::size_t i, Dtype from, const void* value, Dtype to, void* out);
/// Throws InvalidArgument unless a double is the very number.
double exact_double(std::size_t i, long double value);

template <CNumber To, CNumber From>
To checked_number(std::size_t i, From from) {
    if constexpr (std::same_as<To, From>) {
        return from;
    } else if constexpr (std::is_enum_v<To>) {
        return static_cast<To>(checked_number<std::underlying_type_t<To>>(i, from));
    } else if constexpr (std::is_enum_v<From>) {
        return checked_number<To>(i, static_cast<std::underlying_type_t<From>>(from));
    } else if constexpr (Boolean<To> && Integer<From>) {
        return from != 0;  // C's truth
    } else if constexpr (Boolean<From> || std::same_as<To, long double>) {
        return static_cast<To>(from);
    } else if constexpr (std::same_as<From, long double>) {
        return checked_number<To>(i, exact_double(i, from));
    } else if constexpr (Boolean<To>) {
        return checked_number<std::int64_t>(i, from) != 0;
    } else {
        if constexpr (Integer<To> && Integer<From>) {
            if (std::in_range<sized_integer_t<To>>(static_cast<sized_integer_t<From>>(from))) {
                return static_cast<To>(from);
            }
        }
        To to;
        convert_number(i, dtype_id<From>(), &from, dtype_id<To>(), &to);
        return to;
    }
}

/// A length of the library's.
template <Integer C>
std::size_t checked_length(std::size_t i, C length) {
    if (std::cmp_less(static_cast<sized_integer_t<C>>(length), 0)) {
        throw_bad_length(i, static_cast<std::int64_t>(length));
    }
    return static_cast<std::size_t>(length);
}

/// @{
/// Zero-terminated text as UTF-8 or as it is; `text` is not null.
inline std::string_view c_text(const char* text) { return text; }
inline std::string_view c_text(const signed char* text) {
    return reinterpret_cast<const char*>(text);
}
inline std::string_view c_text(const unsigned char* text) {
    return reinterpret_cast<const char*>(text);
}
inline std::string c_text(const wchar_t* text) { return wide_to_utf8(std::wstring_view(text)); }
inline std::string c_text(const char16_t* text) { return utf16_to_utf8(text); }
/// @}

template <class A, class C>
A text_argument(std::size_t i, const C* text) {
    using Bare = without_optional_t<A>;
    if constexpr (std::same_as<A, const char*>) {
        static_assert(sizeof(C) == 1, "wide text must be a std::string in the callback");
        return reinterpret_cast<const char*>(text);  // null travels as null
    } else {
        if (text == nullptr) {
            if constexpr (!std::same_as<A, Bare>) {
                return A();
            } else {
                throw_null_argument(i, "text: declare it as a std::optional<std::string>");
            }
        }
        if constexpr (OwnWideText<Bare>) {
            return A(utf8_to_wide<Bare>(c_text(text)));
        } else if constexpr (std::same_as<Bare, std::string_view>) {
            static_assert(sizeof(C) == 1, "wide text must be a std::string in the callback");
            return A(c_text(text));
        } else {
            return A(Bare(std::string(c_text(text))));
        }
    }
}

template <class A, class E>
A elements_argument(std::size_t i, E* data, std::size_t length) {
    using Bare = without_optional_t<A>;
    using T = typename ElementOf<Bare>::type;
    if (data == nullptr && length != 0) {
        throw_null_argument(i, std::to_string(length) + " elements");
    }
    if constexpr (!std::same_as<A, Bare>) {
        if (data == nullptr) {
            return A();
        }
    }
    if constexpr (std::same_as<Bare, std::string> || std::same_as<Bare, std::string_view>) {
        return A(Bare(reinterpret_cast<const char*>(data), length));
    } else if constexpr (std::same_as<Bare, Bytes>) {
        return A(Bytes(data, length));
    } else if constexpr (std::same_as<T, std::byte> || std::is_void_v<E>) {
        const auto* const first = reinterpret_cast<const T*>(data);
        return A(Bare(first, first + length));
    } else if constexpr (CText<std::decay_t<E>>) {
        Bare all;
        for (std::size_t k = 0; k < length; ++k) {
            all.push_back(text_argument<T>(i, data[k]));
        }
        return A(std::move(all));
    } else {
        return A(Bare(data, data + length));
    }
}

template <class A, class T>
A pointee_argument(std::size_t i, const T* pointer) {
    if (pointer != nullptr) {
        return A(*pointer);
    }
    if constexpr (!std::same_as<A, without_optional_t<A>>) {
        return A();
    } else {
        throw_null_argument(i, "a struct or number: declare it as a std::optional");
    }
}

template <class A, class C>
A direct_argument(std::size_t i, C& value) {
    if constexpr (std::same_as<A, C>) {
        return value;
    } else if constexpr (CNumber<A> && CNumber<C>) {
        return checked_number<A>(i, value);
    } else if constexpr (CText<C>) {
        return text_argument<A>(i, static_cast<const pointee_t<C>*>(value));
    } else {
        return A(value);
    }
}

/// Texts that C functions have returned. Each stays until the same thread returns another one.
class KeptTexts {
public:
    const char* keep(std::string text);

private:
    std::mutex mutex_;
    std::map<std::thread::id, std::string> texts_;
};

template <class CR, class R>
CR c_result(KeptTexts& texts, R&& result) {
    using Value = std::remove_cvref_t<R>;
    if constexpr (std::same_as<Value, CR>) {
        return std::forward<R>(result);
    } else if constexpr (CNumber<Value> && CNumber<CR>) {
        return checked_number<CR>(kResultOfCallback, result);
    } else if constexpr (std::same_as<CR, const char*> && std::same_as<Value, std::string>) {
        return texts.keep(std::forward<R>(result));
    } else if constexpr (std::same_as<CR, const char*> &&
                         std::same_as<Value, std::optional<std::string>>) {
        return result ? texts.keep(*std::forward<R>(result)) : nullptr;
    } else {
        static_assert(std::is_convertible_v<R, CR>,
                      "the adapter must return what the C function returns, or for a const char* a "
                      "std::string");
        return std::forward<R>(result);
    }
}

/// Writes a result to where the library wants it; it passes null when it does not.
template <class R, class T>
void write_out(R&& result, T* to) {
    if (to != nullptr) {
        if constexpr (CNumber<std::remove_cvref_t<R>>) {
            *to = checked_number<T>(kResultOfCallback, result);
        } else {
            *to = std::forward<R>(result);
        }
    }
}

/// Writes text, with a zero behind it where there is room, or bytes. Only asks for the size of a
/// null buffer.
std::size_t fill_buffer(void* buffer, std::size_t room, const void* data, std::size_t size,
                        bool is_text);

}  // namespace bridge32::detail
