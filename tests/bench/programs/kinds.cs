// kinds.exe SECONDS: prints the median time of add(1, 2) from C#, in nanoseconds.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;

static class Program
{
    static void Main(string[] arguments)
    {
        double seconds = double.Parse(arguments[0], CultureInfo.InvariantCulture);
        var times = new List<double>();
        using (var client = new Bridge32.Client("bench", "{}"))
        {
            var all = Stopwatch.StartNew();
            while (times.Count == 0 || all.Elapsed.TotalSeconds < seconds)
            {
                long start = Stopwatch.GetTimestamp();
                if (client.Call("add", "[1, 2]").Json != "3") throw new Exception("add");
                times.Add((Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency);
            }
        }
        times.Sort();
        Console.WriteLine(times[times.Count / 2].ToString(CultureInfo.InvariantCulture));
    }
}
