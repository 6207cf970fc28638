"""What samples/python/bridge32.py makes of values, functions, events and errors.

python_test.py MODULE_FOLDER PLUGIN_FOLDER, with BRIDGE32_LIBRARY set."""

import array
import ctypes
import decimal
import enum
import fractions
import math
import multiprocessing
import os
import subprocess
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, sys.argv[1])
PLUGINS = sys.argv[2]
import bridge32  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None


def client(plugin, **options):
    return bridge32.Client(plugin, plugin_path=PLUGINS, startup_timeout=60_000, **options)


class Values(unittest.TestCase):
    def test_come_back_as_they_were(self):
        value = {"a": [1, 2.5, None, True, "ä"], "$array": {"$$": -1}, "big": 2**63}
        with client("echo") as c:
            self.assertEqual(c.call("echo", value), value)
            self.assertEqual(c.call("echo_c128", 1.5 - 2j), 1.5 - 2j)
            self.assertEqual(c.call("echo_bytes", b"\0\xff"), b"\0\xff")
            self.assertEqual(c.call("echo_f64", math.inf), math.inf)
            self.assertTrue(math.isnan(c.call("echo_f64", math.nan)))
            self.assertEqual(c.call("add", 1, b=2), 3)

    def test_arrays_are_passed_as_they_lie_in_memory(self):
        with client("echo") as c:
            for code, dtype in zip("bBhHiIqQfd", "i8s u8s i16s u16s i32s u32s i64s u64s f32s f64s"
                                   .split()):
                x = array.array(code, [1, 2, 3])
                y = c.call("echo_" + dtype, x)
                self.assertEqual(y.tolist(), x.tolist())
                self.assertEqual(c.call("echo_" + dtype, y).tobytes(), x.tobytes())
            self.assertEqual(c.call("echo_f64s", array.array("d")).tolist(), [])
            matrix = memoryview(array.array("d", range(6))).cast("B").cast("d", (2, 3))
            y = c.call("echo_ndarray", matrix)
            self.assertEqual((y.shape, y.tolist()), ((2, 3), [[0, 1, 2], [3, 4, 5]]))

    def test_fortran_order_is_kept(self):
        with client("instrument") as c:
            y = c.call("rotation", 0.5)
            sine, cosine = math.sin(0.5), math.cos(0.5)
            self.assertEqual(y.order, "F")
            self.assertEqual(y.tolist(), [[cosine, -sine], [sine, cosine]])

    def test_numbers_of_other_types(self):
        class Indexed:
            def __index__(self):
                return 41

        class Colour(enum.IntEnum):
            RED = 3

        with client("echo") as c:
            self.assertEqual(c.call("add", ctypes.c_int(1), Indexed()), 42)
            self.assertEqual(c.call("add", Colour.RED, b=ctypes.c_int(4)), 7)
            self.assertIs(c.call("echo_bool", ctypes.c_bool(True)), True)
            for half in (ctypes.c_double(2.5), decimal.Decimal("2.5"), fractions.Fraction(5, 2)):
                self.assertEqual(c.call("echo_f64", half), 2.5)
            with self.assertRaises(bridge32.Error):
                c.call("echo_f64", decimal.Decimal(2**60 + 1))
            self.assertEqual(c.call("echo", pathlib.PurePosixPath("/tmp/x")), "/tmp/x")
            self.assertEqual(c.call("echo_f64s", range(3)).tolist(), [0, 1, 2])

    def test_numbers_are_never_cut(self):
        with client("echo") as c:
            for method, value in (("echo_f64", 2**60 + 1), ("echo", 2**64), ("echo_f64s", b"abc"),
                                  ("echo_f64s", bytearray(8)), ("echo_i32s", [2**40]),
                                  ("echo_i32s", array.array("d", [2.75])),
                                  ("echo_f64s", array.array("q", [2**60 + 1]))):
                with self.assertRaises(bridge32.Error) as raised:
                    c.call(method, value)
                self.assertEqual(raised.exception.type, "InvalidArgument", (method, value))

    @unittest.skipIf(numpy is None, "NumPy is not installed")
    def test_numpy_numbers(self):
        with client("echo", call_timeout=numpy.int64(60_000)) as c:
            self.assertEqual(c.call("add", numpy.int64(1), numpy.array(2)), 3)
            self.assertEqual(c.call("echo_f64", numpy.float16(0.5)), 0.5)
            self.assertIs(c.call("echo_bool", numpy.bool_(True)), True)
            self.assertEqual(c.call("echo", {"n": [numpy.float32(1)]}), {"n": [1.0]})
            for x in (numpy.arange(10.0)[::2], numpy.array([1, 2], ">f8"), numpy.array([1], "f2")):
                self.assertEqual(c.call("echo_f64s", x).tolist(), x.tolist())

    @unittest.skipIf(numpy is None, "NumPy is not installed")
    def test_numpy_arrays(self):
        with client("echo") as c:
            for x in (numpy.arange(6.0).reshape(2, 3), numpy.asfortranarray([[1.0, 2], [3, 4]])):
                y = numpy.asarray(c.call("echo_ndarray", x))
                self.assertTrue((x == y).all())

    def test_arrays_of_structs(self):
        with client("structs") as c:
            spots = c.call("places", 2)
            self.assertEqual(spots.tolist(), [
                {"number": 0, "name": "\u00b5V", "raw": b"a\0b\0", "wide": "\u00b5", "corners": [0, 1]},
                {"number": 1, "name": "\u00b5V", "raw": b"a\0b\0", "wide": "\u00b5", "corners": [0, 1]}])
            self.assertEqual(len(spots.memoryview()), spots.nbytes)
            self.assertEqual(c.call("place", 1), spots.tolist()[1])
            if numpy is not None:
                self.assertEqual(numpy.asarray(spots)["number"].tolist(), [0, 1])

    def test_shared_arrays_are_filled_after_the_call(self):
        with client("instrument") as c:
            full = threading.Event()
            c.on_event("full", lambda _: full.set())
            buffer = c.make_array("<i2", 1000)
            c.call("start", buffer)
            self.assertTrue(full.wait(10))
            c.call("stop")
            self.assertNotEqual(sum(buffer), 0)
            self.assertEqual(len(c.make_bytes(3)), 3)

    def test_a_result_outlives_its_client(self):
        with client("echo") as c:
            y = c.call("echo_f64s", array.array("d", [0.5]) * 100_000)
        self.assertEqual(sum(y.memoryview()), 50_000)


