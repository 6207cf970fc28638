// Prints what came back, and whether it equals what was sent.
#pragma once

#include <array>
#include <bridge32/values.hpp>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>

/// Set if a value changed on the way.
inline bool something_is_wrong = false;

/// Here NaN equals NaN, and -0 does not equal 0.
template <class T>
bool is_same(const T& a, const T& b) {
    if constexpr (std::is_floating_point_v<T>) {
        return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
    } else {
        return a == b;
    }
}
template <class T>
bool is_same(const std::complex<T>& a, const std::complex<T>& b) {
    return is_same(a.real(), b.real()) && is_same(a.imag(), b.imag());
}
/// Bit for bit.
template <class T>
bool is_same(const bridge32::NdArray<T>& a, const bridge32::NdArray<T>& b) {
    return a.shape() == b.shape() && a.order() == b.order() &&
           (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class T>
std::string text_of(const T& value) {
    if constexpr (std::is_floating_point_v<T>) {
        std::array<char, 64> text{};
        return {text.data(), std::to_chars(text.begin(), text.end(), value).ptr};
    } else {
        return bridge32::Json(value).dump();
    }
}
template <class T>
std::string text_of(const std::complex<T>& value) {
    return "(" + text_of(value.real()) + ", " + text_of(value.imag()) + ")";
}
template <class T>
std::string text_of(const std::optional<T>& value) {
    return value ? text_of(*value) : "none";
}
inline std::string text_of(const bridge32::Bytes& value) {
    return std::to_string(value.size()) + " bytes";
}
template <class T>
std::string text_of(const bridge32::NdArray<T>& value) {
    return "shape " + bridge32::Json(value.shape()).dump() +
           (value.order() == bridge32::Order::fortran ? ", column-major" : "");
}

/// Prints a line: the kind of value, and what `echo` returns for each of `values`.
template <class F, class... T>
void show(const std::string& kind, const F& echo, const T&... values) {
    std::cout << std::left << std::setw(22) << kind;
    const auto show_one = [&](const auto& value) {
        const auto back = echo(value);
        const bool same = is_same(value, back);
        something_is_wrong = something_is_wrong || !same;
        std::cout << "  " << text_of(back) << (same ? "" : " WRONG");
    };
    (show_one(values), ...);
    std::cout << '\n';
}
