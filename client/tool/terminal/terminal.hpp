// The standard streams: what they are connected to.
#pragma once

#include <cstddef>

namespace bridge32::tool {

enum class Device { kIn, kOut, kErr };

/// True if a person reads or types there.
bool is_terminal(Device device) noexcept;
/// True for a terminal that shows colours. On Windows, enables them.
bool is_color_terminal(Device device) noexcept;
/// The number of columns of stdout; 80 if unknown.
std::size_t terminal_width() noexcept;
/// Call this first. A stream that was closed at the start stays unusable, whatever is opened later.
/// On Windows, sets the console to UTF-8 and the streams to binary mode.
void prepare_streams() noexcept;

}  // namespace bridge32::tool
