// What a plugin makes handles of.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "bridge32/handle.hpp"

namespace bridge32::detail {

/// An object of a library's, and the library's function that destroys it.
template <class T, class Destroy>
class PointerObject final : public HandleObject {
public:
    template <class D>
    PointerObject(T* pointer, D&& destroy)
        : pointer_(pointer), destroy_(std::forward<D>(destroy)) {}

    void* get() noexcept override { return const_cast<std::remove_cv_t<T>*>(pointer_); }
    void destroy() override { std::invoke(destroy_, pointer_); }
    void throw_pointer() override {
        if constexpr (CompleteClass<T>) {
            throw pointer_;
        }
    }

private:
    T* pointer_;
    Destroy destroy_;
};

/// What a library calls its object: a number, or a struct around what it hands out.
template <class T, class Destroy>
class ValueObject final : public HandleObject {
public:
    template <class D>
    ValueObject(T value, D&& destroy)
        : value_(std::move(value)), destroy_(std::forward<D>(destroy)) {}

    void* get() noexcept override { return &value_; }
    void destroy() override { std::invoke(destroy_, value_); }

private:
    T value_;
    Destroy destroy_;
};

/// A C++ object.
template <class T, class Deleter>
class OwnedObject final : public HandleObject {
public:
    explicit OwnedObject(std::unique_ptr<T, Deleter> object) : object_(std::move(object)) {}

    void* get() noexcept override { return const_cast<std::remove_cv_t<T>*>(object_.get()); }
    void destroy() override { object_.reset(); }
    void throw_pointer() override { throw object_.get(); }

private:
    std::unique_ptr<T, Deleter> object_;
};

}  // namespace bridge32::detail
