// A parameter of a method, as its author declares it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/bytes.hpp"

namespace bridge32 {

/// A parameter's name and optional default: `{"data", {"level", 6}}` are two parameters, the second
/// with a default.
class Param {
public:
    /// @{
    /// A required parameter.
    Param(const char* name);
    Param(std::string name);
    /// @}

    /// A parameter with a default.
    Param(std::string name, Json default_value);

    /// @{
    /// Values copy.
    Param(const Param&);
    Param(Param&&) noexcept;
    Param& operator=(const Param&);
    Param& operator=(Param&&) noexcept;
    ~Param();
    /// @}

    /// @{
    /// As they were given.
    const std::string& name() const noexcept { return name_; }
    const std::optional<Json>& default_value() const noexcept { return default_value_; }
    /// @}

private:
    std::string name_;
    std::optional<Json> default_value_;
};

/// A method's parameters in order: as many names as the function has parameters. Empty means that
/// arguments are positional only.
using Params = std::vector<Param>;

}  // namespace bridge32
