// How the parameters of a library's callback become those of a bridge32::Callback: found at compile
// time, by the types.
//
//     void (*)(int id, const short* data, int n, void* user)
//     Callback<void(int, std::span<const short>)>
//
// Each of the callback's parameters takes the next parameters of the C function that fit it: one
// number, text or struct, a pointer to a struct, or a pointer and a length. Parameters of the C
// function that nothing takes are user data, results of the callback (`int*`) or a buffer that its
// text is written to. If there is no such assignment, the author must write an adapter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/traits.hpp"

namespace bridge32::detail {

inline constexpr std::size_t kMaxCParameters = 16;
inline constexpr std::uint8_t kNoParameter = 255;

/// How one parameter of a callback can be made of parameters of the C function.
enum Way : std::uint8_t {
    kDirect = 1,    // of one: a number, text, a struct by value
    kPointee = 2,   // of what one points to
    kElements = 4,  // of a pointer and a length, in either order
};

/// What is asked about the two signatures.
struct CShape {
    std::size_t arguments = 0;   // of the callback
    std::size_t parameters = 0;  // of the C function
    std::array<std::array<std::uint8_t, kMaxCParameters>, kMaxCParameters> ways{};
    std::array<bool, kMaxCParameters> is_length{};
    std::array<bool, kMaxCParameters> is_pointer{};  // void*
    std::array<bool, kMaxCParameters> is_long{};     // an integer that can hold a pointer
    std::array<bool, kMaxCParameters> is_buffer{};   // of writable characters or bytes
    std::size_t results = 0;                         // of the callback: those of a tuple
    std::array<std::array<bool, kMaxCParameters>, kMaxCParameters> is_out{};
    bool returns = false;        // the C function has a result
    bool returns_first = false;  // which the callback's first one fits
    bool fills = false;          // the callback's result can be written to a buffer
    bool returns_size = false;   // the C function's result can be the size of that
};

struct CSource {
    std::uint8_t way = 0;
    std::uint8_t at = kNoParameter;
    std::uint8_t length = kNoParameter;
};

/// Which parameters of the C function become what.
struct CPlan {
    bool found = false;
    std::uint8_t user_data = kNoParameter;
    std::array<CSource, kMaxCParameters> arguments{};
    std::array<std::uint8_t, kMaxCParameters> outs{};
    std::size_t first_out = 0;  // the results before it are returned
    std::uint8_t buffer = kNoParameter;
    std::uint8_t buffer_size = kNoParameter;
};

class CPlanSearch {
public:
    constexpr explicit CPlanSearch(const CShape& shape) : shape_(shape) {
        plan_.outs.fill(kNoParameter);
    }

    constexpr CPlan run() {
        if (shape_.arguments > kMaxCParameters || shape_.parameters > kMaxCParameters) {
            return plan_;
        }
        if (try_user_data(kNoParameter)) {
            return plan_;
        }
        const std::size_t count = shape_.parameters;
        for (std::size_t j = count; j-- != 0;) {
            if (shape_.is_pointer[j] && try_user_data(j)) {
                return plan_;
            }
        }
        if (count != 0 && shape_.is_long[count - 1]) {
            try_user_data(count - 1);
        }
        return plan_;
    }

private:
    constexpr bool try_user_data(std::size_t j) {
        plan_.user_data = static_cast<std::uint8_t>(j);
        plan_.first_out = shape_.returns ? 1 : 0;
        filling_ = false;
        plan_.found =
            (!shape_.returns || shape_.returns_first) && from(0, next(0, false), plan_.first_out);
        if (!plan_.found && shape_.fills && (!shape_.returns || shape_.returns_size)) {
            filling_ = true;
            plan_.first_out = shape_.results;
            plan_.found = from(0, next(0, false), plan_.first_out);
        }
        return plan_.found;
    }

    /// `j`, or the parameter after it, without the user data.
    constexpr std::size_t next(std::size_t j, bool after = true) const {
        j += after ? 1 : 0;
        return j == plan_.user_data ? j + 1 : j;
    }
    constexpr bool length_at(std::size_t j) const {
        return j < shape_.parameters && shape_.is_length[j];
    }
    constexpr bool set(std::size_t i, Way way, std::size_t at, std::size_t length = kNoParameter) {
        plan_.arguments[i] = {way, static_cast<std::uint8_t>(at),
                              static_cast<std::uint8_t>(length)};
        return true;
    }

