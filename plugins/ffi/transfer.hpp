// How a value is read from a message, and written to one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "bridge32/codec.hpp"
#include "value.hpp"

namespace bridge32::ffi {

class Handles;
class Memory;

/// What reading and writing values needs: of one call.
struct Exchange {
    Memory& memory;
    Handles& handles;
    bool borrowed = false;  ///< handles that are written are not the client's to end
};

/// An array, or bytes, which are elements of one byte with and without a sign. Throws CodecError.
detail::ArrayView array_of(Decoder& in, const Value& element);
/// Throws CodecError if so many elements cannot be there: a client may have sent narrower ones.
void require_room(std::size_t count, const Value& element);
/// Reads the next value to `to`. Throws CodecError.
void read_value(Decoder& in, const Value& value, std::byte* to, Exchange& exchange);
/// @{
/// The same for exactly `count` elements, and for a text in room for `count` characters.
void fill_elements(Decoder& in, const Value& element, std::size_t count, std::byte* to,
                   Exchange& exchange);
void fill_text(Decoder& in, const Value& value, std::size_t count, std::byte* to,
               Exchange& exchange);
/// @}
/// Writes what is at `from`. Throws CodecError.
void write_value(Encoder& out, const Value& value, const std::byte* from, Exchange& exchange);
/// The member of a union that counts; null: none.
const MemberValue* in_variant(const Value& variant, std::int64_t tag);
/// Reads `{"name": value}`, or null for nothing, and returns which it was. Throws CodecError.
const MemberValue* read_variant(Decoder& in, const Value& variant, std::byte* to,
                                Exchange& exchange);
/// Throws CodecError if another member than `tag` says was `read`.
void require_in_variant(const Value& variant, std::int64_t tag, const MemberValue* read,
                        const std::string& what, const std::string& tag_name);
void write_variant(Encoder& out, const Value& variant, std::int64_t tag, const std::byte* from,
                   Exchange& exchange);
/// Writes `count` elements: numbers beside the text, where they are not copied; bytes; characters
/// up to a zero, if it `is_text`; the rest as values in the text.
void write_elements(Encoder& out, const Value& value, bool is_text, const std::byte* from,
                    std::size_t count, Exchange& exchange,
                    std::span<const std::uint64_t> shape = {});

}  // namespace bridge32::ffi
