// JSON text and buffers that callers pass in: checks, and memory for them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bridge32/bridge32.h"
#include "bridge32/codec.hpp"
#include "client/core/core.hpp"

namespace bridge32::c_interface {

/// The client's functions that a value may refer to; null for none.
using KnownFunctions = client::FunctionRegistry*;

/// Checks one value, and returns its text without surrounding whitespace. Throws CodecError.
std::string_view check_value(std::string_view json, std::span<const bridge32_attachment> buffers,
                             KnownFunctions functions);

/// Throws InvalidArgument.
std::vector<bridge32_attachment> read_buffers(const bridge32_buffer* buffers, std::uint32_t count);

}  // namespace bridge32::c_interface
