// Codec of functions: a lambda as an argument of a client's call.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/internal/codec/argument.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/traits.hpp"
#include "bridge32/internal/support/function_traits.hpp"

namespace bridge32 {
namespace detail {

/// A lambda, another object with one `operator()`, a std::function, or a function pointer.
template <class T>
concept FunctionObject = KnownFunction<T> && !std::is_member_function_pointer_v<T> &&
                         !HasOwnJson<T> && (std::is_class_v<T> || std::is_pointer_v<T>);

/// Runs an `F` with arguments as JSON text.
template <class F, class Arguments = typename function_traits<F>::arguments>
class TypedFunction;

template <class F, class... A>
class TypedFunction<F, std::tuple<A...>> final : public LocalFunction {
public:
    explicit TypedFunction(F function) : function_(std::move(function)) {}

    void run(std::string_view json, std::span<const bridge32_attachment> attachments,
             Encoder& out) override {
        std::tuple<Argument<A>...> arguments;
        std::apply([&](auto&... argument) { decode(json, attachments, argument...); }, arguments);
        std::apply(
            [&](auto&... argument) {
                if constexpr (std::is_void_v<typename function_traits<F>::result>) {
                    function_(argument.get()...);
                    out.value(nullptr);
                } else {
                    const auto& result = function_(argument.get()...);
                    out.value(result);
                    // The result may go before it is sent.
                    out.copy_attachments();
                }
            },
            arguments);
    }

private:
    template <class... Each>
    static void decode(std::string_view json, std::span<const bridge32_attachment> attachments,
                       Each&... argument) {
        Reader reader(json);
        reader.enter_array();
        std::size_t count = 0;
        [[maybe_unused]] const auto next = [&](auto& each) {
            if (!reader.next_element()) {
                throw CodecError("the function takes " + std::to_string(sizeof...(A)) +
                                 " arguments; passed: " + std::to_string(count));
            }
            const std::string_view text = reader.skip_value();
            at_index(count++, [&] { each.decode(text, attachments); });
        };
        (next(argument), ...);
        if (reader.next_element()) {
            throw CodecError("the function takes " + std::to_string(sizeof...(A)) +
                             " arguments; more were passed");
        }
    }

    F function_;
};

}  // namespace detail

/// {"$callback":…}. The function is copied.
template <detail::FunctionObject T>
struct Codec<T> {
    static void encode(Encoder& out, const T& function) {
        out.function(std::make_shared<detail::TypedFunction<T>>(function));
    }
};

}  // namespace bridge32
