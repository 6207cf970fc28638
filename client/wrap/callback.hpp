// Calls of the program's functions by the library.
#pragma once

#include <cstdint>
#include <exception>
#include <span>

#include "wrap/plans/plan.hpp"

namespace bridge32::wrap {

class Remote;

/// EAX, EDX, ECX: words of a call before those of the stack.
inline constexpr std::uint32_t kRegisters = 3;

/// What a callback returned: for the one or the other register.
struct Returned {
    std::uint64_t integer = 0;
    double real = 0;
};

/// Runs `function` with the words that the library passed. Never throws: see CallbackFailure.
Returned run_callback(Remote& remote, const void* function, const Plan& plan,
                      std::span<const std::uint32_t> words) noexcept;

/// The first failure of a callback, in the outermost call that runs on this thread: it fails then.
/// Where no call runs, a failure ends the program.
class CallbackFailure {
public:
    CallbackFailure() noexcept;
    CallbackFailure(const CallbackFailure&) = delete;
    CallbackFailure& operator=(const CallbackFailure&) = delete;
    ~CallbackFailure();

    void rethrow() const;
    /// Of the exception that is being handled.
    static void keep() noexcept;

private:
    CallbackFailure* const outer_;
    std::exception_ptr failure_{};
};

/// Values that expressions use: of the program's arguments.
class Arguments {
public:
    virtual ~Arguments() = default;
    /// The parameter as the program passed it.
    virtual const std::byte* argument(std::size_t parameter) const = 0;
    virtual const std::int64_t* result() const = 0;

    /// Throws Error for what is unknown.
    std::int64_t evaluate(const Plan& plan, const interfaces::Expression& expression) const;
    /// How many elements a pointer leads to: of the program's. Throws Error.
    std::size_t count(const Plan& plan, const ParameterPlan& parameter) const;
    std::size_t count(const Plan& plan, const std::vector<const interfaces::Expression*>& all,
                      bool in_bytes, const Shape& element) const;
};

}  // namespace bridge32::wrap
