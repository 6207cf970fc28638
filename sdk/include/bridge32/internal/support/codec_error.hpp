// What goes wrong when a value and its text do not fit each other.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bridge32/internal/support/compiler.hpp"

namespace bridge32 {

/// A value cannot be written as text, or a text does not fit the type it is read into.
///
/// Says what was expected and what was found, and where inside the value:
/// "at points[3].x: expected a number, found the string \"abc\"". Which method and argument
/// it was, the caller adds.
class BRIDGE32_DETAIL_CODEC_API CodecError : public std::runtime_error {
public:
    /// `path`: where inside the value, "[3].x".
    explicit CodecError(const std::string& message, const std::string& path = {});

    /// The same error, seen from the value that contains the one it happened in: `outer` is
    /// the step to it, "[3]" or ".x".
    CodecError inside(const std::string& outer) const;

    /// @{
    /// As they were given.
    const std::string& message() const noexcept { return message_; }
    const std::string& path() const noexcept { return path_; }
    /// @}

private:
    std::string message_;
    std::string path_;
};

namespace detail {

/// @{
/// Throws `error` with a step in front of its path.
[[noreturn]] BRIDGE32_DETAIL_CODEC_API void throw_inside(const CodecError& error,
                                                         std::size_t index);
[[noreturn]] BRIDGE32_DETAIL_CODEC_API void throw_inside(const CodecError& error,
                                                         std::string_view name);
/// @}

/// Runs `step`, and adds "[index]" to the path of a CodecError that leaves it.
template <class Step>
decltype(auto) at_index(std::size_t index, Step&& step) {
    try {
        return step();
    } catch (const CodecError& error) {
        throw_inside(error, index);
    }
}

/// Runs `step`, and adds ".name" to the path of a CodecError that leaves it.
template <class Step>
decltype(auto) at_member(std::string_view name, Step&& step) {
    try {
        return step();
    } catch (const CodecError& error) {
        throw_inside(error, name);
    }
}

}  // namespace detail
}  // namespace bridge32
