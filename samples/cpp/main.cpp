#include <cmath>
#include <iomanip>
#include <iostream>

#include "cpp_lib.hpp"

namespace {

/// Twelve decimals: further ones depend on the C library's sine.
double cut(double x) { return std::trunc(x * 1e12) / 1e12; }

}  // namespace

int main() {
    const CppLib lib;
    std::cout << std::boolalpha << "add(1, 2)  " << lib.add(1, 2) << '\n'
              << "subtract(7.5, 10)  " << lib.subtract(7.5F, 10.0F) << '\n'
              << "add_or_subtract(0.25, 1, true)  " << lib.add_or_subtract(0.25, 1, true) << '\n'
              << "add_or_subtract(0.25, 1, false)  " << lib.add_or_subtract(0.25, 1, false) << '\n'
              << "scalar_multiply(1.5, [1, 2, 3])  "
              << bridge32::Json(lib.scalar_multiply(1.5, {1, 2, 3})) << '\n'
              << "reverse_string(\"déjà vu\")  " << lib.reverse_string("déjà vu") << '\n'
              << "reverse_string_allocated(\"hello\")  " << lib.reverse_string_allocated("hello")
              << '\n';

    const FourPoints square{{{0, 0}, {0, 2}, {2, 2}, {2, 0}}};
    std::cout << "distance_4_points(a square)  " << lib.distance_4_points(square) << '\n'
              << "distance_n_points(a triangle)  "
              << lib.distance_n_points({{0, 0}, {3, 0}, {3, 4}}) << '\n'
              << std::fixed << std::setprecision(12);
    for (int i = 0; i < 16; ++i) {
        std::cout << "circumference(0.5, " << (1 << i) << ")  "
                  << cut(lib.circumference(0.5, 1 << i)) << '\n';
    }

    std::cout << std::defaultfloat;
    {
        CppLib::Path path = lib.new_path({1, 1});
        path.line_to({4, 5});
        path.line_to({4, 7});
        std::cout << "path.length()  " << path.length() << '\n'
                  << "living_paths()  " << lib.living_paths() << '\n';
    }
    std::cout << "living_paths(), the path forgotten  " << lib.living_paths() << '\n';
}
