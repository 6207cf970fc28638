// How one function of an interface is called: made once from its signature and attributes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"
#include "value.hpp"

namespace bridge32::ffi {

inline constexpr std::size_t kNone = (std::numeric_limits<std::size_t>::max)();

/// What a parameter of the C function is to its caller.
enum class Pass : std::uint8_t {
    value,     ///< itself
    pointer,   ///< points to one value
    array,     ///< points to elements, of which there are as many as `count` says
    text,      ///< the same, of characters
    lent,      ///< the function stores a pointer to elements of the library's there
    callback,  ///< a function of the client's
    length,    ///< follows from an array, and is no argument
    size,      ///< `constant`, and no argument
    closure,   ///< user data of a callback, and no argument
};

/// The expression of `count(…)`, in the units that are counted.
struct Length {
    const interfaces::Expression* expression = nullptr;
    std::uint64_t constant = 0;     ///< without an expression
    std::size_t parameter = kNone;  ///< it is just that one, or what that one points to
    bool in_bytes = false;

    bool is_there() const noexcept { return expression != nullptr || constant != 0; }
};

struct Plan;

struct ParameterPlan {
    std::string name{};
    Pass pass = Pass::value;
    Value value{};         ///< itself, what it points to, or its elements
    std::uint32_t at = 0;  ///< its first word of the call
    bool in = true;
    bool out = false;
    bool optional = false;
    bool is_const = false;  ///< what it points to
    bool assumed = false;
    bool is_pointer = false;  ///< a length that is passed by pointer
    Length count{};
    std::vector<Length> dimensions{};  ///< of a matrix, in place of `count`; the slowest first
    Length used{};
    std::uint32_t constant = 0;    ///< of a size
    bool zero_terminated = false;  ///< a zero is behind the elements, which says how many
    std::size_t argument = kNone;  ///< its number among the arguments
    std::size_t of = kNone;        ///< of a length: the array; of user data: the callback
    std::size_t dimension = 0;     ///< of a length of a matrix
    std::size_t tag = kNone;       ///< of a union: the parameter that says what is in it
    std::string free{};            ///< what gives back text or an array that it got
    // A callback:
    std::shared_ptr<const Plan> callback{};
    bool long_lived = false;
    std::string ends{};  ///< the function after which the library does not call it any more

    bool is_argument() const noexcept {
        return pass != Pass::length && pass != Pass::size && pass != Pass::closure && in;
    }
};

/// How a result comes back.
enum class Return : std::uint8_t {
    nothing,
    registers,
    x87,
    memory,   ///< the caller's, whose address is a hidden parameter
    array,    ///< a pointer to elements
    pointee,  ///< a pointer to one struct
};

struct Plan {
    std::string name{};
    const interfaces::Interface* file = nullptr;
    const interfaces::Signature* signature = nullptr;
    /// @{
    /// Of a variadic function: what stands in place of `...`, and the signature with that.
    std::shared_ptr<const interfaces::Interface> tail{};
    std::shared_ptr<const interfaces::Signature> whole{};
    /// @}
    const interfaces::Attributes* attributes = nullptr;
    std::deque<interfaces::Attributes> merged{};  ///< their own and those of typedefs
    interfaces::Convention convention = interfaces::Convention::cdecl_;
    std::vector<ParameterPlan> parameters{};
    std::vector<std::size_t> arguments{};  ///< the parameters that are arguments, in order
    std::uint32_t words = kStack;          ///< of the call, registers included
    std::uint32_t hidden = kStack;  ///< the word that says where to return, if that is memory
    std::uint32_t pops = 0;         ///< bytes that the callee takes off the stack
    Return returns = Return::nothing;
    Value result{};
    Length result_count{};
    bool result_zero_terminated = false;  ///< in place of a count
    std::string result_free{};
    bool result_borrowed = false;  ///< a handle that is not the caller's to end
    std::size_t results = 0;       ///< how many values come back
    bool has_unions = false;       ///< among its parameters
    bool has_free = false;         ///< of what a parameter got
    const interfaces::Expression* fails = nullptr;
    bool result_as_signed = false;  ///< an unsigned one, which `fails` compares with a negative one
    std::string fails_text{};       ///< the function that says why
    std::size_t fails_parameter = kNone;  ///< or the text that the function fills, and no result
    std::string missing{};                ///< why it cannot be called; empty: it can
    bool ends_callbacks = false;    ///< see ends_of_callbacks; set by who knows the whole file
    std::size_t user_data = kNone;  ///< of a callback: the parameter that is not passed on

    bool is_stdcall_like() const noexcept {
        return convention == interfaces::Convention::stdcall ||
               convention == interfaces::Convention::fastcall ||
               convention == interfaces::Convention::thiscall;
    }
};

/// The functions that some callback `ends` with.
std::set<std::string, std::less<>> ends_of_callbacks(const interfaces::Interface& file);

/// Never throws Refusal: a plan that cannot be followed has `missing`.
Plan plan_of(const interfaces::Function& function, const Context& context);

/// "int f(int a, int b)", without the convention that all functions of the library have.
std::string prototype_of(const interfaces::Function& function, const Context& context);

}  // namespace bridge32::ffi
