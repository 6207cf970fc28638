// What C does not say: which pointer is an array, what is filled, what is a handle. Rules that look
// at types and names decide what can be decided without harm, and ask about the rest.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "interface/interface.hpp"

namespace bridge32::tool {

/// How sure it is that a function is called rightly.
enum class Verdict {
    certain,  ///< C says enough, or somebody has said it
    assumed,  ///< a rule decided: a wrong one is an error when it is called, and damages nothing
    missing,  ///< somebody has to answer a question; until then, a call fails with it
    refused,  ///< it cannot be called from another process
};

/// A variable of this type can be read from outside: a number, text, a handle, a struct without
/// pointers, an array of known length.
bool is_readable(const interfaces::Type& type);

/// Gives what has no attributes yet the ones that the rules decide, with [[assumed]] where they
/// could be wrong, and [[missing("…")]] where they cannot decide.
void apply_rules(interfaces::Interface& to);

/// By the attributes of a function.
Verdict verdict_on(const interfaces::Function& function);

/// The texts of [[missing]] of a function and its parameters.
std::vector<std::string> questions_of(const interfaces::Function& function);

/// The types whose meaning is asked for, with the functions that miss nothing else, most first.
std::vector<std::pair<std::string, std::vector<std::string>>> types_to_annotate(
    const interfaces::Interface& in);

const char* text_of(Verdict verdict) noexcept;

}  // namespace bridge32::tool
