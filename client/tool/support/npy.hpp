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

/// An array whose element type is known at run time only.
struct AnyArray {
    detail::Dtype dtype = detail::Dtype::f8;  ///< never `structure`
    std::vector<std::uint64_t> shape;
    Order order = Order::c;
    std::vector<std::byte> data;  ///< the elements in the order of memory
};

/// From a file's content, and into it. `name`: the file's, for the Error that says what is wrong.
AnyArray parse_npy(std::string_view content, const std::string& name);
std::string npy_text(const AnyArray& array);

}  // namespace bridge32::tool
