// The functions of error.hpp.
#pragma once

#include "bridge32/internal/support/codec_error.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_CODEC std::string error_text(const std::string& message, const std::string& path) {
    return path.empty() ? message
                        : "at " + path.substr(path.front() == '.' ? 1 : 0) + ": " + message;
}

BRIDGE32_DETAIL_CODEC void throw_inside(const CodecError& error, std::size_t index) {
    throw error.inside("[" + std::to_string(index) + "]");
}

BRIDGE32_DETAIL_CODEC void throw_inside(const CodecError& error, std::string_view name) {
    throw error.inside("." + std::string(name));
}

}  // namespace detail

BRIDGE32_DETAIL_CODEC CodecError::CodecError(const std::string& message, const std::string& path)
    : std::runtime_error(detail::error_text(message, path)), message_(message), path_(path) {}

BRIDGE32_DETAIL_CODEC CodecError CodecError::inside(const std::string& outer) const {
    return CodecError(message_, outer + path_);
}

}  // namespace bridge32
