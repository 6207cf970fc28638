"""Calls 32-bit libraries through bridge32. Needs only the standard library.

    with bridge32.Client("my_lib", kwargs={"gain": 2.5}) as c:
        c.call("add", 1, 2)                              # 3
        c.call("scale", 2.0, array.array("d", [1, 2]))   # an Array
        c.get("gain")                                    # 2.5

Values can be anything that json supports, and also complex numbers, NaN and infinities, bytes,
paths, functions (which the plugin calls back), and arrays of numbers. Any object with the buffer
protocol is passed as an array: array.array, memoryview, NumPy arrays; one without dimensions, such
as a NumPy or ctypes number, as that number. What has __index__ or __float__ is a number. An array
result is an Array; `numpy.asarray(result)` copies nothing. Calls release the global interpreter
lock.
"""

import array
import collections.abc
import ctypes
import json
import math
import os
import struct
import sys
from ctypes import (CFUNCTYPE, POINTER, byref, c_char_p, c_int32, c_int64, c_uint32, c_uint64,
                    c_void_p)

__all__ = ["Array", "Batch", "Client", "Error", "Function", "Handle", "Pending", "load"]


class Error(Exception):
    """An error. `type` is "TimeoutError", "HostCrashed", … or the type of the exception in the
    plugin. `details` is the complete error; after a crash it contains `report`."""

    def __init__(self, details):
        where = details["where"] + ": " if details.get("where") else ""
        super().__init__(where + details["type"] + ": " + details["message"])
        self.details = details
        self.status = details["status"]
        self.type = details["type"]
        self.message = details["message"]


class Array:
    """Numbers or structs in memory that the host wrote, with a `shape` and NumPy's `dtype`, for
    structs a dict. Read them with `a.memoryview()` or `a.tolist()`. Read-only; may outlive the
    client.
    """

    def __init__(self, data, size, dtype, shape, order, owner):
        self.dtype, self.shape, self.order = dtype, tuple(shape), order
        self.nbytes = size
        self._data, self._owner = data, owner
        if isinstance(dtype, str):
            self.__array_interface__ = {  # NumPy's protocol
                "version": 3, "typestr": dtype, "shape": self.shape, "data": (data, True),
                "strides": self._strides() if order == "F" else None}

    def _strides(self):
        strides, size = [], int(self.dtype[2:])
        for n in self.shape:
            strides.append(size)
            size *= n
        return tuple(strides)

    def __len__(self):
        return self.shape[0]

    def tobytes(self):
        return ctypes.string_at(self._data, self.nbytes)

    def memoryview(self):
        """The elements in memory order, in one dimension; of structs and complex numbers the
        bytes."""
        raw = (ctypes.c_char * self.nbytes).from_address(self._data)
        raw._owner = self  # lives as long as the view
        code = _CODES.get(self.dtype, "B") if isinstance(self.dtype, str) else "B"
        return memoryview(raw).cast("B").cast(code).toreadonly()

    def __array__(self, dtype=None, copy=None):
        """For NumPy, an array of structs."""
        import numpy
        flat = numpy.frombuffer(self.memoryview(), dtype=_numpy_dtype(self.dtype))
        shaped = flat.reshape(self.shape, order=self.order)
        return shaped if dtype is None else shaped.astype(dtype)

    def tolist(self):
        """Nested lists of numbers, or for structs of dicts."""
        if isinstance(self.dtype, str) and self.dtype in _CODES:
            flat = list(self.memoryview())
        else:
            size = _item_size(self.dtype)
            raw = self.tobytes()
            flat = [_item(self.dtype, raw[i:i + size]) for i in range(0, len(raw), size)]
        if not self.shape:
            return flat[0]
        if not flat:
            return []
        if self.order == "F":
            return _by_columns(flat, self.shape)
        for n in reversed(self.shape[1:]):
            flat = [flat[i:i + n] for i in range(0, len(flat), n)]
        return flat

    def __repr__(self):
        return "Array(%s, shape=%s)" % (self.dtype, self.shape)


def _by_columns(flat, shape):
    """Nested lists from Fortran order: the first index varies fastest."""
    n = shape[0]
    if len(shape) == 1:
        return flat
    return [_by_columns(flat[i::n], shape[1:]) for i in range(n)]


