"""What samples/python/bridge32.py makes of a host that breaks the rules: errors of its own, nothing
read behind a buffer, and no end of the process.

hostile_host_test.py MODULE_FOLDER, with BRIDGE32_LIBRARY set."""

import collections
import pathlib
import sys
import unittest

sys.path.insert(0, sys.argv[1])
import bridge32  # noqa: E402

HOST = pathlib.Path(__file__).resolve().parents[1] / "integration/linux/hostile_host.py"
TABLES = {"__name__": "tables"}
exec(HOST.read_text().rsplit("\nmain()", 1)[0], TABLES)


def client(opening="", **options):
    return bridge32.Client("hostile", host_executable=HOST, environment={"BRIDGE32_TEST_OPEN": opening}, wait="spin",
                           shutdown_timeout=300, startup_timeout=60_000, **options)


class HostileHost(unittest.TestCase):
    def failure(self, function, *args):
        with self.assertRaises(bridge32.Error) as raised:
            function(*args)
        return raised.exception.type

    def test_values_that_are_none(self):
        seen = []
        with client() as c:
            c.on_event("e", seen.append)
            for name in TABLES["VALUES"]:
                with self.subTest(name):
                    self.assertEqual(self.failure(c.call, "value", name), "InvalidArgument")
                    self.assertEqual(self.failure(c.start("value", name).get), "InvalidArgument")
                    self.assertEqual(self.failure(c.call, "value_in_event", name), "InvalidArgument")
                    answer = c.call("value_in_callback", name, lambda *args: seen.append(args))
                    self.assertIn("do not fit", answer)
            self.assertEqual(seen, [])
            self.assertEqual(c.call("empty_array").tolist(), [])

    def test_the_session_ends_with_what_is_no_message(self):
        for method, name in (("text", "deep"), ("reply", "deep_error"), ("header", "kind")):
            with self.subTest(name), client() as c:
                self.assertEqual(self.failure(c.call, method, name), "ProtocolError")
                self.assertEqual(self.failure(c.get, "x"), "ConnectionClosed")
        self.assertEqual(self.failure(client, "deep"), "ProtocolError")

    def test_inputs_of_the_fuzz_targets(self):
        """Each call has a value, which can be looked at, or an error of the module's own."""
        seen, ends = [], collections.Counter()
        c = client()
        c.on_event("e", seen.append)
        for seed in range(150):
            try:
                seen.append(c.call("corpus", seed, lambda *args: seen.append(args)))
                ends["value"] += 1
            except bridge32.Error as error:
                ends[error.type] += 1
                if error.type == "ProtocolError":
                    c.restart()
        c.close()
        self.assertTrue(repr(seen))
        for kind in ("value", "InvalidArgument", "ProtocolError"):
            self.assertGreater(ends[kind], 5, ends)

    def test_calls_nest_64_deep(self):
        with client() as c:
            errors = []

            def again():
                try:
                    c.call("nest")
                except bridge32.Error as error:
                    errors.append(error.message)
                    raise

            c.call("nest", again)
            self.assertIn("nest more than 64 deep", errors[0])
            self.assertEqual(c.get("x"), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=0)
