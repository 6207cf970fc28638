// The values that expressions of attributes use: of one call, or of one call of a callback.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "plan.hpp"

namespace bridge32::ffi {

/// Where the parameters of a running call are.
class Values {
public:
    virtual ~Values() = default;
    /// The parameter's word; null if it has none yet.
    virtual const std::byte* word(std::size_t parameter) const = 0;
    /// What the function returned, if it has.
    virtual const std::int64_t* result() const = 0;

    /// Throws Error, which says what is unknown.
    std::int64_t evaluate(const Plan& plan, const interfaces::Expression& expression) const;
};

/// What says which member of a union counts. Throws Error.
std::int64_t tag_of(const Values& values, const Plan& plan, const ParameterPlan& parameter);

/// A constant or an enumeration's value.
std::optional<std::int64_t> constant_of(const interfaces::Interface& file, const std::string& name);

/// How many elements of `size` bytes; throws Error if that is no possible number.
std::size_t length_of(const Values& values, const Plan& plan, const Length& length,
                      std::size_t size);

}  // namespace bridge32::ffi
