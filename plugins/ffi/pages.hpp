// Pages of the process: for code, and for buffers whose overrun must be noticed at once.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace bridge32::ffi {

/// `size` bytes that `fill` writes, to be executed and no longer written to. Never freed. Throws
/// Error.
std::byte* make_code(std::size_t size, const std::function<void(std::byte* code)>& fill);

/// `size` bytes, cleared, that end where an unreadable page begins. While it lives, a thread that
/// touches that page ends the process with `text` as the reason. Throws Error.
std::shared_ptr<std::byte> make_guarded(std::size_t size, std::string text);

}  // namespace bridge32::ffi
