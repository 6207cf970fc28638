#include "values.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <vector>

namespace dotnet {
namespace {

using bridge32::CodecError;
using bridge32::NdArray;
using Form = ValueType::Form;

// Type codes of .NET's metadata (ECMA-335, II.23.1.16).
constexpr int kVoid = 0x01;
constexpr int kString = 0x0e;
constexpr int kValueType = 0x11;
constexpr int kClass = 0x12;
constexpr int kArray = 0x14;
constexpr int kVectorArray = 0x1d;

/// Calls `visit` with the C++ type of a scalar; false if the code is not a scalar's.
template <class Visit>
bool visit_scalar(int code, Visit&& visit) {
    const auto as = [&]<class T>(std::type_identity<T> type) {
        visit(type);
        return true;
    };
    switch (code) {
        case 0x02:
            return as(std::type_identity<bool>());
        case 0x04:
            return as(std::type_identity<std::int8_t>());
        case 0x05:
            return as(std::type_identity<std::uint8_t>());
        case 0x06:
            return as(std::type_identity<std::int16_t>());
        case 0x07:
            return as(std::type_identity<std::uint16_t>());
        case 0x08:
            return as(std::type_identity<std::int32_t>());
        case 0x09:
            return as(std::type_identity<std::uint32_t>());
        case 0x0a:
            return as(std::type_identity<std::int64_t>());
        case 0x0b:
            return as(std::type_identity<std::uint64_t>());
        case 0x0c:
            return as(std::type_identity<float>());
        case 0x0d:
            return as(std::type_identity<double>());
        default:
            return false;
    }
}

std::string scalar_name(int code) {
    constexpr std::array<const char*, 0x0e> kNames{"",     "",      "bool",   "",      "sbyte",
                                                   "byte", "short", "ushort", "int",   "uint",
                                                   "long", "ulong", "float",  "double"};
    return kNames.at(static_cast<std::size_t>(code));
}

std::uint64_t length_of(const Runtime& runtime, mono::Object* array, std::int32_t dimension) {
    static mono::Method* const get_length =
        runtime.api.class_get_method_from_name(runtime.api.get_array_class(), "GetLength", 1);
    void* argument = &dimension;
    mono::Object* const length = runtime.invoke(get_length, array, &argument);
    return *static_cast<const std::uint32_t*>(runtime.api.object_unbox(length));
}

/// Writes the elements of `array` to `out`, row by row, as .NET stores them.
template <class T>
void copy_rows(const NdArray<T>& array, T* out) {
    if (array.order() == bridge32::Order::c) {
        std::copy_n(array.data(), array.size(), out);
        return;
    }
    std::vector<std::size_t> index(array.shape().size());
    for (std::size_t n = 0; n < array.size(); ++n) {
        *out++ =
            array.data()[bridge32::detail::element_offset(array.shape(), array.order(), index)];
        for (std::size_t d = index.size(); d-- > 0 && ++index[d] == array.shape()[d];) {
            index[d] = 0;
        }
    }
}

template <class T>
mono::Object* new_array(const Runtime& runtime, const ValueType& type, const NdArray<T>& array) {
    if (array.shape().size() != static_cast<std::size_t>(type.rank)) {
        throw CodecError("expected an array with " + std::to_string(type.rank) +
                         (type.rank == 1 ? " dimension" : " dimensions") + ", found one with " +
                         std::to_string(array.shape().size()));
    }
    std::array<std::uintptr_t, bridge32::kMaxDimensions> lengths{};
    std::array<std::intptr_t, bridge32::kMaxDimensions> bounds{};
    std::transform(array.shape().begin(), array.shape().end(), lengths.begin(),
                   [](std::uint64_t n) { return static_cast<std::uintptr_t>(n); });
    mono::Array* const made =
        runtime.api.array_new_full(runtime.domain, type.its_class, lengths.data(), bounds.data());
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    if (array.size() != 0) {
        copy_rows(array,
                  reinterpret_cast<T*>(runtime.api.array_addr_with_size(made, sizeof(T), 0)));
    }
    return reinterpret_cast<mono::Object*>(made);
}

template <class T>
NdArray<T> array_of(const Runtime& runtime, int rank, mono::Object* object) {
    std::vector<std::uint64_t> shape;
    for (std::int32_t i = 0; i < rank; ++i) {
        shape.push_back(length_of(runtime, object, i));
    }
    auto array = NdArray<T>::uninitialised(std::move(shape));
    if (array.size() != 0) {
        std::memcpy(
            array.data(),
            runtime.api.array_addr_with_size(reinterpret_cast<mono::Array*>(object), sizeof(T), 0),
            array.size() * sizeof(T));
    }
    return array;
}

mono::Object* passed_object(const Runtime& runtime, const ValueType& type,
                            const bridge32::Handle<Object>& handle) {
    mono::Object* const object = handle->get();
    mono::Class* const its_class = runtime.api.object_get_class(object);
    if (runtime.api.class_is_subclass_of(its_class, type.its_class, 1) == 0) {
        throw CodecError("expected a handle of " + type.name + ", found a handle of " +
                         runtime.name_of(its_class));
    }
    return object;
}

}  // namespace

std::optional<ValueType> value_type(const Runtime& runtime, mono::Type* type) {
    const mono::Api& api = runtime.api;
    if (api.type_is_byref(type) != 0) {
        return std::nullopt;
    }
    const int code = api.type_get_type(type);
    mono::Class* const its_class = api.class_from_mono_type(type);
    ValueType value{Form::kNone, code, 0, its_class, ""};
    if (code == kVoid) {
        value.name = "void";
    } else if (code == kString) {
        value.form = Form::kText;
        value.name = "string";
    } else if (code == kClass) {
        value.form = Form::kObject;
        value.name = runtime.name_of(its_class);
    } else if (code == kValueType && api.class_is_enum(its_class) != 0) {
        value.form = Form::kScalar;
        value.scalar = api.type_get_type(api.class_enum_basetype(its_class));
        value.name = runtime.name_of(its_class);
    } else if (code == kArray || code == kVectorArray) {
        value.form = Form::kArray;
        value.rank = api.class_get_rank(its_class);
        value.scalar =
            api.type_get_type(api.class_get_type(api.class_get_element_class(its_class)));
        if (!visit_scalar(value.scalar, [](auto) {})) {
            return std::nullopt;
        }
        value.name = scalar_name(value.scalar) + "[" +
                     std::string(static_cast<std::size_t>(value.rank) - 1, ',') + "]";
    } else if (visit_scalar(code, [](auto) {})) {
        value.form = Form::kScalar;
        value.name = scalar_name(code);
    } else {
        return std::nullopt;
    }
    return value;
}

void pass(const Runtime& runtime, const ValueType& type, const Given& given, Passed& passed) {
    bridge32::Decoder in = given.in;
    if (type.form != Form::kScalar && in.peek() == bridge32::Kind::null) {
        passed.pointer = nullptr;
    } else if (type.form == Form::kText) {
        passed.pointer = runtime.new_text(in.value<std::string>());
    } else if (type.form == Form::kObject) {
        passed.pointer = passed_object(runtime, type, in.value<bridge32::Handle<Object>>());
    } else {
        visit_scalar(type.scalar, [&]<class T>(std::type_identity<T>) {
            if (type.form == Form::kArray) {
                passed.pointer = new_array(runtime, type, in.value<NdArray<T>>());
            } else {
                const T value = in.value<T>();
                std::memcpy(passed.scalar, &value, sizeof value);
                passed.pointer = passed.scalar;
            }
        });
    }
}

Result result_of(const Runtime& runtime, const ValueType& type, mono::Object* object) {
    Result result = nullptr;
    if (type.form == Form::kNone || object == nullptr) {
        return result;
    }
    if (type.form == Form::kText) {
        result = runtime.text_of(reinterpret_cast<mono::String*>(object));
    } else if (type.form == Form::kObject) {
        result = std::make_unique<Object>(runtime, object);
    } else {
        visit_scalar(type.scalar, [&]<class T>(std::type_identity<T>) {
            if (type.form == Form::kArray) {
                result = array_of<T>(runtime, type.rank, object);
            } else {
                T value;
                std::memcpy(&value, runtime.api.object_unbox(object), sizeof value);
                result.emplace<T>(value);
            }
        });
    }
    return result;
}

}  // namespace dotnet
