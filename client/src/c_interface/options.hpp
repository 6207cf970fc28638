// ClientOptions from JSON text.
#pragma once

#include "bridge32/options.hpp"

namespace bridge32::c_interface {

/// The defaults if `json` is null. Throws InvalidArgument.
ClientOptions read_options(const char* json);

}  // namespace bridge32::c_interface
