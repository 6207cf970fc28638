// One call of a drop-in library's function: to the library and back.
#pragma once

#include <cstdint>
#include <optional>

#include "wrap/frame.hpp"
#include "wrap/plans/plan.hpp"
#include "wrap/remote.hpp"

namespace bridge32::wrap {

/// Calls the function at `address` with what the program passed in `frame`, and puts the results
/// where the program expects them. Throws Error, after which the program's memory may have some of
/// the results, if the function has run.
void run_call(Remote& remote, const Plan& plan, std::uint32_t address, Frame& frame);

/// A result for which `fails` is true; nothing if there is none.
std::optional<std::int64_t> error_value(const Plan& plan);

}  // namespace bridge32::wrap
