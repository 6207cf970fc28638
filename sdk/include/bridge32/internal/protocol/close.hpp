// The last message of a client: the frame's kind says everything. The reply is `kNullResult`.
#pragma once

#include <string_view>

namespace bridge32::protocol {

inline constexpr std::string_view kCloseText = "{}";

}  // namespace bridge32::protocol
