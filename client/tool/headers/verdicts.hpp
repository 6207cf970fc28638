// How sure the rules are of a function, and what they ask about it.
#pragma once

#include <string>
#include <utility>
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

/// A [[missing("…")]] that begins so is no question: nothing can be written that helps.
inline constexpr const char* kRefused = "it cannot be called from another process: ";

/// By the attributes of a function.
Verdict verdict_on(const interfaces::Function& function);

/// The texts of [[missing]] of a function and its parameters.
std::vector<std::string> questions_of(const interfaces::Function& function);

/// The types whose meaning is asked for, with the functions that miss nothing else, most first.
std::vector<std::pair<std::string, std::vector<std::string>>> types_to_annotate(
    const interfaces::Interface& in);

const char* text_of(Verdict verdict) noexcept;

}  // namespace bridge32::tool
