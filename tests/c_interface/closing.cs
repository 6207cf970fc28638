// A client that is disposed while threads call: each of them gets ConnectionClosed.
using System;
using System.Threading;
using Bridge32;

static class Closing
{
    static void Main()
    {
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
