// Arrays of any number of dimensions.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/codec/shape.hpp"

namespace bridge32 {

/// An n-dimensional array that owns its elements, or a share in the memory that they are in.
/// `T` is bool, an integer, float, double, std::complex of these, or a BRIDGE32_STRUCT. As
/// argument or result it travels beside the JSON text, bit for bit. A shape without dimensions
/// holds one element. An array that was moved from can only be destroyed or assigned to.
///
/// A copy has elements of its own, in ordinary memory.
template <class T>
class NdArray {
    static_assert(detail::ArrayElement<T>,
                  "an NdArray holds bool, integers, float, double, std::complex, or structs "
                  "that BRIDGE32_STRUCT describes");
    static_assert(alignof(T) <= alignof(std::max_align_t),
                  "these elements need more alignment than allocated memory has");

public:
    /// Of the elements.
    using value_type = T;

    NdArray() : shape_{0} {}
    /// @{
    /// All elements zero. Throws std::length_error when that many cannot exist.
    explicit NdArray(std::vector<std::uint64_t> shape, Order order = Order::c)
        : NdArray(std::move(shape), order, &std::calloc) {}
    NdArray(std::initializer_list<std::uint64_t> shape, Order order = Order::c)
        : NdArray(std::vector<std::uint64_t>(shape), order) {}
    /// @}

    /// Takes over `data`, in the order of memory, whose size must be the product of `shape`,
    /// else throws std::invalid_argument.
    NdArray(std::vector<std::uint64_t> shape, std::vector<T> data, Order order = Order::c)
        : shape_(std::move(shape)), order_(order) {
        size_ = detail::element_count(shape_, sizeof(T));
        if (size_ != data.size()) {
            throw std::invalid_argument(
                "NdArray: data and shape have different numbers of elements");
        }
        if constexpr (std::same_as<T, bool>) {
            allocate(&std::calloc);
            std::copy(data.begin(), data.end(), data_);
        } else {
            auto kept = std::make_shared<std::vector<T>>(std::move(data));
            data_ = kept->data();
            owner_ = std::move(kept);
        }
    }
    /// Uses the elements at `data`, as many as `shape` says, which stay valid while `owner`
    /// lives: shared memory, or a library's. Without an owner the caller sees to that.
    NdArray(std::vector<std::uint64_t> shape, T* data, std::shared_ptr<void> owner,
            Order order = Order::c)
        : data_(data), shape_(std::move(shape)), owner_(std::move(owner)), order_(order) {
        size_ = detail::element_count(shape_, sizeof(T));
    }

    /// @{
    /// A copy has memory of its own; a move passes the memory on.
    NdArray(const NdArray& other) : NdArray(other.shape_, other.order_, &allocate_uninitialised) {
        std::copy_n(other.data_, size_, data_);
    }
    NdArray(NdArray&& other) noexcept { swap(other); }
    NdArray& operator=(const NdArray& other) {
        if (this != &other) {
            NdArray(other).swap(*this);
        }
        return *this;
    }
    NdArray& operator=(NdArray&& other) noexcept {
        NdArray(std::move(other)).swap(*this);
        return *this;
    }
    ~NdArray() = default;
    /// @}

    /// Elements that hold anything, to be written before they are read.
    static NdArray uninitialised(std::vector<std::uint64_t> shape, Order order = Order::c) {
        return NdArray(std::move(shape), order, &allocate_uninitialised);
    }

    /// How many elements there are in each dimension.
    const std::vector<std::uint64_t>& shape() const noexcept { return shape_; }
    /// Which index runs fastest in memory.
    Order order() const noexcept { return order_; }
    /// The number of elements.
    std::size_t size() const noexcept { return size_; }
    /// @{
    /// The elements in the order of memory.
    T* data() noexcept { return data_; }
    const T* data() const noexcept { return data_; }
    std::span<T> span() noexcept { return {data_, size_}; }
    std::span<const T> span() const noexcept { return {data_, size_}; }
    /// @}

    /// @{
    /// The element at these indices, one for each dimension. Not checked.
    template <std::integral... Index>
    T& operator()(Index... index) noexcept {
        return data_[offset(index...)];
    }
    template <std::integral... Index>
    const T& operator()(Index... index) const noexcept {
        return data_[offset(index...)];
    }
    /// @}

    /// Equal shapes and equal elements at each index; the order in memory does not matter.
    friend bool operator==(const NdArray& a,
                           const NdArray& b) requires std::equality_comparable<T> {
        return detail::equal_arrays(a, b);
    }

private:
    friend class NdArray<const T>;
    using Allocate = void*(std::size_t count, std::size_t size);

    NdArray(std::vector<std::uint64_t> shape, Order order, Allocate* allocator)
        : shape_(std::move(shape)), order_(order) {
        size_ = detail::element_count(shape_, sizeof(T));
        allocate(allocator);
    }

    static void* allocate_uninitialised(std::size_t count, std::size_t size) {
        return std::malloc(count * size);
    }

    // Not new T[]: the system hands out large memory zeroed already, page by page when used.
    void allocate(Allocate* allocator) {
        if (size_ == 0) {
            return;
        }
        void* const memory = allocator(size_, sizeof(T));
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
        owner_ = std::shared_ptr<void>(memory, &std::free);
        data_ = static_cast<T*>(memory);
    }

    template <class... Index>
    std::size_t offset(Index... index) const noexcept {
        const std::array<std::size_t, sizeof...(Index)> indices{static_cast<std::size_t>(index)...};
        return detail::element_offset(shape_, order_, indices);
    }

    void swap(NdArray& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        shape_.swap(other.shape_);
        owner_.swap(other.owner_);
        std::swap(order_, other.order_);
    }

    T* data_ = nullptr;
    std::size_t size_ = 0;
    std::vector<std::uint64_t> shape_;
    std::shared_ptr<void> owner_;
    Order order_ = Order::c;
};

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