class Functions(unittest.TestCase):
    def test_run_during_the_call(self):
        seen = []
        with client("instrument") as c:
            def point(i, value):
                seen.append((i, value, c.call("unit")))
                return i < 2

            self.assertEqual(c.call("scan", 100, point), 2)
        self.assertEqual(seen, [(0, 0.0, "°C"), (1, 0.5, "°C"), (2, 1.0, "°C")])

    def test_exceptions_reach_the_caller(self):
        def point(i, value):
            raise ValueError("too high")

        with client("instrument") as c, self.assertRaises(bridge32.Error) as raised:
            c.call("scan", 1, point)
        self.assertEqual((raised.exception.type, raised.exception.message),
                         ("ValueError", "too high"))

    def test_that_are_kept_run_after_the_call(self):
        with client("instrument", dispatch="thread") as c:
            seen = []
            reading = c.keep(seen.append)
            c.call("on_reading", reading, 50)
            end = time.monotonic() + 20
            while len(seen) < 50 and time.monotonic() < end:
                c.call("unit")
                time.sleep(0.001)
            reading.forget()
            c.call("stop")
            self.assertEqual(seen, [0.5 * i for i in range(50)])

    def test_events(self):
        seen = []
        with client("instrument") as c:
            c.on_event("progress", seen.append)
            c.call("adjust", 2)
        self.assertEqual(seen, [0.5, 1.0])


