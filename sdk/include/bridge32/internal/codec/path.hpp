// Codec of paths.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32 {

/// A string, UTF-8 on every platform. (path::string() would be in the system's code page where
/// Microsoft's compiler made the program.)
template <>
struct Codec<std::filesystem::path> {
    static constexpr std::string_view kTypeName = "string";

    static void encode(Encoder& out, const std::filesystem::path& path) {
        out.value(detail::utf8_of(path));
    }
    static std::filesystem::path decode(Decoder& in) {
        return detail::path_from_utf8(in.value<std::string>());
    }
};

}  // namespace bridge32
