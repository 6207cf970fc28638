// The values in a header: of enumerations, of lengths, of macros.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interface/interface.hpp"
#include "tool/headers/c_tokens.hpp"
#include "tool/headers/constant_value.hpp"

namespace bridge32::tool {

/// Evaluates with C's types, which the expressions of interface files do not have: `~0u`, `1 <<
/// 31`. All that cannot be evaluated is an Error.
class HeaderValues {
public:
    /// `types`: those that casts and sizeof know, but for the names that are unreadable.
    HeaderValues(interfaces::Interface& types, std::function<bool(std::string_view)> is_unreadable)
        : all_(types), is_unreadable_(std::move(is_unreadable)) {}

    /// Puts numbers in the places of the values of enumerations, and remembers them.
    void evaluate_enumerators(std::vector<CToken>& tokens);
    /// Likewise for the lengths of arrays, if they are known. The numbers live as long as this.
    void evaluate_lengths(std::vector<CToken>& tokens);
    /// The value of a macro; nothing: an interface file has no such constant.
    std::optional<interfaces::Constant> constant(const std::string& name,
                                                 const std::vector<CToken>& tokens);

private:
    CValue value_of(const std::vector<CToken>& tokens);
    /// From behind the `{`; returns where the `}` is, which is added.
    std::size_t enumerators(const std::vector<CToken>& from, std::size_t i,
                            std::vector<CToken>& to);
    void add_number(std::int64_t value, const CToken& at, std::vector<CToken>& to);
    const interfaces::Type* type_in(const std::vector<CToken>& tokens);
    std::optional<CNames::Cast> cast_to(const std::vector<CToken>& tokens);
    std::optional<CNames::Cast> wide_cast(const interfaces::Type& type) const;
    std::optional<CNames::Cast> integer_cast(const interfaces::Type& type) const;

    interfaces::Interface& all_;
    std::function<bool(std::string_view)> is_unreadable_;
    std::map<std::string, CValue, std::less<>> values_of_enumerators_{};
    std::deque<std::string> digits_{};
};

}  // namespace bridge32::tool
