#include <cstdio>
#include <limits>

#include "fortran_client.hpp"

namespace {

void print(const char* what, const FortranLib::Matrix& m) {
    std::printf("%s  [", what);
    for (std::uint64_t i = 0; i < m.shape()[0]; ++i) {
        std::printf("%s[", i == 0 ? "" : ", ");
        for (std::uint64_t j = 0; j < m.shape()[1]; ++j) {
            std::printf("%s%g", j == 0 ? "" : ", ", m(i, j));
        }
        std::printf("]");
    }
    std::printf("]\n");
}

}  // namespace

int main() {
    FortranLib lib;

    std::printf("sum_8bit(-50, 110)               %d\n", lib.sum_8bit(-50, 110));
    std::printf("sum_16bit(2033, -4000)           %d\n", lib.sum_16bit(2033, -4000));
    std::printf("sum_32bit(123456789, -987654321) %d\n", lib.sum_32bit(123456789, -987654321));
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::printf("sum_64bit(-2^63, 1)              %lld\n",
                static_cast<long long>(lib.sum_64bit(least, 1)));
    std::printf("multiply_float32(1.5, -2.25)     %.9g\n", lib.multiply_float32(1.5F, -2.25F));
    std::printf("multiply_float64(1e-200, 3e180)  %.17g\n", lib.multiply_float64(1e-200, 3e180));
    std::printf("is_positive(1), (-0.1)           %d, %d\n", lib.is_positive(1),
                lib.is_positive(-0.1));
    std::printf("add_or_subtract(1000, 2000, …)   %d, %d\n", lib.add_or_subtract(1000, 2000, true),
                lib.add_or_subtract(1000, 2000, false));
    std::printf("factorial(127)                   %.16g\n", lib.factorial(127));
    const std::vector<double> x{1, 2, 3, 4, 5, 6, 7, 8, 9};
    std::printf("standard_deviation(1 to 9)       %.16g\n", lib.standard_deviation(x));
    std::printf("besselj0(8.6)                    %.16g\n", lib.besselj0(8.6));
    std::printf("reverse_string(hello world!)     %s\n",
                lib.reverse_string("hello world!").c_str());
    const std::vector<double> total = lib.add_1d_arrays(x, std::vector<double>(9, 0.5));
    std::printf("add_1d_arrays, last element      %g\n", total.back());

    const FortranLib::Matrix a({2, 3}, {1, 2, 3, 4, 5, 6});
    const FortranLib::Matrix b({3, 2}, {1, 2, 3, 4, 5, 6});
    print("matrix_multiply, by rows       ", lib.matrix_multiply(a, b));
    // The same matrices in column-major order, as in Fortran: the library reads them in place.
    const FortranLib::Matrix a_columns({2, 3}, {1, 4, 2, 5, 3, 6}, bridge32::Order::fortran);
    const FortranLib::Matrix b_columns({3, 2}, {1, 3, 5, 2, 4, 6}, bridge32::Order::fortran);
    print("matrix_multiply, by columns    ", lib.matrix_multiply(a_columns, b_columns));

    try {
        lib.matrix_multiply(a, a);
    } catch (const bridge32::InvalidArgument& error) {
        std::printf("%s\n", error.what());
    }
}
