// A pull reader over JSON text: the caller asks for what it expects, value by value.
//
// It accepts what RFC 8259 allows and refuses all else: malformed UTF-8, lone surrogates,
// numbers beyond double's range, anything after the value. Of an object with equal keys it
// gives all members. A leading byte order mark is skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bridge32/internal/json/nesting.hpp"
#include "bridge32/internal/support/codec_error.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32 {

/// A JSON number as it is written; Reader has checked the grammar.
struct Number {
    std::string_view text;  ///< within the JSON text
    bool integer = true;    ///< it has neither a fraction nor an exponent
};

/// What a value is, by its first character; `end` when there is none.
enum class Kind : std::uint8_t { end, null, boolean, number, string, array, object };

/// Reads one JSON value of a text that must outlive the reader and not change. Every member
/// function throws CodecError when the text is malformed, nests too deep, or does not hold
/// what was asked for; the reader is of no use after that. Copies are cheap, and a copy
/// looks ahead. Allocates nothing, apart from the strings it is given.
///
///     reader.enter_object();
///     while (const auto key = reader.next_key(scratch)) {
///         if (*key == "at") { at = reader.read_number(); }
///         else { reader.skip_value(); }
///     }
///     reader.finish();
class BRIDGE32_DETAIL_CODEC_API Reader {
public:
    /// `max_depth`: how deep the text may nest.
    explicit Reader(std::string_view text, int max_depth = kMaxTextDepth) noexcept
        : begin_(text.data()),
          at_(text.data()),
          end_(text.data() + text.size()),
          depth_left_(max_depth) {
        if (text.starts_with("\xef\xbb\xbf")) {
            at_ += 3;
        }
    }

    /// The kind of the next value. Skips whitespace before it.
    Kind peek();
    /// True if the next value is a number. Skips whitespace before it.
    bool at_number() noexcept {
        skip_whitespace();
        return more() && (*at_ == '-' || (*at_ >= '0' && *at_ <= '9'));
    }

    /// @{
    /// The next value, which must be that.
    void read_null() { read_word(Kind::null, "null", "null"); }
    bool read_bool();
    /// @}

    /// The number as it is written. Throws when it is beyond double's range.
    Number read_number();

    /// The string, without its escapes. The result views the text where it can, `scratch`
    /// otherwise.
    std::string_view read_string(std::string& scratch);

    /// @{
    /// After `enter_array`, each `next_element` that returns true must be followed by reading
    /// or skipping one value; false means that the array has been left.
    void enter_array() { enter(Kind::array, "an array"); }
    bool next_element() { return next(']'); }
    /// @}

    /// @{
    /// The same for objects; `next_key` gives the member's name like `read_string`, or nothing.
    void enter_object() { enter(Kind::object, "an object"); }
    std::optional<std::string_view> next_key(std::string& scratch);
    /// @}

    /// Checks and skips one value, and returns its text.
    std::string_view skip_value();

    /// What has not been read yet.
    std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }

    /// Nothing but whitespace may follow.
    void finish();

    /// The error for a value that is not what was expected: `what` is "a number", and the
    /// message shows the next value.
    CodecError expected(std::string_view what) const;
    /// The error for a malformed text.
    [[noreturn]] void malformed(std::string_view what) const;

private:
    void skip_whitespace() noexcept {
        // No value begins with a byte this low, and most texts have no whitespace.
        while (more() && static_cast<unsigned char>(*at_) <= ' ' &&
               (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
            ++at_;
        }
    }
    void skip_digits();
    Number read_any_number();
    void read_word(Kind kind, std::string_view word, std::string_view expectation);
    std::string_view raw_string(std::string* scratch);
    void unescape(std::string& out);
    std::uint32_t hex4();
    void enter(Kind kind, std::string_view expectation);
    bool next(char close);
    bool more() const noexcept { return at_ != end_; }

    const char* begin_;
    const char* at_;
    const char* end_;
    int depth_left_;
    bool first_ = false;  // entered an array or object, and read nothing of it yet
};

}  // namespace bridge32
