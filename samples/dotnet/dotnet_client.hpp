// The x86 assembly DotNetLib, for 64-bit programs.
#pragma once

#include <bridge32/client.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The assembly in a host of its own. A .NET exception becomes a bridge32::RemoteError whose type()
/// is the exception's .NET type and whose message() is its Message. Other errors are those of
/// bridge32: InvalidArgument if an argument does not fit, PluginError without Mono.
class DotNetLib {
public:
    using Matrix = bridge32::NdArray<double>;

    /// `assembly`: the absolute path of dotnet_lib.dll.
    explicit DotNetLib(const std::string& assembly)
        : client_("dotnet", {.kwargs = {{"assembly", assembly}}}) {}

    /// The assembly's public classes.
    std::vector<std::string> types() { return client_.get<std::vector<std::string>>("types"); }

    /// The characters of `text` in reverse order.
    std::string reverse(const std::string& text) {
        return client_.call<std::string>("StringManipulator.Reverse", text);
    }

    std::int32_t add_integers(std::int32_t a, std::int32_t b) {
        return client_.call<std::int32_t>("DotNetLib.BasicMath.AddIntegers", a, b);
    }
    float divide_floats(float a, float b) {
        return client_.call<float>("DotNetLib.BasicMath.DivideFloats", a, b);
    }
    double multiply_doubles(double a, double b) {
        return client_.call<double>("DotNetLib.BasicMath.MultiplyDoubles", a, b);
    }
    /// a + b, or a - b.
    double add_or_subtract(double a, double b, bool do_addition) {
        return client_.call<double>("DotNetLib.BasicMath.AddOrSubtract", a, b, do_addition);
    }
    /// n! for n from 0 to 20; otherwise throws System.ArgumentOutOfRangeException or
    /// System.OverflowException.
    std::int64_t factorial(std::int32_t n) {
        return client_.call<std::int64_t>("DotNetLib.BasicMath.Factorial", n);
    }

    /// a * x, element by element.
    std::vector<double> scalar_multiply(double a, std::span<const double> x) {
        return client_.call<std::vector<double>>("DotNetLib.ArrayMath.ScalarMultiply", a, x);
    }
    /// The matrix a * b. Throws System.ArgumentException unless `a` has as many columns as `b`
    /// has rows.
    Matrix matrix_multiply(const Matrix& a, const Matrix& b) {
        return client_.call<Matrix>("DotNetLib.ArrayMath.MatrixMultiply", a, b);
    }

    // [object]
    /// Owns an object of the class DotNetLib.Accumulator. Must not outlive the DotNetLib.
    class Accumulator {
    public:
        Accumulator(DotNetLib& lib, const std::string& name)
            : client_(lib.client_), object_(client_.call<Handle>(kClass + "new", name)) {}
        Accumulator(const Accumulator&) = delete;
        Accumulator& operator=(const Accumulator&) = delete;
        ~Accumulator() {
            try {
                client_.call<void>("release", object_);
            } catch (const bridge32::Error&) {
                // The host is gone, and so is the object.
            }
        }

        std::string name() const { return client_.call<std::string>(kClass + "get_Name", object_); }
        /// The parameter types select the overload.
        void add(double value) { client_.call<void>(kClass + "Add(double)", object_, value); }
        void add(std::span<const double> values) {
            client_.call<void>(kClass + "Add(double[])", object_, values);
        }
        double sum() const { return client_.call<double>(kClass + "Sum", object_); }
        /// True if this sum is larger than the other's.
        bool is_larger(const Accumulator& other) const {
            return client_.call<bool>(kClass + "IsLarger", object_, other.object_);
        }

    private:
        using Handle = bridge32::Handle<struct DotNetAccumulator>;
        static inline const std::string kClass = "DotNetLib.Accumulator.";

        bridge32::Client& client_;
        Handle object_;
    };
    // [object end]

private:
    bridge32::Client client_;
};
