// Takes function types apart: result, parameters, calling convention.
#pragma once

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>

#include "bridge32/calling_convention.hpp"

namespace bridge32::detail {

/// Bytes that an argument takes on a 32-bit stack: a multiple of four.
template <class A>
inline constexpr std::size_t kStackBytes =
    ((std::is_reference_v<A> ? sizeof(void*) : sizeof(std::remove_reference_t<A>)) + 3) / 4 * 4;

/// What every kind of function has in common. `arguments` holds the parameter types as
/// declared, references included.
template <CallingConvention Convention, class Class, class R, class... A>
struct function_facts {
    using result = R;
    using arguments = std::tuple<A...>;
    using class_type = Class;  ///< void unless it is a member function

    static constexpr CallingConvention convention = Convention;
    static constexpr std::size_t arity = sizeof...(A);
    /// The N in decorated names such as `f@N`.
    static constexpr std::size_t argument_bytes = (std::size_t{0} + ... + kStackBytes<A>);
};

/// Facts about F: a pointer to a function of any calling convention, a pointer to a member
/// function, or an object with exactly one `operator()`. No members for anything else.
template <class F>
struct function_traits {};

template <class F>
concept OneCallOperator = std::is_class_v<F> && requires {
    &F::operator();
};

template <OneCallOperator F>
struct function_traits<F> : function_traits<decltype(&F::operator())> {};

#define BRIDGE32_DETAIL_POINTER(spelling, name)                      \
    template <class R, class... A>                                   \
    struct function_traits<R(spelling*)(A...)>                       \
        : function_facts<CallingConvention::name, void, R, A...> {}; \
    template <class R, class... A>                                   \
    struct function_traits<R(spelling*)(A...) noexcept>              \
        : function_facts<CallingConvention::name, void, R, A...> {};

BRIDGE32_DETAIL_CONVENTIONS_BEGIN
BRIDGE32_DETAIL_EACH_CONVENTION(BRIDGE32_DETAIL_POINTER)
BRIDGE32_DETAIL_CONVENTIONS_END
#undef BRIDGE32_DETAIL_POINTER

#define BRIDGE32_DETAIL_MEMBER(qualifiers)            \
    template <class C, class R, class... A>           \
    struct function_traits<R (C::*)(A...) qualifiers> \
        : function_facts<CallingConvention::cdecl_, C, R, A...> {};
BRIDGE32_DETAIL_MEMBER()
BRIDGE32_DETAIL_MEMBER(const)
BRIDGE32_DETAIL_MEMBER(noexcept)
BRIDGE32_DETAIL_MEMBER(const noexcept)
BRIDGE32_DETAIL_MEMBER(&)
BRIDGE32_DETAIL_MEMBER(const&)
BRIDGE32_DETAIL_MEMBER(&noexcept)
BRIDGE32_DETAIL_MEMBER(const& noexcept)
#undef BRIDGE32_DETAIL_MEMBER

/// F can be taken apart by function_traits.
template <class F>
concept KnownFunction = requires {
    typename function_traits<std::decay_t<F>>::arguments;
};

}  // namespace bridge32::detail
