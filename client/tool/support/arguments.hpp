// Arguments as people type them: words, JSON, name=value, @file.
#pragma once

#include <string>
#include <vector>

#include "tool/support/values.hpp"

namespace bridge32::tool {

/// The arguments that `words` mean for `method`, a method as `describe` tells of it, or null when
/// it does not. Throws WrongUsage, Error (a file).
std::vector<Argument> parse_arguments(const std::vector<std::string>& words, const Json& method);

/// The object that "gain=2.5", "name=x" or '{"gain":2.5}' mean together. Throws WrongUsage.
Json parse_kwargs(const std::vector<std::string>& words);

/// The words of a typed line, with '…' and "…" around what has spaces. Quotes inside JSON stay.
std::vector<std::string> split_words(const std::string& line);

}  // namespace bridge32::tool
