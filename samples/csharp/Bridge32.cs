// The client for C#: the part of <bridge32/bridge32.h> that this sample needs. Copy it into your
// project.
using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Bridge32
{
    /// An error as JSON text: type, message and, after a crash, the report.
    public class Error : Exception
    {
        public Error(string json) : base(json) { }
    }

    /// A result: JSON text and copies of the arrays that it refers to.
    public class Reply
    {
        public string Json;
        public byte[][] Buffers;

        /// The doubles in buffer `at`; an error if it holds something else.
        public double[] Doubles(int at)
        {
            var array = Regex.Match(Json, "\"dtype\":\"([^\"]*)\"[^{}]*\"at\":" + at + "}");
            if (!array.Success || array.Groups[1].Value != "<f8")
                throw new InvalidCastException("buffer " + at + " holds " +
                    (array.Success ? array.Groups[1].Value : "bytes or structs") + ", not doubles");
            var result = new double[Buffers[at].Length / sizeof(double)];
            Buffer.BlockCopy(Buffers[at], 0, result, 0, Buffers[at].Length);
            return result;
        }
    }

    /// One instance of one plugin, in a host of its own.
    public sealed class Client : IDisposable
    {
        readonly IntPtr client_;

        /// `options`: a JSON object, such as {"kwargs":{"gain":2.5}}, or null.
        public Client(string plugin, string options = null)
        {
            IntPtr error;
            Check(bridge32_client_open(Utf8(plugin), Utf8(options), IntPtr.Zero, IntPtr.Zero,
                                       out client_, out error), error);
        }

        /// Calls a method with the JSON array `args`, in which
        /// {"$array":{"dtype":"<f8","shape":[3],"at":0}} stands for the first of `arrays`.
        public Reply Call(string method, string args, params double[][] arrays)
        {
            var pins = new GCHandle[arrays.Length];
            var buffers = new BridgeBuffer[arrays.Length];
            try
            {
                for (int i = 0; i < arrays.Length; ++i)
                {
                    pins[i] = GCHandle.Alloc(arrays[i], GCHandleType.Pinned);
                    buffers[i].data = pins[i].AddrOfPinnedObject();
                    buffers[i].size = (ulong)arrays[i].Length * sizeof(double);
                }
                IntPtr reply, error;
                Check(bridge32_client_call(client_, Utf8(method), Utf8(args), null, buffers,
                                           (uint)buffers.Length, -1, out reply, out error), error);
                return Take(reply);
            }
            finally
            {
                foreach (var pin in pins)
                    if (pin.IsAllocated) pin.Free();
            }
        }

        public Reply Get(string property)
        {
            IntPtr reply, error;
            Check(bridge32_client_get(client_, Utf8(property), -1, out reply, out error), error);
            return Take(reply);
        }

        public void Dispose()
        {
            bridge32_client_close(client_); // later calls fail: the handle is never used again
        }

        static Reply Take(IntPtr reply)
        {
            var result = new Reply { Json = Text(bridge32_reply_json(reply)) };
            result.Buffers = new byte[bridge32_reply_buffer_count(reply)][];
            for (uint at = 0; at < result.Buffers.Length; ++at)
            {
                ulong size;
                IntPtr data = bridge32_reply_buffer(reply, at, out size);
                result.Buffers[at] = new byte[size];
                if (size > 0) Marshal.Copy(data, result.Buffers[at], 0, (int)size);
            }
            bridge32_reply_free(reply);
            return result;
        }

        static void Check(int status, IntPtr error)
        {
            if (status == 0) return;
            string text = Text(error);
            bridge32_free(error);
            throw new Error(text);
        }

        static byte[] Utf8(string text)
        {
            return text == null ? null : Encoding.UTF8.GetBytes(text + "\0");
        }

        static string Text(IntPtr utf8)
        {
            if (utf8 == IntPtr.Zero) return "";
            int size = 0;
            while (Marshal.ReadByte(utf8, size) != 0) ++size;
            var bytes = new byte[size];
            Marshal.Copy(utf8, bytes, 0, size);
            return Encoding.UTF8.GetString(bytes);
        }

        [StructLayout(LayoutKind.Sequential)]
        struct BridgeBuffer
        {
            public IntPtr data;
            public ulong size;
        }

        const string Library = "bridge32"; // libbridge32.so, bridge32.dll

        [DllImport(Library)]
        static extern void bridge32_free(IntPtr text);
        [DllImport(Library)]
        static extern int bridge32_client_open(byte[] plugin, byte[] options, IntPtr onOutput,
                                               IntPtr context, out IntPtr client, out IntPtr error);
        [DllImport(Library)]
        static extern void bridge32_client_close(IntPtr client);
        [DllImport(Library)]
        static extern int bridge32_client_call(IntPtr client, byte[] method, byte[] args,
                                               byte[] kwargs, BridgeBuffer[] buffers, uint count,
                                               long timeout, out IntPtr reply, out IntPtr error);
        [DllImport(Library)]
        static extern int bridge32_client_get(IntPtr client, byte[] property, long timeout,
                                              out IntPtr reply, out IntPtr error);
        [DllImport(Library)]
        static extern IntPtr bridge32_reply_json(IntPtr reply);
        [DllImport(Library)]
        static extern uint bridge32_reply_buffer_count(IntPtr reply);
        [DllImport(Library)]
        static extern IntPtr bridge32_reply_buffer(IntPtr reply, uint at, out ulong size);
        [DllImport(Library)]
        static extern void bridge32_reply_free(IntPtr reply);
    }
}
