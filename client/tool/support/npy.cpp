#include "tool/support/npy.hpp"

#include <algorithm>
#include <charconv>

#include "bridge32/error.hpp"

namespace bridge32::tool {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;  // of the data in the file

[[noreturn]] void reject(const std::string& name, const std::string& why) {
    throw Error(name + " is not a usable .npy file: " + why);
}

/// The value of `key` in the header, a Python dictionary: up to the next comma outside
/// parentheses.
std::string_view entry(std::string_view header, const std::string& key, const std::string& name) {
    const std::size_t at = header.find("'" + key + "':");
    if (at == std::string_view::npos) reject(name, "its header has no '" + key + "'");
    std::string_view value = header.substr(at + key.size() + 3);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    const bool tuple = value.starts_with('(');
    const std::size_t end = tuple ? value.find(')') : value.find_first_of(",}");
    if (end == std::string_view::npos) reject(name, "its header is truncated");
    return value.substr(0, end);
}

std::vector<std::uint64_t> shape_in(std::string_view text, const std::string& name) {
    if (!text.starts_with('(')) reject(name, "its shape is malformed");
    text.remove_prefix(1);
    std::vector<std::uint64_t> shape;
    while (!text.empty()) {
        std::uint64_t size = 0;
        text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
        if (text.empty()) break;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
        if (error != std::errc{}) reject(name, "its shape is malformed");
        shape.push_back(size);
        text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    }
    return shape;
}

detail::Dtype dtype_in(std::string_view text, const std::string& name) {
    if (text.size() > 2 && text.front() == '\'') text = text.substr(1, text.size() - 2);
    try {
        return detail::find_dtype(text);
    } catch (const CodecError&) {
        reject(name, "its element type is " + std::string(text) +
                         "; only little-endian numbers, complex numbers and bool can be sent");
    }
}

/// The size of all elements, in bytes.
std::size_t size_of(const AnyArray& array, const std::string& name) {
    const std::size_t item = detail::info(array.dtype).size;
    try {
        return item * detail::element_count(array.shape, item);
    } catch (const std::exception& e) {
        reject(name, e.what());
    }
}

}  // namespace

AnyArray parse_npy(std::string_view text, const std::string& name) {
    constexpr std::size_t kFixed = kMagic.size() + 2;
    if (!text.starts_with(kMagic) || text.size() < kFixed + 4)
        reject(name, "it does not begin with the magic bytes");
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(text[at]));
    };
    const bool wide = byte(kMagic.size()) >= 2;  // version 1 has two bytes for the length
    std::size_t length = byte(kFixed) | byte(kFixed + 1) << 8U;
    if (wide) length |= byte(kFixed + 2) << 16U | byte(kFixed + 3) << 24U;
    const std::size_t begin = kFixed + (wide ? 4 : 2);
    if (length > text.size() - begin) reject(name, "its header is truncated");
    const std::string_view header = text.substr(begin, length);

    AnyArray array;
    array.dtype = dtype_in(entry(header, "descr", name), name);
    array.order =
        entry(header, "fortran_order", name).starts_with("True") ? Order::fortran : Order::c;
    array.shape = shape_in(entry(header, "shape", name), name);
    const std::size_t size = size_of(array, name);
    const std::size_t data_at = begin + length;
    if (text.size() - data_at != size) {
        reject(name, "its shape needs " + std::to_string(size) + " bytes of elements; it has " +
                         std::to_string(text.size() - data_at));
    }
    const auto* const data = reinterpret_cast<const std::byte*>(text.data() + data_at);
    array.data.assign(data, data + size);
    return array;
}

std::string npy_text(const AnyArray& array) {
    std::string shape;
    for (const auto size : array.shape)
        shape += std::to_string(size) + ",";
    std::string header =
        "{'descr': '" + std::string(detail::info(array.dtype).name) +
        "', 'fortran_order': " + (array.order == Order::fortran ? "True" : "False") +
        ", 'shape': (" + shape + "), }";
    constexpr std::size_t kBefore = kMagic.size() + 4;
    header.append((kAlignment - (kBefore + header.size() + 1) % kAlignment) % kAlignment, ' ');
    header += '\n';
    std::string file(kMagic);
    file += '\x01';
    file += '\0';
    file += static_cast<char>(header.size() & 0xffU);
    file += static_cast<char>(header.size() >> 8U);
    file += header;
    return file.append(reinterpret_cast<const char*>(array.data.data()), array.data.size());
}

}  // namespace bridge32::tool
