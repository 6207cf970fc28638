// The types of a header that was read by the parser of interface files.
#pragma once

#include <functional>
#include <vector>

#include "interface/interface.hpp"

namespace bridge32::tool {

/// Of the result and the parameters.
std::vector<const interfaces::Type*> types_of(const interfaces::Signature& signature);

/// As headers mean it: no convention is C's, and annotations count only if they say enough.
void settle_signature(interfaces::Signature& signature, interfaces::Target target);
/// The same for callbacks, whose array parameters are pointers, and for members.
void settle_types(interfaces::Interface& of);

/// Keeps the types for which `is_wanted` holds, and those that these and functions need.
void keep_needed_types(interfaces::Interface& of,
                       const std::function<bool(const interfaces::Type&)>& is_wanted);

}  // namespace bridge32::tool
