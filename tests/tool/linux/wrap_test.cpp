// bridge32 wrap, and what its libraries do in a program.
#include <doctest/doctest.h>

#include "tool/support.hpp"

namespace linux_wrap_test {

namespace fs = std::filesystem;
using test::Ran;
using test::text_of;
using test::tool;

const fs::path kLibraries = fs::path(BRIDGE32_TEST_LIBRARIES);
const fs::path kInterface =
    fs::path(__FILE__).parent_path().parent_path().parent_path() / "libraries/every/every.b32i";

/// The runtime is not built with sanitizers: it could not be loaded into other programs.
bool has_runtime() {
    if (fs::exists(test::kBin / "libbridge32wrap.so.0")) return true;
    MESSAGE("[skipped] there is no libbridge32wrap");
    return false;
}

/// The 32-bit libevery.so.1, wrapped.
class Wrapped {
public:
    Wrapped()
        : made(tool({"wrap", text_of(kInterface), text_of(kLibraries / "32/libevery.so.1"), "-o",
                     text_of(out())})) {}

    fs::path out() const { return folder_.path() / "out"; }
    Ran run(const std::vector<std::string>& arguments = {}, const char* on_crash = "fail") const {
        return program(out(), arguments, on_crash);
    }
    static Ran program(const fs::path& libraries, const std::vector<std::string>& arguments = {},
                       const char* on_crash = "fail") {
        return test::run_program(
            fs::path(BRIDGE32_TEST_PROGRAMS) / "every_program", arguments,
            {{"LD_LIBRARY_PATH", text_of(libraries)}, {"BRIDGE32_ON_CRASH", on_crash}});
    }

private:
    test::TemporaryFolder folder_;

public:
    const Ran made;
};

TEST_CASE("wrap: a program prints the same with the wrapped library as with the native one") {
    if (!has_runtime()) return;
    const Wrapped wrapped;
    CAPTURE(wrapped.made.err);
    REQUIRE(wrapped.made.code == 0);

    const Ran native = Wrapped::program(kLibraries / "64");
    const Ran ran = wrapped.run();

    CHECK(native.code == 0);
    CHECK(ran.code == 0);
    CHECK(ran.out == native.out);
    CHECK(ran.err.empty());
}

TEST_CASE("wrap: what cannot be passed on is the function's declared error") {
    if (!has_runtime()) return;
    const Wrapped wrapped;

    const Ran ran = wrapped.run({"errors"});

    CAPTURE(ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.out ==
          "too large: -1, errno 1\n"
          "too large in an array: -1, errno 1\n"
          "no handle: -1, errno 1\n"
          "no meaning: -1, errno 1\n"
          "overrun: -1, errno 1\n"
          "in a child: -1, errno 1\n"
          "in the parent: 3, errno 0\n"
          "crash: -1, errno 1\n"
          "after the crash: -1, errno 1\n");
    CHECK(
        ran.complains("libevery.so.1: add_long: `a`: 5000000000 does not fit the 32-bit library"));
    CHECK(ran.complains("what does data point to?"));
    CHECK(ran.complains("the function has written behind `to`, which has 4 bytes"));
    CHECK(ran.complains("was made by fork"));
    CHECK(ran.complains("SIGSEGV"));
}

TEST_CASE("wrap: a function without a declared error ends the program, and exit does not hang") {
    if (!has_runtime()) return;
    const Wrapped wrapped;

    const Ran aborted = wrapped.run({"abort"});
    const Ran left = wrapped.run({"exit"});

    CHECK(aborted.code == -1);
    CHECK(aborted.complains("twice: `x`: 1099511627776 does not fit the 32-bit library"));
    CHECK(aborted.complains("no declared error value"));
    CHECK(left.code == 7);
}

TEST_CASE("wrap: after a crash a new host is there, or the program ends, as it is told") {
    if (!has_runtime()) return;
    const Wrapped wrapped;

    const Ran restarted = wrapped.run({"crash"}, "restart");
    const Ran aborted = wrapped.run({"crash"}, "abort");

    CHECK(restarted.out ==
          "crash: -1, errno 1\n"
          "after the crash: 3, errno 0\n"
          "a handle: 0, errno 0\n"
          "crash: -1, errno 1\n"
          "with a handle of the dead: -1, errno 1\n");
    CHECK(
        restarted.complains("is not restarted, since the program has what the dead one returned"));
    CHECK(aborted.code == -1);
    CHECK(aborted.out.empty());
}

TEST_CASE("wrap: threads call at the same time, and their callbacks run on them") {
    if (!has_runtime()) return;
    const Wrapped wrapped;

    CHECK(wrapped.run({"threads"}).out == "0\n");
}

TEST_CASE("wrap: Python's zlib compresses and decompresses with the 32-bit zlib") {
    const fs::path zlib = "/usr/lib/i386-linux-gnu/libz.so.1";
    const fs::path python = "/usr/bin/python3";
    if (!has_runtime()) return;
    if (!fs::exists(zlib) || !fs::exists(python)) {
        MESSAGE("[skipped] there is no zlib for i386 or no python3 here");
        return;
    }
    test::TemporaryFolder folder;
    const fs::path out = folder.path() / "out";
    const fs::path samples = kInterface.parent_path() / "../../../samples/interfaces";
    const Ran made =
        tool({"wrap", text_of(samples / "zlib.b32i"), text_of(zlib), "-o", text_of(out)});
    CAPTURE(made.err);
    REQUIRE(made.code == 0);
    const std::string program =
        "import zlib\n"
        "data = bytes(range(256)) * 400 + b'more' * 9000\n"
        "whole = zlib.compress(data)\n"
        "print(len(whole), zlib.crc32(data), zlib.adler32(data), zlib.decompress(whole) == data)\n"
        "one = zlib.compressobj(9, zlib.DEFLATED, -15, 8, 0, b'moremore')\n"
        "first = one.compress(data)\n"
        "two = one.copy()\n"
        "ends = [first + its.compress(b'x' * 5000) + its.flush() for its in (one, two)]\n"
        "print(len(ends[0]), ends[0] == ends[1])\n"
        "back = zlib.decompressobj(-15, b'moremore')\n"
        "part = back.decompress(ends[0], 1000)\n"
        "print(len(part), len(back.unconsumed_tail))\n"
        "print(part + back.decompress(back.unconsumed_tail) == data + b'x' * 5000, back.eof)\n"
        "try:\n"
        "    zlib.decompress(b'no stream')\n"
        "except zlib.error as error:\n"
        "    print(error)\n"
        "print('libbridge32wrap' in open('/proc/self/maps').read())\n";

    const Ran native = test::run_program(python, {"-c", program});
    const Ran ran = test::run_program(python, {"-c", program}, {{"LD_LIBRARY_PATH", text_of(out)}});

    CAPTURE(ran.err);
    CHECK(native.says("True\nError -3 while decompressing data: incorrect header check\nFalse\n"));
    const std::string same = native.out.substr(0, native.out.rfind("False"));
    CHECK(ran.out == same + "True\n");
}

TEST_CASE("wrap: --check compares, and the report names what is refused") {
    if (!has_runtime()) return;
    const Wrapped wrapped;
    CHECK(
        wrapped.made.says("without_meaning: refused: parameter `data`: what does data point to?"));

    const Ran same = tool({"wrap", "--check", text_of(wrapped.out())});
    CHECK(same.code == 0);
    CHECK(same.says("no differences"));

    fs::remove(wrapped.out() / "bridge32/libevery.so.1");
    fs::copy_file(test::library("plain"), wrapped.out() / "bridge32/libevery.so.1");
    const Ran other = tool({"wrap", "--check", text_of(wrapped.out())});
    CHECK(other.code == 1);
    CHECK(other.says("libevery.so.1: add_long is not in the 32-bit library"));
}

TEST_CASE("wrap: errors say what to do, and nothing is left half-written") {
    test::TemporaryFolder folder;
    const std::string out = text_of(folder.path() / "out");
    const std::string interface = text_of(kInterface);
    const std::string every = text_of(kLibraries / "32/libevery.so.1");

    const Ran wide = tool({"wrap", interface, text_of(kLibraries / "64/libevery.so.1"), "-o", out});
    CHECK(wide.complains("64-bit programs load it as it is"));

    const Ran lacks = tool({"wrap", interface, test::library("plain"), "-o", out});
    CHECK(lacks.code == 1);
    CHECK(lacks.complains("does not export `next_char` and"));

    test::write(folder.path() / "near.b32i",
                "interface 1;\nlibrary \"every\" {}\nint level_nam(int level);\n");
    const Ran near = tool({"wrap", text_of(folder.path() / "near.b32i"), every, "-o", out});
    CHECK(near.complains("Did you mean `level_name`"));

    test::write(folder.path() / "other.b32i",
                "interface 1;\nlibrary \"every\" { platform windows; }\nint add(int a, int b);\n");
    CHECK(tool({"wrap", text_of(folder.path() / "other.b32i"), every, "-o", out}).code == 1);

    test::write(folder.path() / "alone.b32i",
                "interface 1;\nlibrary \"every\" {}\nint add(int a, int b);\n");
    const Ran alone = tool({"wrap", text_of(folder.path() / "alone.b32i"), "-o", out});
    CHECK(alone.code == 2);
    CHECK(alone.complains("there is no library `every` beside"));

    fs::create_directory(folder.path() / "full");
    test::write(folder.path() / "full/file", "");
    const Ran full = tool({"wrap", interface, every, "-o", text_of(folder.path() / "full")});
    CHECK(full.complains("holds other files"));

    const Ran no_folder = tool({"wrap", interface, every, "-o", "/proc/bridge32/out"});
    CHECK(no_folder.code == 1);
    CHECK(no_folder.complains("cannot write to the folder /proc/bridge32"));

    std::size_t left = 0;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        left += entry.path().extension() == ".b32i" || entry.path().filename() == "full" ? 0 : 1;
    }
    CHECK(left == 0);
}

}  // namespace linux_wrap_test
