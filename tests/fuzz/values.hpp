// Whether a value that a caller gets can be trusted, found without the code under test: each tag
// names a buffer that is there, of the size that shape and dtype say, and each member of a struct
// lies in it.
#pragma once

#include <bridge32/plugin.h>

#include <bridge32/codec.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "steps.hpp"

namespace bridge32::fuzz {

std::uint64_t checked_layout_size(const Json& dtype);

/// The bytes of one member, of a format such as "<f8", "(2,3)|b1", "<U4" or [{…},[2]].
inline std::uint64_t format_size(const Json& format) {
    constexpr std::uint64_t kMost = 1ULL << 40;
    if (format.is_object()) return checked_layout_size(format);
    std::uint64_t size = 1;
    const auto times = [&](std::uint64_t n) {
        require(n < kMost && (size *= n) < kMost, "a member of a struct has a size");
    };
    if (format.is_array()) {
        for (const Json& n : format.at(1))
            times(n.get<std::uint64_t>());
        times(checked_layout_size(format.at(0)));
        return size;
    }
    const auto& text = format.get_ref<const std::string&>();
    const auto digits = [&](std::size_t& at) {
        std::uint64_t n = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && n < kMost; ++at)
            n = 10 * n + static_cast<std::uint64_t>(text[at] - '0');
        return n;
    };
    std::size_t at = 0;
    if (text.starts_with('(')) {
        for (at = 1; at < text.size() && text[at] != ')';) {
            times(digits(at));
            if (at < text.size() && text[at] == ',') ++at;
        }
        ++at;
    }
    require(at + 2 < text.size(), "a format is a byte order, a letter and a size");
    if (text[at + 1] == 'U') times(4);
    at += 2;
    times(digits(at));
    return size;
}

/// `itemsize`; every member lies inside of it.
inline std::uint64_t checked_layout_size(const Json& dtype) {
    const auto size = dtype.at("itemsize").get<std::uint64_t>();
    const auto count = dtype.at("names").size();
    require(dtype.at("formats").size() == count && dtype.at("offsets").size() == count,
            "a struct has a format and an offset for each name");
    for (std::size_t i = 0; i < count; ++i) {
        const auto offset = dtype["offsets"][i].get<std::uint64_t>();
        require(offset <= size && format_size(dtype["formats"][i]) <= size - offset,
                "the members of a struct lie inside of it");
    }
    return size;
}

inline void require_buffers(const Json& value, std::span<const bridge32_attachment> buffers) {
    const auto buffer = [&](const Json& tag) {
        const auto at = tag.at("at").get<std::uint64_t>();
        require(at < buffers.size(), "a buffer that a value names is there");
        return buffers[at].size;
    };
    if (value.is_object() && value.size() == 1 && value.contains("$bytes")) {
        buffer(value["$bytes"]);
    } else if (value.is_object() && value.size() == 1 && value.contains("$array")) {
        const Json& array = value["$array"];
        const Json& dtype = array.at("dtype");
        std::uint64_t left = buffer(array);
        std::uint64_t size = dtype.is_object() ? checked_layout_size(dtype) : format_size(dtype);
        bool empty = false;
        for (const Json& n : array.at("shape")) {
            const auto times = n.get<std::uint64_t>();
            empty = empty || times == 0;
            if (times > 1) left = left % times == 0 ? left / times : 0;
        }
        require(empty ? left == 0 : left == size, "an array has the size that its shape says");
    } else if (value.is_structured()) {
        for (const Json& part : value)
            require_buffers(part, buffers);
    }
}

/// `json`: a value's text as C callers get it, with numbers of any size.
inline void require_valid(std::string_view json, std::span<const bridge32_attachment> buffers) {
    read_all(buffers);
    require(depth_of(json) <= kMaxTextDepth, "a value is not too deep");
    const Json value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
    require(!value.is_discarded(), "a value is JSON");
    try {
        require_buffers(value, buffers);
    } catch (const Json::exception& e) {
        require(false, e.what());
    }
}

}  // namespace bridge32::fuzz
