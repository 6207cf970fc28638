"""kinds.py SECONDS: prints the median time of add(1, 2) from Python, in nanoseconds."""

import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "samples/python"))
import bridge32

with bridge32.Client("bench") as client:
    times = []
    end = time.perf_counter() + float(sys.argv[1])
    while not times or time.perf_counter() < end:
        start = time.perf_counter_ns()
        assert client.call("add", 1, 2) == 3
        times.append(time.perf_counter_ns() - start)
print(statistics.median(times))
