// Nobody waits for a call any more: the frame's header says which.
#pragma once

#include <string_view>

namespace bridge32::protocol {

inline constexpr std::string_view kCancelText = "{}";

}  // namespace bridge32::protocol
