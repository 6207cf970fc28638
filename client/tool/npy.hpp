// NumPy's file format for arrays:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// An array whose element type is known at run time only.
struct AnyArray {
    detail::Dtype dtype = detail::Dtype::f8;  ///< never `structure`
    std::vector<std::uint64_t> shape;
    Order order = Order::c;
    std::vector<std::byte> data;  ///< the elements in the order of memory
};

/// Throws Error that says what is wrong with the file's content.
AnyArray parse_npy(const std::vector<std::byte>& content, const std::string& name);
std::vector<std::byte> write_npy(const AnyArray& array);

/// The content of a file, or of stdin for "-". Throws Error that names the file.
std::vector<std::byte> read_file(const std::string& name);
/// Writes a file, or to stdout for "-". Throws Error that names the file.
void write_file(const std::string& name, const std::vector<std::byte>& content);

}  // namespace bridge32::tool
