// Stands for an assembly that exists for x86 only. It knows nothing of bridge32.
using System;

/// A class without a namespace.
public class StringManipulator {
    public static string Reverse(string text) {
        char[] characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }
}

namespace DotNetLib {

/// Static functions.
public static class BasicMath {
    public static int AddIntegers(int a, int b) { return a + b; }
    public static float DivideFloats(float a, float b) { return a / b; }
    public static double MultiplyDoubles(double a, double b) { return a * b; }
    public static double AddOrSubtract(double a, double b, bool doAddition) {
        return doAddition ? a + b : a - b;
    }
    public static long Factorial(int n) {
        if (n < 0) {
            throw new ArgumentOutOfRangeException("n", "there is no factorial of " + n);
        }
        return checked(n < 2 ? 1 : n * Factorial(n - 1));
    }
}

public static class ArrayMath {
    public static double[] ScalarMultiply(double a, double[] x) {
        return Array.ConvertAll(x, value => a * value);
    }

    public static double[,] MatrixMultiply(double[,] a, double[,] b) {
        if (a.GetLength(1) != b.GetLength(0)) {
            throw new ArgumentException("a must have as many columns as b has rows");
        }
        var product = new double[a.GetLength(0), b.GetLength(1)];
        for (int i = 0; i < a.GetLength(0); i++) {
            for (int j = 0; j < b.GetLength(1); j++) {
                for (int k = 0; k < a.GetLength(1); k++) {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }
        return product;
    }
}

/// A class with state.
public class Accumulator {
    private double sum;

    public Accumulator(string name) { Name = name; }

    public string Name { get; private set; }
    public void Add(double value) { sum += value; }
    public void Add(double[] values) { Array.ForEach(values, Add); }
    public double Sum() { return sum; }
    public bool IsLarger(Accumulator other) { return sum > other.sum; }
}

}
