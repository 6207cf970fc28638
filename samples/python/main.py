"""Calls the plugin my_lib of ../hello."""

import array

import bridge32

with bridge32.Client("my_lib", kwargs={"gain": 2.5}, call_timeout=10_000) as c:
    print("add(1, 2)  ", c.call("add", 1, 2))
    print("add(b=2)   ", c.call("add", 1, b=2))

    x = array.array("d", [0.5, 1.0, -4.25])  # a NumPy array works too
    y = c.call("scale", 2.0, x)  # numpy.asarray(y) is a view of it
    print("scale      ", y.tolist())
    print("gain       ", c.get("gain"))
    print("host       ", c.host_info()["bits"], "bit")

    try:
        c.call("ad", 1, 2)
    except bridge32.Error as e:
        print(e)
