// The names of the number types, as in NumPy, for plugin and client.
#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <string>

template <class T>
std::string type_name() {
    if constexpr (std::same_as<T, bool>) {
        return "bool";
    } else if constexpr (std::integral<T>) {
        return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(8 * sizeof(T));
    } else if constexpr (std::floating_point<T>) {
        return "float" + std::to_string(8 * sizeof(T));
    } else {
        return "complex" + std::to_string(8 * sizeof(T));
    }
}

/// Calls `visit.operator()<T>()` for each number type.
template <class Visit>
void for_each_number_type(const Visit& visit) {
    const auto visit_all = [&]<class... T>() { (visit.template operator()<T>(), ...); };
    visit_all.template operator()<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                  std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, float,
                                  double, std::complex<float>, std::complex<double>>();
}