    /// Whether the callback's parameters from `i` on and its results from `k` on can be had of the
    /// C function's parameters from `j` on.
    constexpr bool from(std::size_t i, std::size_t j, std::size_t k) {
        if (j >= shape_.parameters) {
            // A C function without a result may drop the callback's.
            const bool dropped = k == 0 && shape_.results == 1 && !filling_;
            return i == shape_.arguments && (k >= shape_.results || dropped) &&
                   filling_ == (plan_.buffer != kNoParameter);
        }
        const std::size_t then = next(j);
        if (i < shape_.arguments) {
            const std::uint8_t ways = shape_.ways[i][j];
            if ((ways & kDirect) != 0 && set(i, kDirect, j) && from(i + 1, then, k)) {
                return true;
            }
            if ((ways & kElements) != 0 && length_at(then) && set(i, kElements, j, then) &&
                from(i + 1, next(then), k)) {
                return true;
            }
            if (length_at(j) && then < shape_.parameters &&
                (shape_.ways[i][then] & kElements) != 0 && set(i, kElements, then, j) &&
                from(i + 1, next(then), k)) {
                return true;
            }
            if ((ways & kPointee) != 0 && set(i, kPointee, j) && from(i + 1, then, k)) {
                return true;
            }
        }
        if (k < shape_.results && shape_.is_out[k][j]) {
            plan_.outs[k] = static_cast<std::uint8_t>(j);
            if (from(i, then, k + 1)) {
                return true;
            }
        }
        if (filling_ && plan_.buffer == kNoParameter && shape_.is_buffer[j] && length_at(then)) {
            plan_.buffer = static_cast<std::uint8_t>(j);
            plan_.buffer_size = static_cast<std::uint8_t>(then);
            // The callback may want to know the size.
            if (from(i, next(then), k) || from(i, then, k)) {
                return true;
            }
            plan_.buffer = kNoParameter;
        }
        return false;
    }

    const CShape& shape_;
    CPlan plan_{};
    bool filling_ = false;
};

// -- which types fit --

template <class T>
struct WithoutOptional {
    using type = T;
};
template <class T>
struct WithoutOptional<std::optional<T>> {
    using type = T;
};
template <class T>
using without_optional_t = typename WithoutOptional<T>::type;

template <class T, class... Others>
inline constexpr bool kIsOneOf = (std::is_same_v<T, Others> || ...);

template <class T>
using pointee_t = std::remove_cv_t<std::remove_pointer_t<T>>;

/// A number of any kind, which is checked when it becomes another one.
template <class T>
concept CNumber = Element<T> || Boolean<T> || std::is_enum_v<T> || std::same_as<T, long double>;

/// Zero-terminated text.
template <class C>
concept CText = std::is_pointer_v<C> && kIsOneOf < pointee_t<C>,
char, signed char, unsigned char, wchar_t, char16_t > ;

template <class T>
concept OwnWideText = kIsOneOf<T, std::u16string, std::wstring>;

/// What text can become.
template <class A>
concept TextArgument = std::same_as<A, const char*> || OwnWideText<without_optional_t<A>> ||
    (!CNumber<without_optional_t<A>> && std::is_convertible_v<std::string, without_optional_t<A>>);

template <class A, class C>
inline constexpr bool kIsSameElement = std::is_same_v<A, C> ||
                                       (std::is_void_v<C> && sizeof(A) == 1);
template <class A, class C>
requires(Integer<A>&& Integer<C>) inline constexpr bool kIsSameElement<A, C> =
    std::is_same_v<sized_integer_t<A>, sized_integer_t<C>>;

template <class C>
concept CByte = std::is_void_v<C> ||(Integer<C> && sizeof(C) == 1) || std::same_as<C, std::byte>;

/// What a range is made of; void for what is none.
template <class A>
struct ElementOf {
    using type = void;
};
template <class T>
struct ElementOf<std::vector<T>> {
    using type = T;
};
template <class T>
struct ElementOf<std::span<const T>> {
    using type = T;
};
template <>
struct ElementOf<Bytes> {
    using type = std::byte;
};
template <>
struct ElementOf<std::string> {
    using type = std::byte;
};
template <>
struct ElementOf<std::string_view> {
    using type = std::byte;
};

/// A pointer of type `C` and a length can become an `A`.
template <class A, class C>
constexpr bool is_elements() {
    using T = typename ElementOf<A>::type;
    using E = pointee_t<C>;
    if constexpr (!std::is_pointer_v<C> || std::is_void_v<T>) {
        return false;
    } else if constexpr (std::is_same_v<T, std::byte>) {
        return CByte<E>;
    } else if constexpr (TextArgument<T>) {
        return CText<E>;
    } else if constexpr (kIsSpan<A>) {
        return std::is_same_v<T, E>;
    } else if constexpr (!Boolean<T>) {
        return kIsSameElement<T, E>;
    } else {
        return false;
    }
}

template <class A, class C>
constexpr std::uint8_t ways() {
    using Bare = without_optional_t<A>;
    std::uint8_t all = 0;
    if constexpr (std::is_same_v<A, C> || (CNumber<A> && CNumber<C>) ||
                  (CText<C> && TextArgument<A>) ||
                  (std::is_class_v<A> && std::is_class_v<C> && std::is_convertible_v<C, A>)) {
        all |= kDirect;
    }
    if constexpr (is_elements<Bare, C>()) {
        all |= kElements;
    }
    if constexpr (std::is_pointer_v<C>) {
        using Pointee = std::remove_pointer_t<C>;
        if constexpr (std::is_same_v<Bare, pointee_t<C>> &&
                      (std::is_class_v<Bare> || (CNumber<Bare> && std::is_const_v<Pointee>))) {
            all |= kPointee;
        }
    }
    return all;
}

/// A result of type `R` can be written to where a `C` points.
template <class R, class C>
constexpr bool is_out() {
    if constexpr (std::is_pointer_v<C>) {
        using Pointee = std::remove_pointer_t<C>;
        return !std::is_const_v<Pointee> && ((CNumber<R> && CNumber<Pointee>) ||
                                             (std::is_class_v<R> && std::is_same_v<R, Pointee>));
    } else {
        return false;
    }
}

/// A result of type `R` can be returned as a `C`.
template <class R, class C>
constexpr bool is_returned() {
    return std::is_same_v<R, C> || (CNumber<R> && CNumber<C>) ||
           (std::is_same_v<C, const char*> && std::is_same_v<without_optional_t<R>, std::string>) ||
           (std::is_class_v<C> && std::is_convertible_v<R, C>);
}

/// The results of a callback.
template <class R>
struct Results {
    using type = std::tuple<R>;
};
template <>
struct Results<void> {
    using type = std::tuple<>;
};
template <class... R>
struct Results<std::tuple<R...>> {
    using type = std::tuple<R...>;
};

template <class R, class Arguments, class CR, class CArguments>
struct CPlanFor;

template <class R, class... A, class CR, class... CA>
struct CPlanFor<R, std::tuple<A...>, CR, std::tuple<CA...>> {
    static constexpr bool kFits =
        sizeof...(A) <= kMaxCParameters && sizeof...(CA) <= kMaxCParameters;

