#!/usr/bin/env python3
"""http_pickle.py server FOLDER | client FOLDER PORT: the old way to a 32-bit library.

A server process listens for HTTP. For each call the client writes the arguments into a pickle file,
names the method in a request, and reads the result from another pickle file.

The client reads commands from stdin, a line each, and answers with one line of numbers:
  add SECONDS         calls add(1, 2) for so long
  double COUNT CALLS  doubles a list of COUNT numbers, CALLS times
The answer is each call's nanoseconds.
"""
import http.client
import http.server
import os
import pickle
import sys
import time
import urllib.parse


class Library:
    @staticmethod
    def add(a, b):
        return a + b

    @staticmethod
    def doubled(x):
        return [2 * value for value in x]


def serve(folder):
    library = Library()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            method = urllib.parse.urlparse(self.path).path[1:]
            with open(os.path.join(folder, "arguments"), "rb") as file:
                arguments = pickle.load(file)
            result = getattr(library, method)(*arguments)
            with open(os.path.join(folder, "result"), "wb") as file:
                pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    with open(os.path.join(folder, "port"), "w", encoding="ascii") as file:
        file.write(str(server.server_port))
    print("ready", flush=True)
    server.serve_forever()


class Client:
    def __init__(self, folder, port):
        self.folder = folder
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def call(self, method, *arguments):
        with open(os.path.join(self.folder, "arguments"), "wb") as file:
            pickle.dump(arguments, file, protocol=pickle.HIGHEST_PROTOCOL)
        self.connection.request("GET", "/" + method)
        response = self.connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"HTTP {response.status}")
        with open(os.path.join(self.folder, "result"), "rb") as file:
            return pickle.load(file)

    def timed(self, method, *arguments):
        start = time.perf_counter_ns()
        result = self.call(method, *arguments)
        return time.perf_counter_ns() - start, result


def calls(client, command, first, second=None):
    times = []
    if command == "add":
        end = time.perf_counter() + float(first)
        while not times or time.perf_counter() < end:
            nanoseconds, result = client.timed("add", 1, 2)
            assert result == 3
            times.append(nanoseconds)
    else:
        numbers = [0.5 * i for i in range(int(first))]
        for _ in range(int(second)):
            nanoseconds, result = client.timed("doubled", numbers)
            assert result[-1] == 2 * numbers[-1]
            times.append(nanoseconds)
    return times


def main():
    if sys.argv[1] == "server":
        serve(sys.argv[2])
        return
    with open(os.path.join(sys.argv[2], "port"), encoding="ascii") as file:
        client = Client(sys.argv[2], int(file.read()))
    print("ready", flush=True)
    for line in sys.stdin:
        print(*calls(client, *line.split()), flush=True)


main()
