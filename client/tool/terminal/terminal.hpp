// What is at the other end of our streams.
#pragma once

#include <cstddef>

namespace bridge32::tool {

enum class Device { in, out, err };

/// Does a person see what goes there, or type what comes from there?
bool is_terminal(Device device) noexcept;
/// A terminal that shows colours. On Windows, tells it to.
bool is_color_terminal(Device device) noexcept;
/// How many columns stdout has; 80 where that cannot be told.
std::size_t terminal_width() noexcept;
/// To be called first. A stream that was closed when we were started stays so, whatever is opened
/// later. On Windows the console takes what we print for UTF-8 from now on, and streams are not
/// changed on their way.
void prepare_streams() noexcept;

}  // namespace bridge32::tool