    static constexpr CShape shape() {
        CShape shape;
        shape.arguments = sizeof...(A);
        shape.parameters = sizeof...(CA);
        if constexpr (kFits) {
            std::size_t i = 0;
            ((shape.ways[i++] = ways_of<A>()), ...);
            shape.is_length = {(Integer<CA> && sizeof(CA) >= sizeof(int))...};
            shape.is_pointer = {std::is_same_v<CA, void*>...};
            shape.is_long = {kIsOneOf<CA, long, unsigned long, std::intptr_t, std::uintptr_t> &&
                             !kIsOneOf<CA, int, unsigned>...};
            shape.is_buffer = {is_buffer<CA>()...};
            add_results(shape, static_cast<typename Results<R>::type*>(nullptr));
        }
        shape.returns = !std::is_void_v<CR>;
        shape.fills = kIsOneOf<R, std::string, Bytes, std::vector<std::uint8_t>>;
        shape.returns_size = Integer<CR>;
        return shape;
    }
    static constexpr CPlan kPlan = [] {
        const CShape shape = CPlanFor::shape();
        return CPlanSearch(shape).run();
    }();

private:
    template <class From>
    static constexpr auto ways_of() {
        return std::array<std::uint8_t, kMaxCParameters>{ways<From, CA>()...};
    }
    template <class Result>
    static constexpr auto outs_of() {
        return std::array<bool, kMaxCParameters>{is_out<Result, CA>()...};
    }
    template <class C>
    static constexpr bool is_buffer() {
        return std::is_pointer_v<C> && !std::is_const_v<std::remove_pointer_t<C>> &&
               CByte<pointee_t<C>>;
    }
    template <class... P>
    static constexpr void add_results(CShape& shape, std::tuple<P...>*) {
        shape.results = sizeof...(P);
        if constexpr (sizeof...(P) != 0 && sizeof...(P) <= kMaxCParameters) {
            std::size_t k = 0;
            ((shape.is_out[k++] = outs_of<P>()), ...);
            shape.returns_first = is_returned<std::tuple_element_t<0, std::tuple<P...>>, CR>();
        }
    }
};

}  // namespace bridge32::detail
