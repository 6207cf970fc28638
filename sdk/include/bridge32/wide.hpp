// UTF-16 text as a value. Included by <bridge32/text.hpp>.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bridge32/codec.hpp"
#include "bridge32/internal/text/unicode.hpp"

namespace bridge32 {

/// UTF-16 text that owns its memory, for libraries that take Windows' `wchar_t*` or `UChar*`. As a
/// method's parameter or result it is a JSON string.
class Wide {
public:
    Wide() = default;
    /// From UTF-8. Throws CodecError if it is malformed.
    explicit Wide(std::string_view utf8) : text_(detail::utf8_to_utf16(utf8)) {}
    /// @{
    /// Copies UTF-16 without checking it.
    explicit Wide(std::u16string_view text) : text_(text) {}
    Wide(const char16_t* text, std::size_t size) : text_(text, size) {}
    /// @}

    /// From wchar_t, which is UTF-16 on Windows and UTF-32 elsewhere.
    Wide(const wchar_t* text, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            const auto c = static_cast<char32_t>(text[i]);
            if (c > 0x10ffff) {
                throw CodecError("the text is not valid UTF-32 at offset " + std::to_string(i));
            }
            detail::append_utf16(text_, c);
        }
    }

    /// Zero-terminated.
    const char16_t* c_str() const noexcept { return text_.c_str(); }
    /// The same as wchar_t, on Windows, where that is UTF-16.
    template <class W = wchar_t>
    requires(sizeof(W) == sizeof(char16_t)) const W* w_str() const noexcept {
        return reinterpret_cast<const W*>(text_.c_str());
    }
    /// The number of UTF-16 units.
    std::size_t size() const noexcept { return text_.size(); }
    /// True if empty.
    bool empty() const noexcept { return text_.empty(); }
    /// The text; valid until this object changes.
    std::u16string_view view() const noexcept { return text_; }

    /// Converts to UTF-8. Throws CodecError for a lone surrogate.
    std::string utf8() const { return detail::utf16_to_utf8(text_); }

    /// The same units.
    bool operator==(const Wide&) const = default;

private:
    std::u16string text_;
};

template <>
struct Codec<Wide> {
    static constexpr std::string_view kTypeName = "string";

    static void encode(Encoder& out, const Wide& text) { out.value(text.utf8()); }
    static Wide decode(Decoder& in) { return Wide(in.value<std::string>()); }
};

}  // namespace bridge32
