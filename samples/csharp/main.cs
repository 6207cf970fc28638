// Calls the plugin my_lib of ../hello.
using System;

static class Program
{
    static void Main()
    {
        using (var lib = new Bridge32.Client("my_lib", "{\"kwargs\":{\"gain\":2.5}}"))
        {
            Console.WriteLine("add(1, 2)  " + lib.Call("add", "[1, 2]").Json);

            double[] x = { 0.5, 1.0, -4.25 };
            string array = "{\"$array\":{\"dtype\":\"<f8\",\"shape\":[3],\"at\":0}}";
            double[] y = lib.Call("scale", "[2.0, " + array + "]", x).Doubles(0);
            Console.WriteLine("scale      " + string.Join(", ", y));
            Console.WriteLine("gain       " + lib.Get("gain").Json);
            try
            {
                lib.Call("ad", "[1, 2]");
            }
            catch (Bridge32.Error e)
            {
                Console.WriteLine(e.Message);
            }
        }
    }
}
