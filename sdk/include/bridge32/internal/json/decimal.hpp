// Real numbers as decimal text, and back.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

/// @{
/// The shortest text that reads back as the same `value`, which is finite; with ".0" when it
/// would look like an integer otherwise.
BRIDGE32_DETAIL_CODEC_API void write_real(std::string& out, float value);
BRIDGE32_DETAIL_CODEC_API void write_real(std::string& out, double value);
/// @}

/// The nearest double to the number in `text`; what is too small becomes zero. Throws CodecError
/// when it is too large.
BRIDGE32_DETAIL_CODEC_API double nearest_double(std::string_view text);

}  // namespace bridge32::detail
