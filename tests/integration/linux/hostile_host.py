#!/usr/bin/env python3
"""A private host, written from sdk/PROTOCOL.md, whose answer to `open` is in an arena segment that
BRIDGE32_TEST_SEGMENT describes: sealed, unsealed, cut, shorter, pipe, two, none, garbage."""

import fcntl, mmap, os, socket, struct, sys

kind = os.environ["BRIDGE32_TEST_SEGMENT"]
link = socket.socket(fileno=int(sys.argv[2]))
link.setblocking(True)
_, files, _, _ = socket.recv_fds(link, 64, 4)
memory = mmap.mmap(files[0], 0)
words = memoryview(memory).cast("I")
ring = words[24 // 4]
(call_id,) = struct.unpack_from("<Q", memory, 16384 + 8)

# The segment: a header, and a frame in its only block.
SIZE = 8192
if kind in ("unsealed", "cut"):
    file = os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR, 0o600)
    os.posix_fallocate(file, 0, SIZE)
else:
    file = os.memfd_create("hostile", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.posix_fallocate(file, 0, SIZE // 2 if kind == "shorter" else SIZE)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
arena = mmap.mmap(file, 0)
reply = b'{"result":{"host":"hostile","pid":%d,"bits":32,"plugin":{"name":"echo","path":"/"}}}' % os.getpid()
frame_bytes = (32 + len(reply) + 63) // 64 * 64
struct.pack_into("<8sIIQ", arena, 0, b"B2ARENA1", 2, 0, SIZE)
struct.pack_into("<I", arena, 64, 1)
if kind != "shorter":
    struct.pack_into("<IBBHQQIHH", arena, 4096, frame_bytes, 3, 0, 0, call_id, 0, len(reply), 0, 0)
    arena[4128 : 4128 + len(reply)] = reply
if kind == "cut":
    os.ftruncate(file, 4096)
if kind == "sealed":
    try:
        os.ftruncate(file, 0)
        sys.exit("a sealed segment can be cut short")
    except PermissionError:
        pass

sent = {"pipe": [os.pipe()[0]], "two": [file, file], "none": []}.get(kind, [file])
offer = struct.pack("<8sIIIIQ16s16x", b"B32SOFR1", 2, 3, 0, 0, SIZE, b"0.1.0")
if kind == "garbage":
    offer = os.urandom(64)
if sent:
    socket.send_fds(link, [offer], sent)
else:
    link.send(offer)

# The frame in the ring that refers to it.
place = 16384 + ring
struct.pack_into("<IBBHQQIHH", memory, place, 64, 3, 2, 0, call_id, 0, 24, 0, 0)
struct.pack_into("<QQII", memory, place + 32, 4096, frame_bytes, 0, 0)
words[256 // 4] = 64
struct.pack_into("<III", memory, 68, os.getpid(), 32, 2)
words[64 // 4] = 1
link.recv(64)  # until the client has gone
