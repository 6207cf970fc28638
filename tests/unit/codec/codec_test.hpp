// What the tests of the codec share.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "bridge32/codec.hpp"

namespace codec_test {

/// The text of `value`.
template <class T>
std::string text_of(const T& value) {
    bridge32::Encoder encoder;
    encoder.value(value);
    return encoder.text();
}

/// `value` as a `Result`, by way of a message.
template <class Result, class T>
Result sent_as(const T& value) {
    bridge32::Encoder encoder;
    encoder.value(value);
    return bridge32::decode<Result>(encoder.text(), encoder.attachments());
}

template <class T>
T round_trip(const T& value) {
    return sent_as<T>(value);
}

template <class T>
T read(std::string_view json, const std::vector<bridge32_attachment>& attachments = {}) {
    return bridge32::decode<T>(json, attachments);
}

/// What the CodecError that `action` throws says.
template <class Action>
std::string refusal_of(Action&& action) {
    try {
        action();
    } catch (const bridge32::CodecError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

/// Why `json` is no `T`.
template <class T>
std::string refusal(std::string_view json,
                    const std::vector<bridge32_attachment>& attachments = {}) {
    return refusal_of([&] { read<T>(json, attachments); });
}

/// Why `value` is no `Result`.
template <class Result, class T>
std::string refusal_as(const T& value) {
    return refusal_of([&] { sent_as<Result>(value); });
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace codec_test
