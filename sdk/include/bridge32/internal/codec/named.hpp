// Named arguments of a call.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/codec.hpp"

namespace bridge32 {

/// A name and a value of any type that Codec can write. It keeps the value itself (a pointer
/// to text as a string), apart from what views keep elsewhere. Copies share the value.
class NamedArgument {
public:
    /// `{"a", 1}` in a call of `named`.
    template <class T>
    NamedArgument(std::string name, T value)
        : name_(std::move(name)),
          value_(std::make_shared<Value<Kept<T>>>(Kept<T>(std::move(value)))) {}

    /// The parameter's name.
    const std::string& name() const noexcept { return name_; }
    /// Appends the value. Attachments refer to this object's memory.
    void encode(Encoder& out) const { value_->encode(out); }

private:
    template <class T>
    using Kept = std::conditional_t<detail::Text<T>, std::string, T>;

    struct AnyValue {
        virtual ~AnyValue() = default;
        virtual void encode(Encoder& out) const = 0;
    };
    template <class T>
    struct Value final : AnyValue {
        explicit Value(T v) : value(std::move(v)) {}
        void encode(Encoder& out) const override { out.value(value); }
        T value;
    };

    std::string name_;
    std::shared_ptr<const AnyValue> value_;
};

/// Named arguments, in the order in which they were given.
class Named {
public:
    Named() = default;
    /// In this order.
    Named(std::initializer_list<NamedArgument> arguments) : arguments_(arguments) {}
    /// As many as are known at run time only.
    explicit Named(std::vector<NamedArgument> arguments) : arguments_(std::move(arguments)) {}

    /// All of them, in order.
    const std::vector<NamedArgument>& arguments() const noexcept { return arguments_; }

private:
    std::vector<NamedArgument> arguments_;
};

/// `c.call<int>("add", bridge32::named({{"a", 1}, {"b", 2}}))`
inline Named named(std::initializer_list<NamedArgument> arguments) { return Named(arguments); }

}  // namespace bridge32
