// Parameters of type `const char*`, as most C libraries use them.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/internal/codec/argument.hpp"

namespace bridge32::detail {

/// A zero-terminated copy of the string, valid during the call; null for null.
template <>
struct Slot<const char*> {
    void decode(Decoder& in) {
        if (in.peek() == Kind::null) {
            in.reader().read_null();
            return;
        }
        text = in.value<std::string>();
        if (text.find('\0') != std::string::npos) {
            throw CodecError("the string contains a zero byte, which would end a C string");
        }
        pointer = text.c_str();
    }
    const char*& get() { return pointer; }

    std::string text;
    const char* pointer = nullptr;
};

}  // namespace bridge32::detail
