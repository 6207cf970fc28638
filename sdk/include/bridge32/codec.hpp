// Converts C++ values to JSON text with attachments and back, without a DOM unless you ask for one.
//
// Encoder writes; decode<T> and Argument<T> read. Codec<T> defines how a type is written; there
// are:
//
//   bool, nullptr                         true, false, null
//   integers of every width               numbers; what does not fit is refused
//   float, double                         numbers; NaN and infinities {"$float":…}
//   std::complex of float and double      {"$complex":[re,im]}
//   enums                                 the underlying integer, or as their to_json says
//   std::string, string_view, const char* strings, UTF-8
//   std::u16string, std::wstring, views   strings, UTF-8
//   std::filesystem::path                 strings, UTF-8
//   contiguous ranges of numbers          {"$array":…} beside the text, bit for bit
//   NdArray<T>, NdArray<const T>          the same, with a shape; of bool too
//   Bytes, contiguous ranges of std::byte {"$bytes":…} beside the text
//   BRIDGE32_STRUCTs                      objects; contiguous ranges of them {"$array":…}
//   std::optional                         null or the value
//   std::pair, std::tuple                 arrays; read from objects too, in the members' order
//   maps with text as keys                objects
//   other ranges and containers           arrays
//   Json                                  what it holds
//   functions and lambdas                 {"$callback":…}, as arguments of a call only
//   types with nlohmann's to_json/from_json  what these make of them
//
// For your own type, nlohmann's to_json and from_json are the simplest way. If they are too slow,
// or numbers in the type should travel as attachments, specialise Codec:
//
//     template <>
//     struct bridge32::Codec<Image> {
//         static void encode(Encoder& out, const Image& image) {
//             out.begin_object();
//             out.key("width");
//             out.value(image.width);
//             out.key("pixels");
//             out.value(image.pixels);   // an attachment; refers to image's memory
//             out.end_object();
//         }
//         static Image decode(Decoder& in) {
//             Image image;
//             in.reader().enter_object();
//             while (const auto name = in.next_key()) {
//                 if (*name == "width") {
//                     image.width = in.value<int>();
//                 } else if (*name == "pixels") {
//                     image.pixels = in.value<std::vector<std::uint16_t>>();
//                 } else {
//                     throw CodecError("an image has no member " + std::string(*name));
//                 }
//             }
//             return image;
//         }
//     };
#pragma once

#include <span>
#include <string_view>

#include "bridge32/internal/codec/argument.hpp"
#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/composites.hpp"
#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/function.hpp"
#include "bridge32/internal/codec/nd_array.hpp"
#include "bridge32/internal/codec/nd_array_codec.hpp"
#include "bridge32/internal/codec/path.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/sequences.hpp"
#include "bridge32/internal/codec/struct_compare.hpp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/codec/wide_text.hpp"
#include "bridge32/internal/json/reader.hpp"
#include "bridge32/internal/support/codec_error.hpp"
#include "bridge32/struct.hpp"

namespace bridge32 {

/// The value in `json` and the message's attachments, as a `T` that owns its memory. Throws
/// CodecError if it does not fit.
template <class T>
T decode(std::string_view json, std::span<const bridge32_attachment> attachments) {
    Decoder in(json, attachments);
    T value = in.value<T>();
    in.reader().finish();
    return value;
}

}  // namespace bridge32

#if defined(BRIDGE32_DETAIL_CODEC_HERE)
#include "bridge32/internal/codec/codec.ipp"
#endif
