// A library by its interface file, with no plugin. Then a client that is disposed while threads call:
// each of them gets ConnectionClosed.
using System;
using System.Threading;
using Bridge32;

static class Closing
{
    static void CallInterfaceFile(string file, string libraries)
    {
        using (var lib = new Client(file, "{\"library_path\":\"" + libraries + "\"}"))
        {
            string array = "{\"$array\":{\"dtype\":\"<f8\",\"shape\":[2],\"at\":0}}";
            double[] y = lib.Call("scale", "[2.0, " + array + "]", new[] { 0.5, -4.25 }).Doubles(0);
            Console.WriteLine("scale: " + string.Join(", ", y));
            try
            {
                lib.Call("add", "[1, 2147483648]");
            }
            catch (Error e)
            {
                Console.WriteLine(e.Message.Contains("does not fit an int32") ? "refused" : e.Message);
            }
        }
    }

    static void Main(string[] arguments)
    {
        CallInterfaceFile(arguments[0], arguments[1]);
        var client = new Client("my_lib");
        int calls = 0, closed = 0;
        var threads = new Thread[4];
        for (int i = 0; i < threads.Length; ++i)
        {
            threads[i] = new Thread(() =>
            {
                try
                {
                    for (;;)
                    {
                        client.Call("add", "[1,2]");
                        Interlocked.Increment(ref calls);
                    }
                }
                catch (Error e)
                {
                    if (e.Message.Contains("\"ConnectionClosed\"")) Interlocked.Increment(ref closed);
                    else Console.WriteLine(e.Message);
                }
            });
            threads[i].Start();
        }
        while (Volatile.Read(ref calls) < 100) Thread.Yield();
        client.Dispose();
        foreach (var thread in threads) thread.Join();
        client.Dispose();
        Console.WriteLine("closed: " + closed);
    }
}
