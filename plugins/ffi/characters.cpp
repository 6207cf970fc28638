#include "characters.hpp"

#include <cstring>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/unicode.hpp"
#include "memory.hpp"
#include "numbers.hpp"

namespace bridge32::ffi {

namespace {

std::u32string wide32(std::string_view text) {
    std::u32string units;
    detail::for_each_utf8(text, [&](char32_t c, std::size_t) { units += c; });
    return units;
}

}  // namespace

std::size_t text_length(const std::byte* from, std::uint32_t unit, std::size_t most) {
    std::size_t n = 0;
    while (n < most && (unit == 1   ? load<char>(from + n) != 0
                        : unit == 2 ? load<char16_t>(from + 2 * n) != 0
                                    : load<char32_t>(from + 4 * n) != 0)) {
        ++n;
    }
    return n;
}

std::string decode_text(const std::byte* from, std::size_t count, std::uint32_t unit,
                        CodePage page) {
    if (unit == 1) {
        const std::string_view bytes(reinterpret_cast<const char*>(from), count);
        return page == CodePage::utf8 ? std::string(bytes) : to_utf8(bytes, page);
    }
    if (unit == 2) {
        std::u16string units(count, u'\0');
        std::memcpy(units.data(), from, 2 * count);
        return detail::utf16_to_utf8(units);
    }
    std::u32string units(count, U'\0');
    std::memcpy(units.data(), from, 4 * count);
    return detail::utf32_to_utf8(units);
}

std::byte* encode_text(std::string_view text, std::uint32_t unit, CodePage page, Memory& memory,
                       std::size_t& size) {
    if (text.find('\0') != std::string_view::npos) {
        throw CodecError("the string contains a zero byte, which would end a C string");
    }
    const auto copy = [&](const void* data, std::size_t count) {
        size = count;
        std::byte* const to = memory.take((count + 1) * unit);
        std::memcpy(to, data, count * unit);
        std::memset(to + count * unit, 0, unit);
        return to;
    };
    if (unit == 2) {
        const std::u16string units = detail::utf8_to_utf16(text);
        return copy(units.data(), units.size());
    }
    if (unit == 4) {
        const std::u32string units = wide32(text);
        return copy(units.data(), units.size());
    }
    if (page == CodePage::utf8) {
        return copy(text.data(), text.size());
    }
    const std::string bytes = from_utf8(text, page);
    return copy(bytes.data(), bytes.size());
}

}  // namespace bridge32::ffi
