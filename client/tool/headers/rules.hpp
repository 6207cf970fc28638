// What C does not say: which pointer is an array, what is filled, what is a handle. Rules that look
// at types and names decide what can be decided without harm, and ask about the rest.
#pragma once

#include "interface/interface.hpp"
#include "tool/headers/verdicts.hpp"

namespace bridge32::tool {

/// Gives what has no attributes yet the ones that the rules decide, with [[assumed]] where they
/// could be wrong, and [[missing("…")]] where they cannot decide.
void apply_rules(interfaces::Interface& to);

}  // namespace bridge32::tool
