// The plugin for 64-bit programs: each method returns its argument by way of 32-bit code.
#pragma once

#include <bridge32/client.hpp>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>

#include "types.hpp"

class Echo {
public:
    using Bytes = bridge32::Bytes;
    using Json = bridge32::Json;

    Echo() : client_("echo_plugin") {}

    bool boolean(bool value) const { return number(value); }
    std::int8_t int8(std::int8_t value) const { return number(value); }
    std::int16_t int16(std::int16_t value) const { return number(value); }
    std::int32_t int32(std::int32_t value) const { return number(value); }
    std::int64_t int64(std::int64_t value) const { return number(value); }
    std::uint8_t uint8(std::uint8_t value) const { return number(value); }
    std::uint16_t uint16(std::uint16_t value) const { return number(value); }
    std::uint32_t uint32(std::uint32_t value) const { return number(value); }
    std::uint64_t uint64(std::uint64_t value) const { return number(value); }
    /// NaN and infinities included.
    float float32(float value) const { return number(value); }
    double float64(double value) const { return number(value); }
    std::complex<float> complex64(std::complex<float> value) const { return number(value); }
    std::complex<double> complex128(std::complex<double> value) const { return number(value); }

    /// UTF-8 with any characters, including zeros.
    std::string text(const std::string& value) const {
        return client_.call<std::string>("text", value);
    }
    Bytes bytes(const Bytes& value) const { return client_.call<Bytes>("bytes", value); }
    /// Null, lists and objects, nested to any depth.
    Json any(const Json& value) const { return client_.call("any", value); }
    /// A number or nothing.
    std::optional<std::int32_t> optional_int32(std::optional<std::int32_t> value) const {
        return client_.call<std::optional<std::int32_t>>("optional_int32", value);
    }
    void nothing() const { client_.call<void>("nothing"); }

    /// Any number type and shape; returned bit for bit.
    template <class T>
    bridge32::NdArray<T> array(const bridge32::NdArray<T>& values) const {
        return client_.call<bridge32::NdArray<T>>("array_of_" + type_name<T>(), values);
    }

private:
    template <class T>
    T number(T value) const {
        return client_.call<T>(type_name<T>(), value);
    }

    bridge32::Client client_;
};
