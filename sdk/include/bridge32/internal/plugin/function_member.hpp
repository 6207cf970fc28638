// A method or property that calls a C++ function.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/internal/plugin/c_string.hpp"
#include "bridge32/internal/plugin/member.hpp"
#include "bridge32/internal/plugin/param.hpp"
#include "bridge32/internal/plugin/type_name.hpp"

namespace bridge32::detail {

/// The arguments of types `A`. Not a std::tuple, which takes a compiler four times as long.
template <std::size_t, class A>
struct ArgumentAt {
    Argument<A> argument;
};
template <class Indices, class... A>
struct ArgumentList;
template <std::size_t... I, class... A>
struct ArgumentList<std::index_sequence<I...>, A...> : ArgumentAt<I, A>... {
    /// Calls `visit` with each argument in turn, while it returns true.
    template <class Visit>
    bool each(const Visit& visit) {
        return (visit(static_cast<ArgumentAt<I, A>*>(this)->argument) && ...);
    }
    template <class Function>
    decltype(auto) pass_to(Function& function) {
        return function(static_cast<ArgumentAt<I, A>*>(this)->argument.get()...);
    }
};

/// `Function` is called with arguments of types `A` and returns an `R`.
template <class Function, class R, class Arguments>
class FunctionMember;

template <class Function, class R, class... A>
class FunctionMember<Function, R, std::tuple<A...>> final : public Member {
public:
    template <class F>
    FunctionMember(MemberKind its_kind, std::string its_name, F&& function, const Params& params,
                   std::string its_doc)
        : Member(its_kind, std::move(its_name), std::move(its_doc), type_name<R>()),
          function_(std::forward<F>(function)) {
        const std::array<ParameterType, sizeof...(A)> types{
            {{type_name<A>(), kOptional<std::remove_cvref_t<A>>, check<A>}...}};
        set_parameters(types, params);
    }

    void run(CallFrame& frame) override {
        try {
            serve(frame);
        } catch (const std::exception& error) {
            frame.fail(error);
        }
    }

private:
    using Arguments = ArgumentList<std::index_sequence_for<A...>, A...>;

    BRIDGE32_DETAIL_ALWAYS_INLINE void serve(CallFrame& frame) {
        Arguments arguments;
        if (!decode_in_order(frame.request(), arguments)) {
            decode_by_name(frame.request(), arguments);
        }
        if constexpr (std::is_void_v<R>) {
            call(frame, arguments);
            frame.end_callbacks();
            frame.send(nullptr, name);
        } else {
            // It may view the arguments or the plugin, and is sent while these stand.
            const auto& value = call(frame, arguments);
            frame.end_callbacks();
            frame.send(value, name);
        }
    }

    BRIDGE32_DETAIL_ALWAYS_INLINE R call(CallFrame& frame, Arguments& arguments) {
        if constexpr (kX87Result<R>) {
            long double number = 0;
            {
                const ForeignCode foreign(frame.foreign());
                number = arguments.pass_to(function_);
                store_x87(number);
            }
            return static_cast<R>(number);
        } else {
            const ForeignCode foreign(frame.foreign());
            return arguments.pass_to(function_);
        }
    }

    /// Each parameter by position, and nothing else: what most calls are, read in one go. False
    /// when this is none of these, or is wrong: the long way then says what.
    static bool decode_in_order(const protocol::RequestView& request, Arguments& arguments) {
        return request.read_in_order([&](Decoder& in) {
            const bool all = arguments.each([&](auto& argument) {
                return in.reader().next_element() && (argument.decode(in), true);
            });
            return all && !in.reader().next_element();
        });
    }

    void decode_by_name(const protocol::RequestView& request, Arguments& arguments) const {
        std::array<ArgumentText, sizeof...(A)> texts;
        bind_arguments(*this, request, texts);
        std::size_t i = 0;
        arguments.each([&]<class T>(Argument<T>& argument) {
            decode_argument(*this, i, texts[i], read<T>, &argument);
            ++i;
            return true;
        });
    }

    template <class T>
    static void read(Decoder& in, void* argument) {
        static_cast<Argument<T>*>(argument)->decode(in);
    }
    template <class T>
    static void check(Decoder& in) {
        Argument<T>().decode(in);
    }

    Function function_;
};

/// A member function and the object that it is called on.
template <class Class, class Pointer>
struct BoundMethod {
    Class* object;
    Pointer function;

    template <class... A>
    decltype(auto) operator()(A&&... arguments) const {
        return (object->*function)(std::forward<A>(arguments)...);
    }
};

/// A property that stays what it is.
template <class T>
class ValueMember final : public Member {
public:
    ValueMember(std::string its_name, T value, std::string its_doc)
        : Member(MemberKind::property, std::move(its_name), std::move(its_doc), type_name<T>()),
          value_(std::move(value)) {}

    void run(CallFrame& frame) override { frame.send(value_, name); }

private:
    T value_;
};

}  // namespace bridge32::detail
