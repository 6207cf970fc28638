#include <bridge32/plugin.hpp>
#include <stdexcept>

namespace {

using bridge32::NdArray;
using bridge32::Order;

/// gfortran's LOGICAL: four bytes, 0 or 1.
enum class Logical : std::int32_t { no, yes };

/// A length that fits an INTEGER(4).
std::int32_t length(std::uint64_t n) {
    if (n > INT32_MAX) throw std::length_error("the library counts elements in 32 bits");
    return static_cast<std::int32_t>(n);
}

/// A copy of the matrix in the given memory order.
NdArray<double> reordered(const NdArray<const double>& m, Order order) {
    NdArray<double> copy({m.shape()[0], m.shape()[1]}, order);
    for (std::uint64_t i = 0; i < m.shape()[0]; ++i) {
        for (std::uint64_t j = 0; j < m.shape()[1]; ++j)
            copy(i, j) = m(i, j);
    }
    return copy;
}

class Fortran : public bridge32::Plugin {
public:
    Fortran() : lib_("fortran_lib") {
        offer_binary<std::int8_t>("sum_8bit");
        offer_binary<std::int16_t>("sum_16bit");
        offer_binary<std::int32_t>("sum_32bit");
        offer_binary<std::int64_t>("sum_64bit");
        offer_binary<float>("multiply_float32");
        offer_binary<double>("multiply_float64");
        method("is_positive", &Fortran::is_positive, {"a"});
        method("add_or_subtract", &Fortran::add_or_subtract, {"a", "b", "do_addition"});
        method("factorial", &Fortran::factorial, {"n"});
        method("standard_deviation", &Fortran::standard_deviation, {"x"});
        method("besselj0", &Fortran::besselj0, {"x"});
        method("reverse_string", &Fortran::reverse_string, {"text"});
        method("add_1d_arrays", &Fortran::add_1d_arrays, {"a", "b"});
        method("matrix_multiply", &Fortran::matrix_multiply, {"a", "b"});
    }

    bool is_positive(double a) const {
        return lib_.function<Logical(const double*)>("is_positive")(&a) != Logical::no;
    }

    std::int32_t add_or_subtract(std::int32_t a, std::int32_t b, bool do_addition) const {
        const Logical add = do_addition ? Logical::yes : Logical::no;
        return lib_
            .function<std::int32_t(const std::int32_t*, const std::int32_t*, const Logical*)>(
                "add_or_subtract")(&a, &b, &add);
    }

    double factorial(std::int8_t n) const {
        return lib_.function<double(const std::int8_t*)>("factorial")(&n);
    }

    double standard_deviation(std::span<const double> x) const {
        const std::int32_t n = length(x.size());
        return lib_.function<double(const double*, const std::int32_t*)>("standard_deviation")(
            x.data(), &n);
    }

    double besselj0(double x) const { return lib_.function<double(const double*)>("besselj0")(&x); }

    // [text]
    // The two hidden lengths come last, by value. In 32-bit code size_t has 32 bits.
    std::string reverse_string(const std::string& text) const {
        std::string reversed(text.size(), ' ');
        lib_.function<void(const char*, char*, std::size_t, std::size_t)>("reverse_string")(
            text.data(), reversed.data(), text.size(), reversed.size());
        return reversed;
    }
    // [text end]

    std::vector<double> add_1d_arrays(std::span<const double> a, std::span<const double> b) const {
        if (a.size() != b.size()) {
            throw bridge32::InvalidArgument("a and b must have the same number of elements");
        }
        const std::int32_t n = length(a.size());
        std::vector<double> total(a.size());
        lib_.function<void(double*, const double*, const double*, const std::int32_t*)>(
            "add_1d_arrays")(total.data(), a.data(), b.data(), &n);
        return total;
    }

    // [matrix]
    // Fortran stores a matrix by column. `order()` tells how the client's matrix is stored, so a
    // column-major one is used without a copy.
    NdArray<double> matrix_multiply(NdArray<const double> a, NdArray<const double> b) const {
        if (a.shape().size() != 2 || b.shape().size() != 2 || a.shape()[1] != b.shape()[0]) {
            throw bridge32::InvalidArgument(
                "a and b must be matrices, and a must have as many columns as b has rows");
        }
        if (a.order() != Order::fortran) a = reordered(a, Order::fortran);
        if (b.order() != Order::fortran) b = reordered(b, Order::fortran);
        const std::int32_t rows_a = length(a.shape()[0]);
        const std::int32_t columns_a = length(a.shape()[1]);
        const std::int32_t columns_b = length(b.shape()[1]);
        NdArray<double> product({a.shape()[0], b.shape()[1]}, Order::fortran);
        lib_.function<void(double*, const double*, const std::int32_t*, const std::int32_t*,
                           const double*, const std::int32_t*)>("matrix_multiply")(
            product.data(), a.data(), &rows_a, &columns_a, b.data(), &columns_b);
        return reordered(product, Order::c);
    }
    // [matrix end]

private:
    /// Offers a function of two values of one type, whose addresses a lambda passes on.
    template <class T>
    void offer_binary(const char* name) {
        method(name,
               [f = lib_.function<T(const T*, const T*)>(name)](T a, T b) { return f(&a, &b); },
               {"a", "b"});
    }

    bridge32::Library lib_;  // fortran_lib.so, whose names end in `_`
};

}  // namespace

BRIDGE32_PLUGIN(Fortran)