# The format characters of the buffer protocol, and NumPy's names for the types.
_FORMATS = {"b": "i", "h": "i", "i": "i", "l": "i", "q": "i",
            "B": "u", "H": "u", "I": "u", "L": "u", "Q": "u",
            "f": "f", "d": "f", "?": "b", "Zf": "c", "Zd": "c"}
_CODES = {"|b1": "?", "|i1": "b", "|u1": "B", "<i2": "h", "<u2": "H", "<i4": "i", "<u4": "I",
          "<i8": "q", "<u8": "Q", "<f4": "f", "<f8": "d"}


def _dtype(view):
    kind = _FORMATS.get(view.format.lstrip("@<="))
    if kind is None:
        raise TypeError("an array of %r cannot be passed" % view.format)
    return "%s%s%d" % ("|" if view.itemsize == 1 else "<", kind, view.itemsize)


def _native(view):
    """The elements of a view that cannot be passed as they are, in C order: with gaps, of the other
    byte order, or of 16-bit floats."""
    code = view.format.lstrip("@<=>!")
    if code == "e":
        order = ">" if view.format[0] in ">!" else "<"
        numbers = array.array("f", struct.unpack("%s%de" % (order, view.nbytes // 2),
                                                 view.tobytes()))
        return memoryview(numbers).cast("B").cast("f", view.shape)
    part = code.lstrip("Z")
    numbers = array.array("B" if part == "?" else part, view.tobytes())
    if view.format[0] in ">!":
        numbers.byteswap()
    if code != part:
        raise TypeError("complex numbers must lie in memory without gaps, in this machine's order")
    return memoryview(numbers).cast("B").cast(part, view.shape)


_ENCODINGS = {1200: "utf-16-le", 28591: "latin-1", 65001: "utf-8"}


def _item_size(dtype):
    if isinstance(dtype, dict):
        return dtype["itemsize"]
    if isinstance(dtype, list):  # [struct, shape]
        return _item_size(dtype[0]) * math.prod(dtype[1])
    count = 1
    if dtype.startswith("("):
        shape, dtype = dtype[1:].split(")")
        count = math.prod(int(n) for n in shape.split(",") if n)
    return count * int(dtype[2:]) * (4 if dtype[1] == "U" else 1)


def _item(dtype, raw, encoding=None):
    """One element, or one member of a struct, as a Python value."""
    if isinstance(dtype, dict):
        pages = dtype.get("encodings", {})
        return {name: _item(form, raw[at:at + _item_size(form)], pages.get(name))
                for name, form, at in zip(dtype["names"], dtype["formats"], dtype["offsets"])}
    if isinstance(dtype, list):
        return _items(dtype[0], dtype[1], raw, encoding)
    if dtype.startswith("("):
        shape, dtype = dtype[1:].split(")")
        return _items(dtype, [int(n) for n in shape.split(",") if n], raw, encoding)
    kind = dtype[1]
    if kind == "U":
        return raw.decode("utf-32-le").split("\0", 1)[0]
    if encoding is not None:
        name = _ENCODINGS.get(encoding, "cp%d" % encoding)
        text = raw if encoding == 1200 else raw.split(b"\0", 1)[0]
        return text.decode(name).split("\0", 1)[0]
    if kind == "S":
        try:
            return raw.split(b"\0", 1)[0].decode()
        except UnicodeDecodeError:
            return raw
    if kind == "V":
        return raw
    if kind == "c":
        return complex(*struct.unpack("<2f" if dtype == "<c8" else "<2d", raw))
    return struct.unpack("<" + _CODES[dtype], raw)[0]


def _items(dtype, shape, raw, encoding):
    if not shape:
        return _item(dtype, raw, encoding)
    size = len(raw) // shape[0]
    return [_items(dtype, shape[1:], raw[i * size:(i + 1) * size], encoding)
            for i in range(shape[0])]


def _numpy_dtype(dtype):
    """What numpy.dtype takes."""
    if isinstance(dtype, list):
        return _numpy_dtype(dtype[0]), tuple(dtype[1])
    if isinstance(dtype, dict):
        return {key: [_numpy_dtype(each) for each in value] if key == "formats" else value
                for key, value in dtype.items() if key != "encodings"}
    return dtype


def _scalar(value):
    """A number or a text that json does not know. Raises TypeError."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, ctypes._SimpleCData):
        return value.value
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value.item()  # NumPy's
    if hasattr(type(value), "__index__"):
        return value.__index__()
    if hasattr(type(value), "__float__"):
        try:
            whole = int(value)  # of a Decimal or a Fraction: a float may round it
            return whole if whole == value else float(value)
        except (TypeError, ValueError, OverflowError):
            return float(value)
    raise TypeError("a %s cannot be passed" % type(value).__name__)


class _Buffer(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("size", c_uint64)]


class _PyBuffer(ctypes.Structure):
    """Python's struct Py_buffer, which gives the address of read-only memory too."""

    _fields_ = [("buf", c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t),
                ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
                ("format", c_char_p), ("shape", c_void_p), ("strides", c_void_p),
                ("suboffsets", c_void_p), ("internal", c_void_p)]


class _Pinned:
    """The memory of a Python object, pinned."""

    def __init__(self, memory):
        self._view = _PyBuffer()
        get = ctypes.pythonapi.PyObject_GetBuffer
        get.argtypes = [ctypes.py_object, POINTER(_PyBuffer), ctypes.c_int]
        any_contiguous = 0x98  # PyBUF_ANY_CONTIGUOUS
        get(memory, byref(self._view), any_contiguous)
        self.buffer = _Buffer(self._view.buf, self._view.len)

    def __del__(self):
        ctypes.pythonapi.PyBuffer_Release(byref(self._view))


_FUNCTION = CFUNCTYPE(None, c_void_p, c_char_p, POINTER(_Buffer), c_uint32, c_void_p)
_EVENT = CFUNCTYPE(None, c_void_p, c_char_p, c_char_p, POINTER(_Buffer), c_uint32)
_OUTPUT = CFUNCTYPE(None, c_void_p, c_int32, c_void_p, c_uint64)
_library = None


def load(path=None):
    """Loads the client library once: `path`, or the environment variable BRIDGE32_LIBRARY, or what
    the system finds. The first use calls it automatically."""
    global _library
    if _library is None:
        name = "bridge32.dll" if sys.platform == "win32" else "libbridge32.so"
        _library = ctypes.CDLL(path or os.environ.get("BRIDGE32_LIBRARY") or name)
        error, buffers = POINTER(c_void_p), [POINTER(_Buffer), c_uint32]
        out = POINTER(c_void_p)
        call = [c_void_p, c_char_p, c_char_p, c_char_p, *buffers]
        for name, result, *arguments in [
                ("free", None, c_void_p),
                ("version", c_char_p),
                ("client_open", c_int32, c_char_p, c_char_p, _OUTPUT, c_void_p, out, error),
                ("client_connect", c_int32, c_char_p, c_char_p, c_char_p, out, error),
                ("client_close", None, c_void_p),
                ("client_call", c_int32, *call, c_int64, out, error),
                ("client_get", c_int32, c_void_p, c_char_p, c_int64, out, error),
                ("client_describe", c_int32, c_void_p, c_int64, out, error),
                ("client_notify", c_int32, *call, error),
                ("client_start", c_int32, *call, c_int64, out, error),
                ("pending_wait", c_int32, c_void_p, c_int64, POINTER(c_int32), error),
                ("pending_get", c_int32, c_void_p, out, error),
                ("pending_cancel", None, c_void_p),
                ("pending_free", None, c_void_p),
                ("client_make_buffer", c_int32, c_void_p, c_uint64, out, error),
                ("free_buffer", None, c_void_p),
                ("client_poll", c_int32, c_void_p, c_int64, POINTER(c_uint64), error),
                ("client_terminate", c_int32, c_void_p, error),
                ("client_restart", c_int32, c_void_p, error),
                ("client_shutdown", c_int32, c_void_p, out, error),
                ("client_host_info", c_int32, c_void_p, out, error),
                ("client_on_event", c_int32, c_void_p, c_char_p, _EVENT, c_void_p, error),
                ("client_add_function", c_int32, c_void_p, _FUNCTION, c_void_p,
                 POINTER(c_uint64), error),
                ("client_remove_function", None, c_void_p, c_uint64),
                ("answer_return", c_int32, c_void_p, c_char_p, *buffers, error),
                ("answer_fail", None, c_void_p, c_char_p, c_char_p),
                ("reply_json", c_char_p, c_void_p),
                ("reply_buffer", c_void_p, c_void_p, c_uint32, POINTER(c_uint64)),
                ("reply_free", None, c_void_p)]:
            function = getattr(_library, "bridge32_" + name)
            function.restype, function.argtypes = result, arguments
    return _library


def _run(name, *arguments):
    """Calls a library function that returns a status, and raises its error."""
    error = c_void_p()
    function = getattr(load(), "bridge32_" + name)
    if function(*arguments, byref(error)) != 0:
        text = ctypes.string_at(error.value) if error.value else b"{}"
        _library.bridge32_free(error)
        raise Error(json.loads(text))


class _Writer:
    """Writes Python values as JSON text with buffers, for one call."""

    def __init__(self, add_function=None):
        self._add_function = add_function
        self._pinned = []

    def buffers(self):
        return (_Buffer * len(self._pinned))(*[each.buffer for each in self._pinned])

    def text(self, value):
        return json.dumps(self._plain(value), allow_nan=False).encode()

    def _attach(self, memory):
        self._pinned.append(_Pinned(memory))
        return len(self._pinned) - 1

    def _plain(self, value):
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            if math.isfinite(value):
                return value
            return {"$float": "NaN" if math.isnan(value) else
                    "Infinity" if value > 0 else "-Infinity"}
        if isinstance(value, complex):
            return {"$complex": [self._plain(value.real), self._plain(value.imag)]}
        if isinstance(value, (bytes, bytearray)):
            return {"$bytes": {"at": self._attach(value)}}
        if isinstance(value, (list, tuple)):
            return [self._plain(each) for each in value]
        if isinstance(value, dict):
            if isinstance(value, Handle):
                return {"$handle": value}
            return {("$" + key if key.startswith("$") else key): self._plain(each)
                    for key, each in value.items()}
        if isinstance(value, Array):
            memory = (ctypes.c_char * value.nbytes).from_address(value._data)
            return self._array(value.dtype, value.shape, value.order, memory)
        if isinstance(value, Function):
            return {"$callback": {"id": value.number, "long_lived": True}}
        try:
            view = memoryview(value)
        except (TypeError, ValueError):
            view = None
        if view is None or view.ndim == 0:
            return self._other(value)
        if (not (view.c_contiguous or view.f_contiguous) or view.format[0] in ">!" or
                view.format.endswith("e")):
            value = view = _native(view)
        return self._array(_dtype(view), view.shape, "C" if view.c_contiguous else "F", value)

    def _other(self, value):
        if callable(value) and self._add_function is not None:
            return {"$callback": {"id": self._add_function(value)}}
        if isinstance(value, collections.abc.Mapping):
            return self._plain(dict(value))
        if isinstance(value, collections.abc.Sequence):
            return self._plain(list(value))
        return self._plain(_scalar(value))

    def _array(self, dtype, shape, order, memory):
        return {"$array": {"dtype": dtype, "shape": list(shape), "order": order,
                           "at": self._attach(memory)}}


class Handle(dict):
    """An object of the library. Pass it back unchanged."""


class Function:
    """Returned by `Client.keep`. The plugin can call it until `forget` or the end of the client."""

    def __init__(self, client, function):
        self._client = client
        self.number, self._kept = client._add(function)

    def forget(self):
        """Makes later calls by the plugin fail. Waits while it runs on another thread."""
        _library.bridge32_client_remove_function(self._client._handle, self.number)


class Pending:
    """A call that `Client.start` has sent."""

    def __init__(self, client, method, given, writer, timeout):
        self._client = client  # whose functions it may need
        self._handle = c_void_p()
        _run("client_start", client._handle, method.encode(), *given, *client._buffers(writer),
             timeout, byref(self._handle))
        self._writer = writer  # buffers of make_array are not copied

    def wait(self, milliseconds):
        """Waits for the reply for up to so long; returns whether it has come."""
        ready = c_int32()
        _run("pending_wait", self._handle, milliseconds, byref(ready))
        return ready.value != 0

    def get(self):
        """The result, as `Client.call` returns it. Once."""
        handle = c_void_p()
        _run("pending_get", self._handle, byref(handle))
        return _Reply(handle).value()

    def cancel(self):
        _library.bridge32_pending_cancel(self._handle)

    def __del__(self):
        if self._handle:
            _library.bridge32_pending_free(self._handle)


class Batch:
    """Calls that are sent one after the other, and then awaited:
    `c.batch().call("move", 3).call("read", 7).send()`."""

    def __init__(self, client):
        self._client, self._calls = client, []

    def call(self, method, *args, **kwargs):
        self._calls.append((method, args, kwargs))
        return self

    def send(self):
        """The results in order; for a call that failed, its Error."""
        all_pending = [self._client.start(method, *args, **kwargs)
                       for method, args, kwargs in self._calls]
        return [self._outcome(pending) for pending in all_pending]

    @staticmethod
    def _outcome(pending):
        try:
            return pending.get()
        except Error as error:
            return error


class _SharedBuffer:
    def __init__(self, client, size):
        self.data = c_void_p()
        _run("client_make_buffer", client._handle, size, byref(self.data))

    def __del__(self):
        if self.data:
            _library.bridge32_free_buffer(self.data)


class _Reader:
    """Reads JSON text with buffers as Python values. `buffer(at)` returns address and size."""

    def __init__(self, text, buffer, owner):
        self._buffer, self._owner = buffer, owner
        self.value = self._plain(json.loads(text))

    def _plain(self, value):
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            key, content = next(iter(value.items()))
            read = self._TAGS.get(key)
            if read is not None:
                return read(self, content)
        return {(key[1:] if key.startswith("$") else key): self._plain(each)
                for key, each in value.items()}

    def _float(self, content):
        if content.startswith("nan:"):
            bits = bytes.fromhex(content[4:])
            return struct.unpack(">d" if len(bits) == 8 else ">f", bits)[0]
        return float(content)

    def _array(self, content):
        data, size = self._buffer(content["at"])
        owner = self._owner
        if owner is None:  # arguments of a function are valid until it returns
            owner = ctypes.create_string_buffer(ctypes.string_at(data, size), max(size, 1))
            data = ctypes.addressof(owner)
        return Array(data or 0, size, content["dtype"], content["shape"],
                     content.get("order", "C"), owner)

    _TAGS = {
        "$float": _float,
        "$complex": lambda self, content: complex(*[self._plain(part) for part in content]),
        "$bytes": lambda self, content: ctypes.string_at(*self._buffer(content["at"])),
        "$array": _array,
        "$handle": lambda self, content: Handle(content),
    }


class _Reply:
    def __init__(self, handle):
        self._handle = handle

    def __del__(self):
        _library.bridge32_reply_free(self._handle)

    def _buffer(self, at):
        size = c_uint64()
        data = _library.bridge32_reply_buffer(self._handle, at, byref(size))
        return data, size.value

    def value(self):
        return _Reader(_library.bridge32_reply_json(self._handle), self._buffer, self).value


class Client:
    """One instance of one plugin, in a host of its own or, with `host="lab"`, in a shared one.
    Options are those of ClientOptions, with times in milliseconds. `on_output(is_error, bytes)`
    receives what the host prints. Any thread may use it. Close it, or use it in a `with`."""

    def __init__(self, plugin, host=None, on_output=None, **options):
        self._handle = None
        self._kept = []  # keeps functions that C may call alive
        handle = c_void_p()
        text = json.dumps(options, default=_scalar).encode()
        plugin = os.fspath(plugin)
        if host is None:
            output = _OUTPUT(0) if on_output is None else _OUTPUT(
                lambda _, error, data, size: on_output(bool(error), ctypes.string_at(data, size)))
            self._kept.append(output)
            _run("client_open", plugin.encode(), text, output, None, byref(handle))
        else:
            _run("client_connect", host.encode(), plugin.encode(), text, byref(handle))
        self._handle = handle

    def call(self, method, *args, timeout=-1, **kwargs):
        """Calls a method. `timeout` is in milliseconds; -1 uses the client's. The plugin can call
        functions among the arguments until this returns; see `keep`."""
        functions = []
        try:
            writer, given = self._write(args, kwargs, functions)
            return self._reply("client_call", method.encode(), *given, *self._buffers(writer),
                               timeout)
        finally:
            for number, _ in functions:
                _library.bridge32_client_remove_function(self._handle, number)

    def notify(self, method, *args, **kwargs):
        """Sends a call that has no reply."""
        writer, given = self._write(args, kwargs, None)
        _run("client_notify", self._handle, method.encode(), *given, *self._buffers(writer))

    def start(self, method, *args, timeout=-1, **kwargs):
        """Sends a call and returns it as a Pending at once. Of functions it can take those of
        `keep`."""
        writer, given = self._write(args, kwargs, None)
        return Pending(self, method, given, writer, timeout)

    def batch(self):
        """Returns a Batch."""
        return Batch(self)

    def make_array(self, dtype, shape):
        """A memoryview of zeroed shared memory, which the plugin reads in place, and can fill after
        the call. `dtype` is NumPy's, "<i2"."""
        dtype = getattr(dtype, "str", dtype)
        if dtype not in _CODES:
            raise TypeError("the dtype is one of %s, not %r" % (", ".join(_CODES), dtype))
        shape = [shape] if isinstance(shape, int) else list(shape)
        raw = self._shared(math.prod(shape) * _item_size(dtype))
        return raw if 0 in shape else raw.cast(_CODES[dtype], shape)

    def make_bytes(self, size):
        """The same for bytes."""
        return self._shared(size)

    def _shared(self, size):
        owner = _SharedBuffer(self, size)
        raw = (ctypes.c_char * size).from_address(owner.data.value)
        raw._owner = owner  # lives as long as the view
        return memoryview(raw).cast("B")

    def poll(self, wait=0):
        """With the option dispatch="poll": runs functions and event handlers on this thread, and
        waits up to `wait` milliseconds for one. Returns how many ran."""
        count = c_uint64()
        _run("client_poll", self._handle, wait, byref(count))
        return count.value

    def terminate(self):
        """Kills the host, for example if a call hangs. `restart` starts a new one."""
        _run("client_terminate", self._handle)

    def restart(self):
        """Starts a new host with the same options."""
        _run("client_restart", self._handle)

    def get(self, name, timeout=-1):
        """Reads a property."""
        return self._reply("client_get", name.encode(), timeout)

    def describe(self):
        """What the plugin offers."""
        return self._reply("client_describe", -1)

    def host_info(self):
        return self._reply("client_host_info")

    def on_event(self, name, function):
        """Runs `function(value)` for the events called `name`."""

        def handle(_, its_name, value, buffers, count):
            function(_Reader(value, lambda at: _view(buffers[at]), None).value)

        kept = _EVENT(handle)
        self._kept.append(kept)
        _run("client_on_event", self._handle, name.encode(), kept, None)

    def shutdown(self):
        """Ends the host and returns what it printed, as bytes: (stdout, stderr). Of more than
        1 MiB, the first and the last 512 KiB, with a line between them that says so."""
        handle = c_void_p()
        _run("client_shutdown", self._handle, byref(handle))
        reply = _Reply(handle)
        return tuple(ctypes.string_at(*reply._buffer(at)) for at in (0, 1))

    def close(self):
        """Ends the host. Calls of other threads, and later ones, fail with ConnectionClosed."""
        if self._handle is not None:
            _library.bridge32_client_close(self._handle)  # the handle is never used again

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def keep(self, function):
        """Returns `function` as an argument for methods that call it later, on any thread."""
        kept = Function(self, function)
        self._kept.append(kept)
        return kept

    def _add(self, function):
        kept = _FUNCTION(lambda _, *given: _answer(function, *given))
        number = c_uint64()
        _run("client_add_function", self._handle, kept, None, byref(number))
        return number.value, kept

    def _write(self, args, kwargs, functions):
        def add(function):
            functions.append(self._add(function))
            return functions[-1][0]

        writer = _Writer(add if functions is not None else None)
        texts = writer.text(args), writer.text(kwargs)
        return writer, texts

    @staticmethod
    def _buffers(writer):
        buffers = writer.buffers()
        return buffers, len(buffers)

    def _reply(self, name, *arguments):
        handle = c_void_p()
        _run(name, self._handle, *arguments, byref(handle))
        return _Reply(handle).value()


def _view(buffer):
    return buffer.data, buffer.size


def _answer(function, args, buffers, count, answer):
    """Runs a Python function that the plugin calls."""
    try:
        given = _Reader(args, lambda at: _view(buffers[at]), None).value
        writer = _Writer()
        text = writer.text(function(*given))
        results = writer.buffers()
        _run("answer_return", answer, text, results, len(results))
    except Exception as e:  # reaches the plugin, and then the caller, as an error
        _library.bridge32_answer_fail(answer, type(e).__name__.encode(), str(e).encode())
