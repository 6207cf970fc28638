// The shape of an n-dimensional array, and where in memory its elements are.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

namespace bridge32 {

/// How many dimensions an array may have.
inline constexpr std::size_t kMaxDimensions = 32;

/// Which index varies fastest from element to element in memory: the last one, as in C and
/// NumPy, or the first one, as in Fortran, MATLAB and LAPACK.
enum class Order : std::uint8_t { c, fortran };

namespace detail {

/// The number of elements, of `element_size` bytes each. Throws std::length_error when that
/// many cannot exist.
inline std::size_t element_count(std::span<const std::uint64_t> shape, std::size_t element_size) {
    if (shape.size() > kMaxDimensions) {
        throw std::length_error("NdArray: the shape has too many dimensions");
    }
    if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) {
        return 0;
    }
    std::uint64_t count = 1;
    for (const std::uint64_t n : shape) {
        if (count > (std::numeric_limits<std::size_t>::max)() / element_size / n) {
            throw std::length_error("NdArray: the shape has too many elements");
        }
        count *= n;
    }
    return static_cast<std::size_t>(count);
}

/// Which element in memory has this index. Not checked.
inline std::size_t element_offset(std::span<const std::uint64_t> shape, Order order,
                                  std::span<const std::size_t> index) noexcept {
    assert(index.size() == shape.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < index.size(); ++i) {
        const std::size_t dimension = order == Order::c ? i : index.size() - 1 - i;
        at = at * static_cast<std::size_t>(shape[dimension]) + index[dimension];
    }
    return at;
}

/// Whether two arrays have the same shape and the same element at each index, whatever
/// their order in memory.
template <class Array>
bool equal_arrays(const Array& a, const Array& b) {
    if (a.shape() != b.shape() || a.size() != b.size()) {
        return false;
    }
    if (a.order() == b.order()) {
        return std::equal(a.data(), a.data() + a.size(), b.data());
    }
    const std::span<const std::uint64_t> shape = a.shape();
    std::vector<std::size_t> index(shape.size());
    for (std::size_t n = 0; n < a.size(); ++n) {
        if (!(a.data()[element_offset(shape, a.order(), index)] ==
              b.data()[element_offset(shape, b.order(), index)])) {
            return false;
        }
        for (std::size_t d = 0; d < index.size() && ++index[d] == shape[d]; ++d) {
            index[d] = 0;
        }
    }
    return true;
}

}  // namespace detail
}  // namespace bridge32
