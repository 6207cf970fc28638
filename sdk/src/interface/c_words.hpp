// The words that declarations of C consist of besides names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "interface/type.hpp"

namespace bridge32::interfaces {

/// `__stdcall`, `WINAPI`, `CALLBACK`; nothing: no such word.
std::optional<Convention> convention_of_word(std::string_view word) noexcept;

/// `stdcall`: in __attribute__.
std::optional<Convention> convention_of_name(std::string_view word) noexcept;

/// A word of a scalar type: `unsigned`, `__int64`.
bool is_type_word(std::string_view word) noexcept;

/// A word that changes neither a layout nor a call: `volatile`, `inline`.
bool is_ignored_word(std::string_view word) noexcept;

/// The same of compilers' attributes: `deprecated`, `nonnull`.
bool is_ignored_attribute(std::string_view word) noexcept;

bool is_const_word(std::string_view word) noexcept;

/// C's words cannot be names.
bool is_keyword(std::string_view word) noexcept;

/// How many of each word of a scalar's there are: they come in any order.
struct ScalarWords {
    std::map<std::string_view, int> count{};
    Position at{};

    bool any() const noexcept { return !count.empty(); }
    /// Nothing: words that do not go together.
    std::optional<Scalar> scalar() const;

private:
    int of(std::string_view word) const;
};

}  // namespace bridge32::interfaces
