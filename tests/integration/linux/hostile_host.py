#!/usr/bin/env -S python3 -IS
"""A host that breaks the rules, written from sdk/PROTOCOL.md with nothing but the standard library. As
BRIDGE32_HOST it is started like host32, `hostile_host.py --attach NUMBER`. `--serve WHAT-N…` is a shared host
of each name, which answers visitors and takes channels as VISITS and CHANNELS say.

BRIDGE32_TEST_OPEN=NAME answers the open request as OPENINGS says, and BRIDGE32_TEST_SEGMENT=NAME
answers it from an arena segment; without these the plugin opens. After that, the method that a
client calls says what it gets: see ATTACKS. Its clients use the wait mode "spin": nobody is woken.
"""

import fcntl, json, mmap, os, select, signal, socket, struct, sys, time

OPEN, REQUEST, REPLY, CLOSE, EVENT, CALLBACK, CALLBACK_REPLY, CANCEL = range(1, 9)
RINGS = 16384
IN_FRAME = 0xFFFFFFFF
DEEP = "[" * 200_000 + "]" * 200_000


def opened(**changes):
    plugin = {"name": "hostile", "path": "/hostile.b32.so"}
    return json.dumps({"result": {"host": "hostile", "pid": os.getpid(), "bits": 32, "plugin": plugin, **changes}},
                      separators=(",", ":"))


