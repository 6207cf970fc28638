#include <filesystem>
#include <iostream>

#include "dotnet_client.hpp"

int main() {
    // The assembly is beside this program.
    DotNetLib lib(std::filesystem::canonical("/proc/self/exe").replace_filename("dotnet_lib.dll"));
    const std::vector<double> x{1, 2, 3.5};
    const DotNetLib::Matrix a({2, 3}, {1, 2, 3, 4, 5, 6});
    const DotNetLib::Matrix b({3, 2}, {1, 2, 3, 4, 5, 6});

    std::cout << std::boolalpha << "types              " << bridge32::Json(lib.types()) << '\n'
              << "reverse            " << lib.reverse("größer ↔ reßörg") << '\n'
              << "add_integers       " << lib.add_integers(1, 2) << '\n'
              << "divide_floats      " << lib.divide_floats(4.0F, 5.0F) << '\n'
              << "multiply_doubles   " << lib.multiply_doubles(1.1, -2.5) << '\n'
              << "add_or_subtract    " << lib.add_or_subtract(1.5, 2.5, false) << '\n'
              << "factorial(20)      " << lib.factorial(20) << '\n'
              << "scalar_multiply    " << bridge32::Json(lib.scalar_multiply(2.0, x)) << '\n';
    const DotNetLib::Matrix product = lib.matrix_multiply(a, b);
    std::cout << "matrix_multiply    [[" << product(0, 0) << ", " << product(0, 1) << "], ["
              << product(1, 0) << ", " << product(1, 1) << "]]\n";

    DotNetLib::Accumulator first(lib, "first");
    DotNetLib::Accumulator second(lib, "second");
    first.add(2.5);
    second.add(x);
    std::cout << first.name() << "              " << first.sum() << '\n'
              << second.name() << "             " << second.sum() << '\n'
              << "second is larger   " << second.is_larger(first) << '\n';

    try {
        lib.factorial(-1);
    } catch (const bridge32::RemoteError& error) {
        std::cout << "factorial(-1)      " << error.type() << '\n';
    }
    try {
        lib.matrix_multiply(a, a);
    } catch (const bridge32::RemoteError& error) {
        std::cout << "a * a              " << error.type() << ": " << error.message() << '\n';
    }
}
