// Text in C's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/text.hpp"

namespace bridge32::ffi {

class Memory;

/// `text` as `unit`-sized characters and a zero, in `memory`; `size`: how many, without it.
std::byte* encode_text(std::string_view text, std::uint32_t unit, CodePage page, Memory& memory,
                       std::size_t& size);
/// `count` characters as UTF-8. Throws CodecError.
std::string decode_text(const std::byte* from, std::size_t count, std::uint32_t unit,
                        CodePage page);
/// How many characters there are before a zero, at most `most`.
std::size_t text_length(const std::byte* from, std::uint32_t unit, std::size_t most);

}  // namespace bridge32::ffi
