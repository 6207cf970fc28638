// Arrays of any number of dimensions.
#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bridge32/codec/dtype.hpp"

namespace bridge32 {

/// How many dimensions an array may have.
inline constexpr std::size_t kMaxDimensions = 32;

/// An n-dimensional array that owns its elements, in C order: the last index varies fastest.
/// `T` is an integer, float, double or std::complex of these. As argument or result it
/// travels beside the JSON text, bit for bit. A shape without dimensions holds one element.
template <class T>
class NdArray {
    static_assert(detail::Element<T>, "an NdArray holds integers, float, double or std::complex");

public:
    using value_type = T;

    NdArray() : shape_{0} {}
    /// All elements zero. Throws std::length_error when that many cannot exist.
    explicit NdArray(std::vector<std::uint64_t> shape)
        : data_(element_count(shape)), shape_(std::move(shape)) {}
    NdArray(std::initializer_list<std::uint64_t> shape)
        : NdArray(std::vector<std::uint64_t>(shape)) {}
    /// Takes over `data`, whose size must be the product of `shape`, else throws
    /// std::invalid_argument.
    NdArray(std::vector<std::uint64_t> shape, std::vector<T> data)
        : data_(std::move(data)), shape_(std::move(shape)) {
        if (element_count(shape_) != data_.size()) {
            throw std::invalid_argument(
                "NdArray: the data does not have as many elements as the shape");
        }
    }

    const std::vector<std::uint64_t>& shape() const noexcept { return shape_; }
    /// The number of elements.
    std::size_t size() const noexcept { return data_.size(); }
    T* data() noexcept { return data_.data(); }
    const T* data() const noexcept { return data_.data(); }
    std::span<T> span() noexcept { return data_; }
    std::span<const T> span() const noexcept { return data_; }

    /// The element at these indices, one for each dimension. Not checked.
    template <std::integral... Index>
    T& operator()(Index... index) noexcept {
        return data_[offset({static_cast<std::size_t>(index)...})];
    }
    template <std::integral... Index>
    const T& operator()(Index... index) const noexcept {
        return data_[offset({static_cast<std::size_t>(index)...})];
    }

    bool operator==(const NdArray&) const = default;

private:
    static std::size_t element_count(const std::vector<std::uint64_t>& shape) {
        if (shape.size() > kMaxDimensions) {
            throw std::length_error("NdArray: the shape has too many dimensions");
        }
        if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) {
            return 0;
        }
        std::uint64_t count = 1;
        for (const std::uint64_t n : shape) {
            if (count > std::numeric_limits<std::size_t>::max() / sizeof(T) / n) {
                throw std::length_error("NdArray: the shape has too many elements");
            }
            count *= n;
        }
        return static_cast<std::size_t>(count);
    }

    std::size_t offset(std::initializer_list<std::size_t> index) const noexcept {
        assert(index.size() == shape_.size());
        std::size_t at = 0;
        std::size_t dimension = 0;
        for (const std::size_t i : index) {
            at = at * static_cast<std::size_t>(shape_[dimension++]) + i;
        }
        return at;
    }

    std::vector<T> data_;
    std::vector<std::uint64_t> shape_;
};

}  // namespace bridge32