class Lifetime(unittest.TestCase):
    def test_close_ends_the_calls_of_other_threads(self):
        c = client("echo")
        ends = []

        def loop():
            try:
                while True:
                    c.call("add", 1, 2)
            except bridge32.Error as e:
                ends.append(e.type)

        threads = [threading.Thread(target=loop) for _ in range(4)]
        for thread in threads:
            thread.start()
        c.call("add", 1, 2)
        c.close()
        for thread in threads:
            thread.join()
        self.assertEqual(ends, ["ConnectionClosed"] * 4)
        with self.assertRaisesRegex(bridge32.Error, "ConnectionClosed"):
            c.call("add", 1, 2)
        c.close()

    def test_close_in_a_function_of_its_own(self):
        c = client("instrument", shutdown_timeout=300)
        with self.assertRaisesRegex(bridge32.Error, "ConnectionClosed"):
            c.call("scan", 3, lambda i, value: c.close() or True)

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork")
    def test_a_fork_leaves_it_to_the_parent(self):
        with client("echo") as c:
            kept = c.call("echo_f64s", array.array("d", [0.5]) * 100_000)
            for way in ("call", "close", "exit", "own"):
                pid = os.fork()
                if pid == 0:
                    code = 1
                    try:
                        if way == "call":
                            c.call("add", 1, 2)
                        elif way == "own":
                            with client("echo") as own:
                                code = own.call("add", 1, -1)
                        else:
                            if way == "close":
                                c.close()
                            code = 0
                    except bridge32.Error as e:
                        code = 0 if "before a fork" in e.message else 2
                    if way == "exit":
                        kept, c = None, None  # and what the interpreter ends
                    os._exit(code)
                self.assertEqual((way, os.waitpid(pid, 0)[1]), (way, 0))
                self.assertEqual(c.call("add", 1, 2), 3)
            self.assertEqual(sum(kept.memoryview()), 50_000)

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork")
    def test_multiprocessing(self):
        with client("echo") as c:
            self.assertEqual(c.call("add", 1, 2), 3)
            with multiprocessing.get_context("fork").Pool(2) as pool:
                self.assertEqual(pool.map(abs, range(-3, 0)), [3, 2, 1])
            self.assertEqual(c.call("add", 1, 2), 3)

    def test_the_interpreter_may_end_while_functions_run(self):
        program = """
import sys; sys.path.insert(0, sys.argv[1])
import bridge32, threading
c = bridge32.Client("instrument", plugin_path=sys.argv[2], startup_timeout=60_000)
ran = threading.Event()
c.call("on_reading", c.keep(lambda value: ran.set()), 1_000_000)
threading.Thread(target=lambda: [c.call("scan", 1000, lambda i, x: True) for _ in range(10**6)],
                 daemon=True).start()
ran.wait(20)
"""
        for _ in range(3):
            ran = subprocess.run([sys.executable, "-c", program, sys.argv[1], PLUGINS],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            self.assertEqual((ran.returncode, ran.stdout), (0, b""))


class Calls(unittest.TestCase):
    def test_are_started_and_awaited(self):
        with client("echo") as c:
            pending = c.start("add", 1, b=2)
            self.assertTrue(pending.wait(10_000))
            self.assertEqual(pending.get(), 3)
            first, second = c.batch().call("add", 1, 2).call("add", "x", 2).send()
            self.assertEqual(first, 3)
            self.assertEqual(second.type, "InvalidArgument")
            c.start("add", 1, 2).cancel()

    def test_of_a_host_that_was_terminated_need_a_restart(self):
        with client("echo") as c:
            c.terminate()
            with self.assertRaises(bridge32.Error):
                c.call("add", 1, 2)
            c.restart()
            self.assertEqual(c.call("add", 1, 2), 3)

    def test_functions_run_in_poll(self):
        with client("instrument", dispatch="poll") as c:
            seen = []
            c.call("on_reading", c.keep(seen.append), 1)
            for _ in range(100):
                if c.poll(100):
                    break
            self.assertEqual(seen, [0.0])
            c.call("stop")


class Errors(unittest.TestCase):
    def test_have_type_message_and_report(self):
        with client("crashes") as c:
            with self.assertRaises(bridge32.Error) as raised:
                c.call("segv")
            self.assertEqual(raised.exception.type, "HostCrashed")
            self.assertIn("cause", raised.exception.details["report"])
        with self.assertRaisesRegex(bridge32.Error, "Did you mean `call_timeout`"):
            client("echo", cal_timeout=1)
        with client("throws") as c:
            with self.assertRaisesRegex(bridge32.Error, "throws.std_exception: std::runtime_error"):
                c.call("std_exception")

    def test_what_the_host_prints(self):
        seen = []
        c = client("echo", on_output=lambda is_error, text: seen.append((is_error, text)))
        c.call("print", "hi")
        self.assertEqual(c.shutdown(), (b"hi", b""))
        c.close()
        self.assertEqual(seen, [(False, b"hi")])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=0)
