// A method or property that calls a C++ function.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/binding.hpp"
#include "bridge32/internal/plugin/c_string.hpp"
#include "bridge32/internal/plugin/member.hpp"
#include "bridge32/internal/plugin/param.hpp"
#include "bridge32/internal/plugin/type_name.hpp"

namespace bridge32::detail {

/// Fills in what the author says of the parameters. Throws PluginError.
inline void name_parameters(Member& member, const Params& params) {
    const auto refuse = [&](const std::string& why) {
        throw PluginError("method " + member.name + ": " + why);
    };
    if (params.empty()) {
        return;
    }
    if (params.size() != member.parameters.size()) {
        std::string names;
        for (const Param& param : params) {
            names += (names.empty() ? "" : ", ") + param.name();
        }
        refuse("the function takes " + std::to_string(member.parameters.size()) +
               (member.parameters.size() == 1 ? " parameter" : " parameters") + ", but " +
               std::to_string(params.size()) + (params.size() == 1 ? " is" : " are") + " named (" +
               names + ")");
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < params.size(); ++i) {
        Parameter& parameter = member.parameters[i];
        parameter.name = params[i].name();
        if (parameter.name.empty() || !names.insert(parameter.name).second) {
            refuse(parameter.name.empty()
                       ? "parameter " + std::to_string(i + 1) + " has an empty name"
                       : "two parameters are called `" + parameter.name + "`");
        }
        if (params[i].default_value()) {
            parameter.has_default = true;
            parameter.default_value = *params[i].default_value();
        }
    }
}

[[noreturn]] inline void throw_bad_argument(const Member& member, std::size_t i,
                                            const CodecError& error) {
    throw InvalidArgument(member.argument_text(i) + ": " + error.what());
}

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
        parameters.resize(sizeof...(A));
        std::size_t i = 0;
        ((parameters[i].type = type_name<A>(),
          parameters[i++].optional = kOptional<std::remove_cvref_t<A>>),
         ...);
        name_parameters(*this, params);
        i = 0;
        (check_default<A>(parameters[i++]), ...);
    }

    void run(CallFrame& frame) override {
        {
            Arguments arguments;
            if (decode_in_order(frame.request(), arguments)) {
                return call(frame, arguments);
            }
        }
        std::array<ArgumentText, sizeof...(A)> texts;
        bind_arguments(*this, frame.request(), texts);
        Arguments arguments;
        std::apply([&](auto&... argument) { decode(texts, argument...); }, arguments);
        call(frame, arguments);
    }

private:
    using Arguments = std::tuple<Argument<A>...>;

    void call(CallFrame& frame, Arguments& arguments) {
        std::apply(
            [&](auto&... argument) {
                if constexpr (std::is_void_v<R>) {
                    function_(argument.get()...);
                    frame.end_callbacks();
                    frame.send(nullptr, name);
                } else {
                    // It may view the arguments or the plugin, and is sent while these stand.
                    const auto& value = function_(argument.get()...);
                    frame.end_callbacks();
                    frame.send(value, name);
                }
            },
            arguments);
    }

    /// Each parameter by position, and nothing else: what most calls are, read in one go. False
    /// when this is none of these, or is wrong: the long way then says what.
    static bool decode_in_order(const protocol::RequestView& request, Arguments& arguments) {
        return request.read_in_order([&](Decoder& in) {
            const bool all = std::apply(
                [&](auto&... argument) {
                    return ((in.reader().next_element() && (argument.decode(in), true)) && ...);
                },
                arguments);
            return all && !in.reader().next_element();
        });
    }

    template <class... Each>
    void decode(const std::array<ArgumentText, sizeof...(A)>& texts, Each&... argument) const {
        std::size_t i = 0;
        try {
            ((argument.decode(texts[i].json, texts[i].attachments), ++i), ...);
        } catch (const CodecError& error) {
            throw_bad_argument(*this, i, error);
        }
    }

    template <class T>
    void check_default(Parameter& parameter) const {
        if (!parameter.has_default) {
            return;
        }
        try {
            parameter.wire.value(parameter.default_value);
            parameter.default_text = parameter.wire.text();
            Argument<T>().decode(parameter.default_text, parameter.wire.attachments());
        } catch (const CodecError& error) {
            throw PluginError("method " + name + ": the default of parameter `" + parameter.name +
                              "` does not fit: " + error.what());
        }
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
