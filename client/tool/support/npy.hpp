// NumPy's file format for arrays:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// An array whose element type is known only at run time.
struct AnyArray {
    detail::Dtype dtype = detail::Dtype::f8;  ///< never `structure`
    std::vector<std::uint64_t> shape;
    Order order = Order::c;
    std::vector<std::byte> data;  ///< the elements in memory order
};

/// Reads and writes a file's content. `name`: the file's name, for the Error.
AnyArray parse_npy(std::string_view content, const std::string& name);
std::string npy_text(const AnyArray& array);

}  // namespace bridge32::tool
