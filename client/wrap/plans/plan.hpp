// How one function of an interface is passed on: made once, from its signature and attributes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "interface/interface.hpp"
#include "wrap/plans/shape.hpp"

namespace bridge32::wrap {

inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

enum class Pass : std::uint8_t {
    value,     ///< itself
    pointer,   ///< leads to one value, or to elements
    callback,  ///< a function of the program's
    closure,   ///< user data of a callback
    given_up,  ///< memory of the library's, of which the program has a copy
    size,      ///< the size of a struct
};

/// Where the program puts a value: one or two registers, or the stack.
struct Place {
    enum class Kind : std::uint8_t { stack, integer, vector };
    std::uint32_t parts = 0;  ///< 0: on the stack, at `stack`
    Kind kind[2]{};
    std::uint32_t number[2]{};
    std::uint32_t stack = 0;  ///< bytes from the first argument there
};

struct Plan;

struct ParameterPlan {
    std::string name{};
    Pass pass = Pass::value;
    Shape shape{};  ///< itself, what it points to, or its elements
    Place place{};
    std::uint32_t word = 0;    ///< bytes from the first word of the 32-bit call
    std::uint32_t size64 = 8;  ///< of the parameter itself
    bool in = true;
    bool out = false;
    bool is_const = false;  ///< what it points to
    bool assumed = false;
    bool in_bytes = false;  ///< `count` and `used` are
    bool zero_terminated = false;
    std::vector<const interfaces::Expression*> count{};  ///< none: one value; several: a matrix
    std::uint64_t constant_count = 0;                    ///< `int x[3]`
    const interfaces::Expression* used = nullptr;
    /// An integer that says how many bytes another one has, and counts otherwise in the library:
    /// times `size32`, divided by `size64` of that one's elements.
    std::size_t bytes_of = kNone;
    std::uint32_t size32_of_struct = 0, size64_of_struct = 0;  ///< of a size
    std::shared_ptr<const Plan> callback{};
    /// @{
    /// A struct of the program's that the library keeps: with `retain(until f)` in some function.
    bool is_kept = false;
    bool begins = false;  ///< this function keeps it
    bool ends = false;    ///< this is `f`
    /// @}
};

enum class Return : std::uint8_t {
    nothing,
    value,
    array,   ///< a pointer to elements of the library's
    given,   ///< text whose memory is now the program's
    within,  ///< a pointer into an argument
};

struct Plan {
    std::string name{};
    const interfaces::Interface* file = nullptr;
    std::deque<interfaces::Attributes> merged{};
    std::vector<ParameterPlan> parameters{};
    Return returns = Return::nothing;
    Shape result{};
    bool result_in_memory = false;  ///< of the program: through a hidden pointer, RDI
    Place result_place{};           ///< in which registers it goes, if not
    bool result_hidden32 = false;   ///< of the library: a struct
    std::uint32_t hidden_word = 0;
    std::vector<const interfaces::Expression*> result_count{};
    bool result_in_bytes = false;
    std::string result_free{};
    std::size_t within = kNone;
    bool is_small = false;    ///< no pointers: it can be called as a SmallCall
    std::uint32_t words = 0;  ///< of the 32-bit call, registers included
    std::uint32_t pops = 0;
    const interfaces::Expression* fails = nullptr;
    bool returns_word = false;  ///< an integer or a pointer, which can be an error value
    std::string refusal{};      ///< why it cannot be called; empty: it can
};

/// What a function can be called for although nothing says what its parameter is: `free` of some
/// other function's result.
bool frees_results(const interfaces::Interface& file, const std::string& name);

/// Never throws Refusal: a plan that cannot be followed has `refusal`.
Plan plan_of(const interfaces::Function& function, const interfaces::Interface& file);

}  // namespace bridge32::wrap
