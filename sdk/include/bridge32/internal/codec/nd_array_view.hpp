// Arrays of any number of dimensions that are only read. Included by codec/nd_array.hpp.
#pragma once

#include "bridge32/internal/codec/nd_array.hpp"

namespace bridge32 {

/// A view of an n-dimensional array's elements that may own a share in the memory they are
/// in, and is cheap to copy. Without a share it is valid only as long as what it views:
///
/// - made from an NdArray<T> that lives on, as long as that array;
/// - as a plugin's parameter, it views the request and is valid during the call; copy it into
///   an NdArray<T> to keep it;
/// - as a client's result, `c.call<NdArray<const double>>(…)`, it owns a share and holds the
///   reply's memory in place, however long.
template <class T>
class NdArray<const T> {
public:
    /// Of the elements.
    using value_type = T;

    NdArray() : shape_{0} {}
    /// The elements at `data`, as many as `shape` says, which stay valid while `owner` lives;
    /// without an owner the caller sees to that.
    NdArray(std::vector<std::uint64_t> shape, const T* data, std::shared_ptr<const void> owner,
            Order order = Order::c)
        : data_(data), shape_(std::move(shape)), owner_(std::move(owner)), order_(order) {
        size_ = detail::element_count(shape_, sizeof(T));
    }
    /// Views `array`, which must live on.
    NdArray(const NdArray<T>& array)
        : data_(array.data_), size_(array.size_), shape_(array.shape_), order_(array.order_) {}
    /// Takes over the memory of `array`.
    NdArray(NdArray<T>&& array) noexcept
        : data_(std::exchange(array.data_, nullptr)),
          size_(std::exchange(array.size_, 0)),
          shape_(std::move(array.shape_)),
          owner_(std::move(array.owner_)),
          order_(array.order_) {}

    /// A copy of the elements, in ordinary memory.
    explicit operator NdArray<T>() const {
        auto copy = NdArray<T>::uninitialised(shape_, order_);
        std::copy_n(data_, size_, copy.data());
        return copy;
    }

    /// How many elements there are in each dimension.
    const std::vector<std::uint64_t>& shape() const noexcept { return shape_; }
    /// Which index runs fastest in memory.
    Order order() const noexcept { return order_; }
    /// The number of elements.
    std::size_t size() const noexcept { return size_; }
    /// @{
    /// The elements in the order of memory.
    const T* data() const noexcept { return data_; }
    std::span<const T> span() const noexcept { return {data_, size_}; }
    /// @}

    /// Null when this is a view only.
    const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

    /// The element at these indices, one for each dimension. Not checked.
    template <std::integral... Index>
    const T& operator()(Index... index) const noexcept {
        const std::array<std::size_t, sizeof...(Index)> indices{static_cast<std::size_t>(index)...};
        return data_[detail::element_offset(shape_, order_, indices)];
    }

    /// Equal shapes and equal elements at each index; the order in memory does not matter.
    friend bool operator==(const NdArray& a,
                           const NdArray& b) requires std::equality_comparable<T> {
        return detail::equal_arrays(a, b);
    }

private:
    const T* data_ = nullptr;
    std::size_t size_ = 0;
    std::vector<std::uint64_t> shape_;
    std::shared_ptr<const void> owner_;
    Order order_ = Order::c;
};

}  // namespace bridge32
