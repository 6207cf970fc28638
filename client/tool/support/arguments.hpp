// Arguments as typed on a command line: words, JSON, NAME=VALUE, @FILE.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tool/support/untyped_call.hpp"

namespace bridge32::tool {

/// The command line is wrong in a way that only the subcommand can detect.
struct WrongUsage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The arguments that `words` mean for `method`: an element of a description, or null if unknown.
/// Throws WrongUsage, Error (for a file).
std::vector<Argument> parse_arguments(const std::vector<std::string>& words, const Json& method);

/// The object that words such as "gain=2.5", "name=x" and '{"gain":2.5}' make together. Throws
/// WrongUsage.
Json parse_kwargs(const std::vector<std::string>& words);

/// Splits a line into words; '…' and "…" enclose spaces. Quotes inside JSON are kept.
std::vector<std::string> split_words(const std::string& line);

}  // namespace bridge32::tool
