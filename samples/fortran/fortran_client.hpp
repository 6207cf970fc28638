// The 32-bit Fortran library, for 64-bit programs.
#pragma once

#include <bridge32/client.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The library in a host of its own. Functions throw a bridge32::Error: InvalidArgument if the
/// arguments do not fit, HostCrashed if the library crashes.
class FortranLib {
public:
    /// m(row, column). Row-major unless created with Order::fortran.
    using Matrix = bridge32::NdArray<double>;

    explicit FortranLib(const bridge32::ClientOptions& options = {})
        : client_("fortran_plugin", options) {}

    /// a + b. The library does not check for overflow.
    std::int8_t sum_8bit(std::int8_t a, std::int8_t b) {
        return client_.call<std::int8_t>("sum_8bit", a, b);
    }
    std::int16_t sum_16bit(std::int16_t a, std::int16_t b) {
        return client_.call<std::int16_t>("sum_16bit", a, b);
    }
    std::int32_t sum_32bit(std::int32_t a, std::int32_t b) {
        return client_.call<std::int32_t>("sum_32bit", a, b);
    }
    std::int64_t sum_64bit(std::int64_t a, std::int64_t b) {
        return client_.call<std::int64_t>("sum_64bit", a, b);
    }

    /// a * b, in single and in double precision.
    float multiply_float32(float a, float b) {
        return client_.call<float>("multiply_float32", a, b);
    }
    double multiply_float64(double a, double b) {
        return client_.call<double>("multiply_float64", a, b);
    }

    /// a > 0
    bool is_positive(double a) { return client_.call<bool>("is_positive", a); }

    /// a + b, or a - b.
    std::int32_t add_or_subtract(std::int32_t a, std::int32_t b, bool do_addition) {
        return client_.call<std::int32_t>("add_or_subtract", a, b, do_addition);
    }

    /// n! for n from 0 to 127; 1 for a negative n.
    double factorial(std::int8_t n) { return client_.call<double>("factorial", n); }

    /// The standard deviation of a sample (n - 1 degrees of freedom); NaN for fewer than two.
    double standard_deviation(std::span<const double> x) {
        return client_.call<double>("standard_deviation", x);
    }

    /// The Bessel function of the first kind of order 0.
    double besselj0(double x) { return client_.call<double>("besselj0", x); }

    /// The bytes of `text` in reverse order: ASCII only.
    std::string reverse_string(const std::string& text) {
        return client_.call<std::string>("reverse_string", text);
    }

    /// a + b, element by element. Both must have the same size.
    std::vector<double> add_1d_arrays(std::span<const double> a, std::span<const double> b) {
        return client_.call<std::vector<double>>("add_1d_arrays", a, b);
    }

    /// The matrix a * b in row-major order. `a` and `b` may be in either order; `a` must have as
    /// many columns as `b` has rows.
    Matrix matrix_multiply(const Matrix& a, const Matrix& b) {
        return client_.call<Matrix>("matrix_multiply", a, b);
    }

private:
    bridge32::Client client_;
};
