// Which attributes there are, what they stand on, and which contradict each other.
#pragma once

#include <string_view>
#include <vector>

#include "interface/interface.hpp"

namespace bridge32::interfaces {

/// Throws SyntaxError at the first attribute that is unknown, stands on the wrong kind of thing,
/// has arguments that it does not take, contradicts another, or names what is not there.
void check(const Interface& all);

/// All attributes.
std::vector<std::string_view> attribute_names();

}  // namespace bridge32::interfaces
