// What the plugin dotnet is tested with.
using System;

public class Thing {
    private readonly int value;
    public Thing(int value) { this.value = value; }
    public Thing() {}
    public virtual int Value() { return value; }
    public static bool Same(Thing a, Thing b) { return a == b; }
    public static Thing Nothing() { return null; }
    public class Failure : Exception { public Failure() : base("a failure of its own") {} }
}
public class Special : Thing {
    public override int Value() { return 77; }
}

namespace Tests.Inner {
public static class Values {
    public static int Divide(int a, int b) { return a / b; }
    public static long Long(long x) { return x; }
    public static double Double(double x) { return x; }
    public static bool Bool(bool x) { return x; }
    public static string Text(string x) { return x; }
    public static DayOfWeek Day(DayOfWeek x) { return x; }
    public static long[] Longs(long[] x) { return x; }
    public static float[] Floats(float[] x) { return x; }
    public static double[,] Matrix(double[,] x) { return x; }
    public static double FirstRow(double[,] x) { return 10 * x[0, 0] + x[0, 1]; }
    public static decimal Decimal() { return 1; }
    public static void ByReference(ref int x) {}
}
public static class Faults {
    public static void Fail() { throw new Thing.Failure(); }
    public static int Null(string text) { return text.Length; }
}
}
