// Text and arrays in a library's buffers, as values that own their memory. Included by
// <bridge32/text.hpp>.
#pragma once

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace bridge32 {
namespace detail {

/// Gives memory back to the library, whatever happens.
template <class T, class Free>
class Returned {
public:
    Returned(T* data, Free& free) : data_(data), free_(free) {}
    Returned(const Returned&) = delete;
    Returned& operator=(const Returned&) = delete;
    ~Returned() { free_(data_); }

private:
    T* data_;
    Free& free_;
};

}  // namespace detail

/// The text in a buffer of `size` bytes: up to the first zero, all of it where there is none.
/// A null buffer holds no text.
inline std::string text_in(const char* buffer, std::size_t size) {
    const std::string_view whole(buffer, buffer == nullptr ? 0 : size);
    return std::string(whole.substr(0, whole.find('\0')));
}

/// The text of a `char[N]`, such as a member of a C struct.
template <std::size_t N>
std::string text_in(const char (&buffer)[N]) {
    return text_in(buffer, N);
}

/// A copy of the zero-terminated text that a library allocated, which `free`, the library's
/// own function for that, then gets back. Null is no text, and is not freed.
template <class Free>
std::string take_text(char* text, Free&& free) {
    if (text == nullptr) {
        return {};
    }
    const detail::Returned<char, std::remove_reference_t<Free>> returned(text, free);
    return text;
}

/// The same for `count` elements.
template <class T, class Free>
std::vector<T> take_array(T* data, std::size_t count, Free&& free) {
    if (data == nullptr) {
        return {};
    }
    const detail::Returned<T, std::remove_reference_t<Free>> returned(data, free);
    return std::vector<T>(data, data + count);
}

/// The text that `fill(char* buffer, std::size_t size)` writes into a buffer of `size` zero
/// bytes, up to the first zero. What `fill` returns is ignored.
template <class Fill>
std::string filled_text(std::size_t size, Fill&& fill) {
    std::string buffer(size, '\0');
    static_cast<void>(fill(buffer.data(), size));
    buffer.resize(std::min(buffer.find('\0'), size));
    return buffer;
}

/// The text that printf would print, for callbacks that get a `va_list`.
inline std::string formatted(const char* format, std::va_list arguments) {
    std::va_list again;
    va_copy(again, arguments);
    const int size = std::vsnprintf(nullptr, 0, format, again);
    va_end(again);
    if (size <= 0) {
        return {};
    }
    std::string text(static_cast<std::size_t>(size) + 1, '\0');
    std::vsnprintf(text.data(), text.size(), format, arguments);
    text.pop_back();
    return text;
}

/// @{
/// The texts of a `char**`: `count` of them, or all before the first null. Null ones of the first
/// kind are nullopt.
inline std::vector<std::optional<std::string>> texts(const char* const* all, std::size_t count) {
    std::vector<std::optional<std::string>> result(all == nullptr ? 0 : count);
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (all[i] != nullptr) {
            result[i] = all[i];
        }
    }
    return result;
}
inline std::vector<std::string> texts(const char* const* all) {
    std::vector<std::string> result;
    for (; all != nullptr && *all != nullptr; ++all) {
        result.emplace_back(*all);
    }
    return result;
}
/// @}

}  // namespace bridge32