class Host:
    def __init__(self, link):
        self.link = link
        _, files, _, _ = socket.recv_fds(self.link, 64, 4)
        if not files:
            os._exit(0)
        self.memory = mmap.mmap(files[0], 0)
        self.words = memoryview(self.memory).cast("I")
        self.ring = self.words[24 // 4]
        self.head = self.tail = 0
        struct.pack_into("<III", self.memory, 68, os.getpid(), 32, 2)

    def state(self, number):
        self.words[64 // 4] = number

    def wait(self, ready):
        """Until `ready()`, or the end of this process if the client has gone."""
        while not ready():
            try:
                if not self.link.recv(64, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    os._exit(0)
            except BlockingIOError:
                pass
            time.sleep(0.0002)

    def receive(self):
        """The next frame's kind, number and text."""
        self.wait(lambda: self.words[128 // 4] != self.head)
        place = self.head % self.ring
        at = RINGS + place
        frame_bytes, kind, _, _, number, _, text_bytes, _, _ = struct.unpack_from("<IBBHQQIHH", self.memory, at)
        text = self.memory[at + 32 : at + 32 + text_bytes].decode()
        self.head = (self.head + frame_bytes) & 0xFFFFFFFF
        self.words[(128 + 64) // 4] = self.head
        return (kind, number, text) if kind != 0 else self.receive()

    def write(self, frame):
        """Puts the bytes of a frame into the ring, whatever they are."""
        place = self.tail % self.ring
        padding = self.ring - place if place + len(frame) > self.ring else 0
        used = lambda: (self.tail - self.words[(256 + 64) // 4]) & 0xFFFFFFFF
        self.wait(lambda: used() + padding + len(frame) <= self.ring)
        if padding:
            struct.pack_into("<IB", self.memory, RINGS + self.ring + place, padding, 0)
            place = 0
        self.memory[RINGS + self.ring + place : RINGS + self.ring + place + len(frame)] = frame
        self.tail = (self.tail + padding + len(frame)) & 0xFFFFFFFF
        self.words[256 // 4] = self.tail

    def send(self, kind, number, text, related=0, attachments=(), entries=None, **header):
        """A frame. `header` and `entries`, the table of attachments, may say what is not true."""
        if isinstance(text, str):
            text = text.encode()
        if len(text) > self.ring // 4:
            return self.send_in_arena(kind, number, text, related)
        size = 32 + len(text)
        if attachments or entries:
            size = (size + 7) // 8 * 8
        table, data = size, b""
        begin = (size + 24 * len(entries or attachments) + 63) // 64 * 64
        if entries is None:
            entries = []
            for each in attachments:
                entries.append((begin + len(data), len(each), IN_FRAME, 0))
                data += each + bytes(-len(each) % 64)
        frame = bytearray(begin) + data
        fields = {"frame_bytes": len(frame), "kind": kind, "flags": 0, "thread": 0, "call_id": number,
                  "related_id": related, "json_bytes": len(text), "count": len(entries), "method": 0, **header}
        struct.pack_into("<IBBHQQIHH", frame, 0, *fields.values())
        frame[32 : 32 + len(text)] = text
        for i, entry in enumerate(entries):
            struct.pack_into("<QQII", frame, table + 24 * i, *entry)
        self.write(frame)

    arenas = 0

    def send_in_arena(self, kind, number, text, related):
        frame_bytes = (32 + len(text) + 63) // 64 * 64
        size = 4096 + frame_bytes
        file = os.memfd_create("hostile", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.posix_fallocate(file, 0, size)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        arena = mmap.mmap(file, size)
        struct.pack_into("<8sIIQ", arena, 0, b"B2ARENA1", 2, 0, size)
        struct.pack_into("<I", arena, 64, 1)
        struct.pack_into("<IBBHQQIHH", arena, 4096, frame_bytes, kind, 0, 0, number, related, len(text), 0, 0)
        arena[4128 : 4128 + len(text)] = text
        self.give(struct.pack("<8sIIIIQ16s16x", b"B32SOFR1", 2, 3, self.arenas, 0, size, b""), [file])
        os.close(file)
        reference = struct.pack("<QQII", 4096, frame_bytes, self.arenas, 0)
        self.arenas += 1
        self.send(kind, number, reference, related, flags=2)

    def give(self, offer, files):
        self.link.setblocking(True)
        if files:
            socket.send_fds(self.link, [offer], files)
        else:
            self.link.send(offer)


# What may be answered to `open`.
OPENINGS = {
    "deep": '{"result":' + DEEP + "}",
    "deep_unclosed": '{"result":' + "[" * 200_000,
    "deep_objects": '{"result":' + '{"a":' * 200_000,
    "deep_member": opened(more=0).replace('"more":0', '"more":' + DEEP),
    "deep_host": opened(host=0).replace('"host":0', '"host":' + DEEP),
    "deep_error": '{"error":{"type":"PluginError","message":"m","details":' + DEEP + "}}",
    "empty": "",
    "no_json": "hello",
    "no_utf8": b'{"result":{"host":"\xff"}}',
    "null": '{"result":null}',
    "array": '{"result":[1]}',
    "host_number": opened(host=5),
    "pid_text": opened(pid="x"),
    "pid_negative": opened(pid=-1),
    "pid_huge": opened(pid=1 << 40),
    "pid_fraction": opened(pid=1.5),
    "plugin_text": opened(plugin="hostile"),
    "plugin_empty": opened(plugin={}),
    "error_number": '{"error":5}',
    "neither": '{"open":{}}',
    "more": opened() + "x",
}

# Texts of results, in a reply with an attachment of 64 bytes, that are no values.
VALUES = {
    "far_array": '{"$array":{"dtype":"<f8","shape":[1000000],"at":0}}',
    "short_array": '{"$array":{"dtype":"<f8","shape":[7],"at":0}}',
    "overflow": '{"$array":{"dtype":"<f8","shape":[4294967296,4294967296,8],"at":0}}',
    "wraps_to_8": '{"$array":{"dtype":"<f8","shape":[2305843009213693953,8],"at":0}}',
    "negative": '{"$array":{"dtype":"<f8","shape":[-8],"at":0}}',
    "fraction": '{"$array":{"dtype":"<f8","shape":[8.0],"at":0}}',
    "dimensions": '{"$array":{"dtype":"<f8","shape":[8' + ",1" * 40 + '],"at":0}}',
    "shape_text": '{"$array":{"dtype":"<f8","shape":"8","at":0}}',
    "no_shape": '{"$array":{"dtype":"<f8","at":0}}',
    "no_attachment": '{"$array":{"dtype":"<f8","shape":[8],"at":1}}',
    "huge_at": '{"$array":{"dtype":"<f8","shape":[8],"at":4294967296}}',
    "negative_at": '{"$array":{"dtype":"<f8","shape":[8],"at":-1}}',
    "text_at": '{"$array":{"dtype":"<f8","shape":[8],"at":"0"}}',
    "dtype": '{"$array":{"dtype":"|O8","shape":[8],"at":0}}',
    "big_endian": '{"$array":{"dtype":">f8","shape":[8],"at":0}}',
    "order": '{"$array":{"dtype":"<f8","shape":[8],"order":"K","at":0}}',
    "struct_offset": '{"$array":{"dtype":{"names":["a"],"formats":["<f8"],"offsets":[64],"itemsize":8},'
                     '"shape":[8],"at":0}}',
    "struct_object": '{"$array":{"dtype":{"names":["a"],"formats":["|O8"],"offsets":[0],"itemsize":8},'
                     '"shape":[8],"at":0}}',
    "struct_itemsize": '{"$array":{"dtype":{"names":["a"],"formats":["<f8"],"offsets":[0],"itemsize":0},'
                       '"shape":[8],"at":0}}',
    "struct_nested": '{"$array":{"dtype":{"names":["a"],"formats":[' + "[" * 60 + "]" * 60 + '],"offsets":[0],'
                     '"itemsize":8},"shape":[8],"at":0}}',
    "shape_twice": '{"$array":{"dtype":"<f8","shape":[8],"shape":[1000000],"at":0}}',
    "far_bytes": '{"$bytes":{"at":9}}',
    "bytes_text": '{"$bytes":"abc"}',
    "complex_one": '{"$complex":[1]}',
    "float_text": '{"$float":"abc"}',
    "handle_number": '{"$handle":5}',
    "function": '{"$callback":{"id":1}}',
    "unknown_tag": '{"$pointer":4711}',
    "two_tags": '{"$bytes":{"at":0},"more":1}',
}

# Texts that are no JSON.
TEXTS = {
    "deep": DEEP,
    "deep_unclosed": "[" * 200_000,
    "deep_objects": '{"a":' * 200_000,
    "deep_dtype": '{"$array":{"dtype":{"names":' + DEEP + ',"formats":[]},"shape":[8],"at":0}}',
    "too_deep": "[" * 81 + "]" * 81,
    "unclosed": "[1",
    "more": "1}}",
    "no_utf8": b'"\xc3"',
    "control": '"\x01"',
    "number": "01",
    "nan": "NaN",
}

# Whole replies that are neither a result nor an error.
REPLIES = {
    "empty": "",
    "no_json": "hello",
    "neither": '{"other":1}',
    "array": "[]",
    "deep": DEEP,
    "error_number": '{"error":5}',
    "deep_error": '{"error":{"type":"T","message":"m","details":' + DEEP + "}}",
    "error_unclosed": '{"error":{"type":"T"',
}

# Headers that no frame may have.
HEADERS = {
    "kind": {"kind": 9},
    "request": {"kind": REQUEST},
    "callback_reply": {"kind": CALLBACK_REPLY},
    "padding": {"kind": 0},
    "flags": {"flags": 4},
    "flag_bits": {"flags": 0x80},
    "thread": {"thread": 1},
    "method": {"method": 1},
    "size_0": {"frame_bytes": 0},
    "size_63": {"frame_bytes": 63},
    "size_huge": {"frame_bytes": 0x7FFFFFC0},
    "text_huge": {"json_bytes": 0xFFFFFFFF},
    "count": {"count": 65535},
}

# Attachments that are not where the table says.
ENTRIES = {
    "beyond": (64, 1 << 20, IN_FRAME, 0),
    "wraps": (64, 0xFFFFFFFFFFFFFFC0, IN_FRAME, 0),
    "unaligned": (65, 8, IN_FRAME, 0),
    "far": (1 << 62, 8, IN_FRAME, 0),
}


class Attacks:
    """`attack_…(host, call, arguments)`: how the call of that method is answered."""

    def value(self, host, call, name):
        host.send(REPLY, call, '{"result":' + VALUES[name] + "}", attachments=[bytes(64)])

    def empty_array(self, host, call):
        host.send(REPLY, call, '{"result":{"$array":{"dtype":"<f8","shape":[1000000000,0],"at":0}}}', attachments=[b""])

    def value_in_batch(self, host, call, name):
        host.send(REPLY, call, '{"result":[{"result":' + VALUES[name] + "}]}", attachments=[bytes(64)])

    def value_in_event(self, host, call, name):
        host.send(EVENT, 0, '{"event":"e","args":[' + VALUES[name] + "]}", call, attachments=[bytes(64)])
        self.right(host, call)

    def value_in_callback(self, host, call, name, function):
        """The result is the function's answer."""
        text = '{"callback":%d,"args":[%s]}' % (function["$callback"]["id"], VALUES[name])
        host.send(CALLBACK, 1, text, call, attachments=[bytes(64)])
        self.answer(host, call)

    def text(self, host, call, name):
        text = TEXTS[name]
        text = text.encode() if isinstance(text, str) else text
        host.send(REPLY, call, b'{"result":' + text + b"}")

    def reply(self, host, call, name):
        host.send(REPLY, call, REPLIES[name])

    def batch_reply(self, host, call, name):
        host.send(REPLY, call, {"none": '{"result":[]}', "null": '{"result":null}', "unclosed": '{"result":[',
                                "deep": '{"result":' + DEEP + "}", "number": '{"result":[1]}'}[name])

    def header(self, host, call, name):
        host.send(**{**dict(kind=REPLY, number=call, text='{"result":1}'), **HEADERS[name]})

    def entry(self, host, call, name):
        host.send(REPLY, call, '{"result":1}', entries=[ENTRIES[name]])

    def unknown_segment(self, host, call):
        host.send(REPLY, call, '{"result":{"$bytes":{"at":0}}}', entries=[(4096, 64, 5, 0)])

    def index(self, host, call, to):
        host.words[256 // 4] = to & 0xFFFFFFFF

    def callback(self, host, call, text):
        host.send(CALLBACK, 1, text, call)
        self.right(host, call)

    def deep_callback(self, host, call, function):
        host.send(CALLBACK, 1, '{"callback":%d,"args":%s}' % (function["$callback"]["id"], DEEP), call)
        self.right(host, call)

    def event(self, host, call, text):
        host.send(EVENT, 0, text, call)
        self.right(host, call)

    def deep_event(self, host, call):
        host.send(EVENT, 0, '{"event":"e","args":%s}' % DEEP, call)
        self.right(host, call)

    function = None  # that `nest` was given first
    invocations = 0
    nested = []

    def nest(self, host, call, function=None):
        """Answers each call with a callback, until a callback fails: then all of them."""
        Attacks.function = function or self.function
        Attacks.invocations += 1
        self.nested.append(call)
        host.send(CALLBACK, self.invocations, '{"callback":%d}' % self.function["$callback"]["id"], call)

    def nest_events(self, host, call):
        host.send(EVENT, 0, '{"event":"e","args":[]}', call)
        self.right(host, call)

    def end_nest(self, host, text):
        while self.nested:
            self.right(host, self.nested.pop())

    def stray_replies(self, host, call):
        for i in range(10_000):
            host.send(REPLY, call + 1 + i % 1000, '{"result":"stray"}')
        self.right(host, call)

    def twice(self, host, call):
        self.right(host, call)
        self.right(host, call)

    def stray_callbacks(self, host, call):
        """Nobody reads the answers, which do not fit the ring."""
        for i in range(5_000):
            host.send(CALLBACK, 1 + i, '{"callback":12345}', call if i % 2 else 0)
        self.right(host, call)

    def corpus(self, host, call, seed, function):
        """An input of the fuzz targets, changed here and there: as a reply, or in an event or a callback."""
        import pathlib, random, re
        chance = random.Random(seed)
        folder = pathlib.Path(__file__).resolve().parents[2] / "fuzz/corpus/reply"
        content = chance.choice(sorted(folder.iterdir())).read_bytes()
        attachments, at = [], 1
        for _ in range(content[0] % 5):
            end = at + 2 + int.from_bytes(content[at : at + 2], "little")
            attachments.append(content[at + 2 : end])
            at = end
        words = re.findall(rb'"[^"]*"|[-+.\w]+|.', content[at:])
        for _ in range(chance.choice([0, 1, 1, 2])):
            place = chance.randrange(1, len(words))
            if words[place] not in b"[]{}:," or chance.randrange(8) == 0:
                words[place] = chance.choice(
                    [b"0", b"-1", b"4294967296", b"1e9", b"null", b"[1]", b"{}", b'"x"', b'"\xff"', b'"$bytes"', b'"<i1"'])
        text = b"".join(words)
        header = chance.choice([{}] * 19 + [{chance.choice(["frame_bytes", "thread", "json_bytes", "method"]): 0xFFC0}])
        value = text.partition(b":")[2][:-1] or b"1"
        kind = chance.choice([REPLY, REPLY, EVENT, CALLBACK])
        if kind == EVENT:
            text = b'{"event":"e","args":[%s]}' % value
        elif kind == CALLBACK:
            text = b'{"callback":%d,"args":[%s]}' % (function["$callback"]["id"], value)
        if kind == REPLY:
            host.send(REPLY, call, text, attachments=attachments, **header)
        else:
            host.send(kind, kind == CALLBACK and seed + 1, text, call, attachments=attachments, **header)
        self.right(host, call)

    def thrown(self, host, call, number):
        host.send(REPLY, call, '{"error":{"type":"T","message":"m","where":5,"thrown":%s}}' % number)

    def told(self, host, call):
        host.send(REPLY, call, '{"error":{"type":"ProtocolError","message":"the host is told"}}')

    def silent(self, host, call):
        pass

    def prints(self, host, call):
        os.write(1, b"\xff\xfe \x00" + DEEP.encode())
        self.right(host, call)

    def report(self, host, call, seed):
        """A crash report of anything, and the end."""
        import random  # which takes a while
        noise = random.Random(seed).randbytes(12288)
        host.memory[4096:16384] = noise
        struct.pack_into("<III", host.memory, 4096, 4, 1 + seed % 3, seed)
        struct.pack_into("<IIIIII", host.memory, 4096 + 60, *[[64, 0xFFFFFFFF, seed][seed % 3]] * 6)
        host.state(4)
        os._exit(3)

    def right(self, host, call, *_):
        host.send(REPLY, call, '{"result":1}')

    def answer(self, host, call):
        kind, _, text = host.receive()
        host.send(REPLY, call, '{"result":%s}' % json.dumps(text if kind == CALLBACK_REPLY else kind))


def answer_from_segment(host, call_id, kind):
    """A host with one arena segment: sealed, unsealed, cut, shorter, pipe, two, none, garbage."""
    SIZE = 8192
    if kind in ("unsealed", "cut"):
        file = os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR, 0o600)
        os.posix_fallocate(file, 0, SIZE)
    else:
        file = os.memfd_create("hostile", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.posix_fallocate(file, 0, SIZE // 2 if kind == "shorter" else SIZE)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    arena = mmap.mmap(file, 0)
    reply = opened().encode()
    frame_bytes = (32 + len(reply) + 63) // 64 * 64
    struct.pack_into("<8sIIQ", arena, 0, b"B2ARENA1", 2, 0, SIZE)
    struct.pack_into("<I", arena, 64, 1)
    if kind != "shorter":
        struct.pack_into("<IBBHQQIHH", arena, 4096, frame_bytes, REPLY, 0, 0, call_id, 0, len(reply), 0, 0)
        arena[4128 : 4128 + len(reply)] = reply
    if kind == "cut":
        os.ftruncate(file, 4096)
    if kind == "sealed":
        try:
            os.ftruncate(file, 0)
            sys.exit("a sealed segment can be cut short")
        except PermissionError:
            pass
    files = {"pipe": [os.pipe()[0]], "two": [file, file], "none": []}.get(kind, [file])
    offer = struct.pack("<8sIIIIQ16s16x", b"B32SOFR1", 2, 3, 0, 0, SIZE, b"0.1.0")
    host.give(os.urandom(64) if kind == "garbage" else offer, files)
    host.send(REPLY, call_id, struct.pack("<QQII", 4096, frame_bytes, 0, 0), flags=2)


def sealed(size):
    file = os.memfd_create("hostile", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.posix_fallocate(file, 0, size)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return file


CONTROL_BYTES = 4224


def visit(link, file=None, magic=b"B32CTRL1", version=2, pid=None, calls=0, started=0, kind=2, says=CONTROL_BYTES):
    """The answer to a visitor: a control segment."""
    file = sealed(CONTROL_BYTES) if file is None else file
    with mmap.mmap(file, 0) as control:
        header = struct.pack("<8sIIIIIIIIIIQ", magic, version, CONTROL_BYTES, pid or os.getpid(), 32, 0, 0, calls,
                             calls, calls, 0, started)
        control[: min(len(header), len(control))] = header[: len(control)]
    socket.send_fds(link, [struct.pack("<8sIIIIQ16s16x", b"B32SOFR1", 2, kind, 0, 0, says, b"")], [file])


def unsealed():
    file = os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR, 0o600)
    os.posix_fallocate(file, 0, CONTROL_BYTES)
    return file


# What may be answered to a visitor of a shared host.
VISITS = {
    "silent": lambda link: link.recv(64),
    "closes": lambda link: os._exit(0),
    "garbage": lambda link: socket.send_fds(link, [os.urandom(64)], [sealed(CONTROL_BYTES)]),
    "nofile": lambda link: link.send(struct.pack("<8sIIIIQ32x", b"B32SOFR1", 2, 2, 0, 0, CONTROL_BYTES)),
    "pipe": lambda link: socket.send_fds(
        link, [struct.pack("<8sIIIIQ32x", b"B32SOFR1", 2, 2, 0, 0, CONTROL_BYTES)], [os.pipe()[0]]),
    "kind": lambda link: visit(link, kind=3),
    "short": lambda link: visit(link, sealed(64), says=64),
    "size": lambda link: visit(link, says=1 << 40),
    "unsealed": lambda link: visit(link, unsealed()),
    "magic": lambda link: visit(link, magic=b"B32CHAN1"),
    "version": lambda link: visit(link, version=99),
    "lies": lambda link: visit(link, pid=1, calls=0xFFFFFFFF, started=1 << 63),
}

# The host's state in the channel that a visitor gives; nothing more is done with it.
CHANNELS = {"refuses": 2, "ends": 3, "crashes": 4, "unknown": 99, "ignores": 0}


def listen(folder, name):
    """The sockets and files of a shared host of that name."""
    path = folder + "/" + name
    file = os.open(path + ".host", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    if os.path.exists(path + ".socket"):
        os.unlink(path + ".socket")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path + ".socket")
    listener.listen()
    return listener, file


def serve(names):
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = runtime + "/bridge32" if runtime else os.environ["HOME"] + "/.cache/bridge32"
    os.makedirs(folder, 0o700, exist_ok=True)
    hosts = {listener: (name.split("-")[0], file) for name in names for listener, file in [listen(folder, name)]}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("serving", flush=True)
    while True:
        for ready in select.select(list(hosts), [], [])[0]:
            link, _ = ready.accept()
            if os.fork() == 0:  # the visitor's own
                for listener, (_, file) in hosts.items():
                    listener.close()
                    os.close(file)
                receive(link, hosts[ready][0])
            link.close()


def receive(link, what):
    VISITS.get(what, visit)(link)
    host = Host(link)
    host.state(CHANNELS.get(what, 1))
    if what in CHANNELS:
        host.wait(lambda: False)
    work(host)


def main():
    opening = os.environ.get("BRIDGE32_TEST_OPEN", "")
    if sys.argv[1] == "--about":
        return print(DEEP)
    if opening == "ends":
        sys.exit(3)
    if sys.argv[1] == "--serve":
        return serve(sys.argv[2:])
    host = Host(socket.socket(fileno=int(sys.argv[2])))
    host.state(1)
    work(host)


def work(host):
    opening, attacks = os.environ.get("BRIDGE32_TEST_OPEN", ""), Attacks()
    while True:
        kind, call, text = host.receive()
        if kind == OPEN:
            if segment := os.environ.get("BRIDGE32_TEST_SEGMENT"):
                answer_from_segment(host, call, segment)
            else:
                host.send(REPLY, call, OPENINGS[opening] if opening in OPENINGS else opened())
        elif kind == REQUEST:
            request = json.loads(text)
            if "batch" in request:
                request = request["batch"][0]
            if "get" in request:
                attacks.right(host, call)
            elif "method" in request:
                getattr(attacks, request["method"])(host, call, *request.get("args", []))
        elif kind == CALLBACK_REPLY:
            if '"error"' in text:
                attacks.end_nest(host, text)
        elif kind == CLOSE:
            if opening == "close_garbage":
                host.send(REPLY, call, DEEP)
            elif opening != "close_silent":
                host.send(REPLY, call, '{"result":null}')
                host.state(3)
                os._exit(0)


main()
