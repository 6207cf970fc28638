// Converts arguments and results between JSON and .NET.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/handle.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runtime.hpp"

namespace dotnet {

/// An argument that is decoded once its type is known; a view into the request.
struct Given {
    bridge32::Decoder in;
};

template <class... T>
using ResultOf = std::variant<std::nullptr_t, std::string, bridge32::Handle<Object>,
                              std::unique_ptr<Object>, T..., bridge32::NdArray<T>...>;
/// What a method returned. The plugin makes a handle for an object.
using Result = ResultOf<bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                        std::uint32_t, std::int64_t, std::uint64_t, float, double>;

/// A .NET type that can be passed or returned.
struct ValueType {
    enum class Form : std::uint8_t { kNone, kScalar, kText, kArray, kObject };
    Form form = Form::kNone;  // none: void
    int scalar = 0;           // Mono's code for the scalar, or for an array's elements
    int rank = 0;             // of an array
    mono::Class* its_class = nullptr;
    std::string name;  // as in C#
};

/// Nothing if bridge32 does not support the type: a struct, `ref`, `decimal`, a generic type…
std::optional<ValueType> value_type(const Runtime& runtime, mono::Type* type);

/// An argument while a method runs; on the stack, where the collector sees it.
struct Passed {
    alignas(8) std::byte scalar[8];
    void* pointer;  // for Mono; for a scalar its address
};

/// Throws CodecError if the argument is not a `type`.
void pass(const Runtime& runtime, const ValueType& type, const Given& given, Passed& passed);

Result result_of(const Runtime& runtime, const ValueType& type, mono::Object* object);

}  // namespace dotnet

template <>
struct bridge32::Codec<dotnet::Given> {
    static constexpr std::string_view kTypeName = "any";
    static dotnet::Given decode(Decoder& in) {
        dotnet::Given given{in};
        in.reader().skip_value();
        return given;
    }
};

template <>
struct bridge32::Codec<dotnet::Result> {
    static constexpr std::string_view kTypeName = "any";
    static void encode(Encoder& out, const dotnet::Result& result) {
        std::visit(
            [&]<class T>(const T& value) {
                if constexpr (!std::is_same_v<T, std::unique_ptr<dotnet::Object>>) {
                    out.value(value);
                }
            },
            result);
    }
};
