#!/usr/bin/env python3
"""Hosts and clients of other versions of the wire protocol, as sdk/PROTOCOL.md has them.

  --attach N        a private host of version 3, started by a client
  --about           what it is
  serve FOLDER NAME a shared host of version 3; "ready" on stdout, ends with its input
  connect SOCKET    a client of version 3; prints host_state, host_version, host_release

With BRIDGE32_TEST_VERSION=1, the private host is like one of version 1.
"""

import fcntl, json, mmap, os, socket, struct, sys

OFFER = "<8sIIIIQ16s16x"


def sealed(size):
    file = os.memfd_create("other-version", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.posix_fallocate(file, 0, size)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return file


def offer(kind, size):
    return struct.pack(OFFER, b"B32SOFR1", 3, kind, 0, 0, size, b"0.3.0")


def attach(number):
    if os.environ.get("BRIDGE32_TEST_VERSION") == "1":
        sys.exit("host32: cannot open the shared-memory segment " + number)
    link = socket.socket(fileno=int(number))
    _, files, _, _ = socket.recv_fds(link, 64, 4)
    memory = mmap.mmap(files[0], 0)
    struct.pack_into("<IIII16s", memory, 68, os.getpid(), 32, 3, 0, b"0.3.0")
    struct.pack_into("<I", memory, 64, 2)
    sys.exit(1)


def serve(folder, name):
    os.makedirs(folder, mode=0o700, exist_ok=True)
    lock = open(os.path.join(folder, name + ".host"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(os.path.join(folder, name + ".socket"))
    listener.listen()
    print("ready", flush=True)
    control = sealed(4224)
    while True:
        link, _ = listener.accept()
        socket.send_fds(link, [offer(2, 4224)], [control])


def connect(path):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    link.connect(path)
    socket.recv_fds(link, 64, 4)
    size = 16384 + 2 * 4096
    file = sealed(size)
    memory = mmap.mmap(file, size)
    struct.pack_into("<IIQIIII", memory, 8, 3, 512, size, 4096, 1, os.getpid(), 64)
    struct.pack_into("<16s", memory, 48, b"0.3.0")
    memory[0:8] = b"B32CHAN1"
    socket.send_fds(link, [offer(1, size)], [file])
    link.settimeout(10)
    link.recv(64)  # the host closes it
    state, _, _, version, _, release = struct.unpack_from("<IIIII16s", memory, 64)
    print(state, version, release.rstrip(b"\0").decode())


command, *arguments = sys.argv[1:]
if command == "--attach":
    attach(arguments[0])
elif command == "--about":
    version = int(os.environ.get("BRIDGE32_TEST_VERSION", "3"))
    print(json.dumps({"version": "0.%d.0" % version, "wire_version": version, "bits": 32}))
elif command == "serve":
    serve(*arguments)
else:
    connect(*arguments)
