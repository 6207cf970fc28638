// bridge32 call.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace call_test {

using test::Ran;
using test::text_of;
using test::tool;

namespace {

/// Runs `bridge32 COMMAND guide …` with the library that this plugin wraps.
Ran guide(const std::string& command, std::vector<std::string> arguments) {
    const auto folder = std::filesystem::path(test::library("plain")).parent_path();
    arguments.insert(arguments.begin(), {command, "--library-path", text_of(folder), "guide"});
    return tool(arguments);
}

}  // namespace

TEST_CASE("call: plain words are arguments, and only the result is printed") {
    const Ran ran = guide("call", {"add", "1", "2"});

    CHECK(ran.code == 0);
    CHECK(ran.out == "3\n");
    CHECK(ran.err == "");
}

TEST_CASE("call: negative numbers are not options") {
    CHECK(guide("call", {"add", "-1", "-2"}).out == "-3\n");
}

TEST_CASE("call: an integer of more than 64 bits is refused, not rounded") {
    const Ran ran = guide("call", {"length", "18446744073709551616", "0"});

    CHECK(ran.code == 2);
    CHECK(ran.complains("18446744073709551616 does not fit 64 bits"));
    CHECK(guide("call", {"length", "18446744073709551616.0", "0"}).code == 0);
}

TEST_CASE("call: arguments by name, mixed with others") {
    CHECK(guide("call", {"subtract", "b=2", "a=9"}).out == "7\n");
    CHECK(guide("call", {"subtract", "9", "b=2"}).out == "7\n");
}

TEST_CASE("call: JSON arguments, and results as JSON") {
    const Ran ran = guide("call", {"halves", "[1,2,5]", "--json"});

    CHECK(ran.json() == nlohmann::json({0.5, 1.0, 2.5}));
}

TEST_CASE("call: a list of objects is shown as a table") {
    const Ran ran = tool({"call", "echo", "echo", R"([{"id":1,"name":"x"},{"id":20}])"});

    CHECK(ran.out == "id  name\n1   x\n20\n");
}

TEST_CASE("call: a property is read") {
    CHECK(guide("call", {"gain", "--kwargs", "gain=2.5"}).out == "2.5\n");
}

TEST_CASE("call: a word is taken as it is for a string parameter") {
    CHECK(tool({"call", "echo", "echo_string", "5"}).out == "5\n");
    CHECK(tool({"call", "echo", "echo_string", "a=b"}).out == "a=b\n");
    CHECK(tool({"call", "echo", "echo_string", "\"5\""}).out == "5\n");
}

TEST_CASE("call: a word is taken as it is for a bytes parameter") {
    CHECK(tool({"call", "echo", "echo_bytes", "123456789", "--out", "-"}).out == "123456789");
    CHECK(tool({"call", "echo", "echo_bytes", "true", "--out", "-"}).out == "true");
    CHECK(tool({"call", "echo", "echo_bytes", "[x", "--out", "-"}).out == "[x");
    CHECK(tool({"call", "echo", "echo_bytes", "\"1\"", "--out", "-"}).out == "1");
}

TEST_CASE("call: a function of a library is called by its declaration") {
    const std::string plain = test::library("plain");
    CHECK(tool({"call", plain, "int add(int a, int b)", "1", "2"}).out == "3\n");
    CHECK(tool({"call", plain, "double scale(double factor, double x)", "x=3", "factor=2.5"}).out ==
          "7.5\n");
    CHECK(tool({"call", plain, "const char *greeting(void)"}).out == "hello\n");
    CHECK(tool({"call", plain, "int add(int, int)", "1", "2.5"}).code == 3);
}

TEST_CASE("call: a library's functions are called by its header") {
    test::TemporaryFolder folder;
    const auto header = folder.path() / "plain.h";
    test::write(header, "int add(int a, int b);\nint is_not_there(int a);\n");

    const Ran plain =
        tool({"call", test::library("plain"), "--header", text_of(header), "add", "b=2", "a=1"});

    CHECK(plain.out == "3\n");
}

TEST_CASE("call: a wrong declaration, or one for no 32-bit library, is refused") {
    const Ran mistake = tool({"call", test::library("plain"), "int add(itn)", "1"});
    CHECK(mistake.code == 2);
    CHECK(mistake.complains("1:9: found `itn`, expected a type"));
    CHECK(tool({"call", test::library("plain"), "typedef int (*f)(int)"}).code == 2);
    CHECK(tool({"call", test::library("plain"), "add", "1", "2"})
              .complains("is a library, not a plugin"));
    CHECK(tool({"call", test::library("plain", 64), "int add(int)", "1"}).complains("is a 64-bit"));
}

TEST_CASE("call: @FILE passes a file's bytes, and --out writes a result's") {
    test::TemporaryFolder folder;
    const std::string content("one\0two\xff", 8);
    test::write(folder.path() / "in", content);

    const Ran ran = tool({"call", "echo", "echo_bytes", "@" + text_of(folder.path() / "in"),
                          "--out", text_of(folder.path() / "out")});

    CHECK(ran.code == 0);
    CHECK(test::read(folder.path() / "out") == content);
}

TEST_CASE("call: arrays are read from and written to .npy files") {
    test::TemporaryFolder folder;
    const auto first = text_of(folder.path() / "first.npy");
    const auto second = text_of(folder.path() / "second.npy");

    REQUIRE(guide("call", {"halves", "[1,2,5]", "--out", first}).code == 0);
    const Ran ran = guide("call", {"halves", "@" + first, "--out", second});
    const Ran shown = guide("call", {"halves", "@" + second, "--json"});

    CHECK(ran.code == 0);
    CHECK(test::read(first).substr(1, 5) == "NUMPY");
    CHECK(shown.json() == nlohmann::json({0.125, 0.25, 0.625}));
}

TEST_CASE("call: a file that is not .npy is rejected with the reason") {
    test::TemporaryFolder folder;
    test::write(folder.path() / "bad.npy", "hello");

    const Ran ran = guide("call", {"halves", "@" + text_of(folder.path() / "bad.npy")});

    CHECK(ran.code == 1);
    CHECK(ran.complains("is not a usable .npy file"));
}

TEST_CASE("call: a malformed .npy file is rejected with the reason") {
    const std::string start("\x93NUMPY\x01\0", 8);
    const auto npy = [&](const std::string& header, const std::string& data) {
        return start + static_cast<char>(header.size()) + '\0' + header + data;
    };
    const std::string begin = "{'descr': '<f8', 'fortran_order': False, 'shape': ";
    test::TemporaryFolder folder;
    const auto file = folder.path() / "bad.npy";
    for (const std::string& content :
         {start, npy(begin + "}", ""), npy(begin + "(-1,), }", ""), npy(begin + "(2,), }", "short"),
          npy(begin + "(4294967296, 4294967296, 4294967296), }", ""),
          npy(begin + "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1), }",
              "12345678"),
          npy("{'descr': '>f8', 'fortran_order': False, 'shape': (), }", "12345678")}) {
        test::write(file, content);
        const Ran ran = guide("call", {"halves", "@" + text_of(file)});

        CAPTURE(content);
        CHECK(ran.code == 1);
        CHECK(ran.complains("bad.npy is not a usable .npy file: "));
    }
}

TEST_CASE("call: an unreadable file is reported with its name and the reason") {
    test::TemporaryFolder folder;

    CHECK(guide("call", {"halves", "@" + text_of(folder.path())}).complains("it is a folder"));
    CHECK(guide("call", {"halves", "@" + text_of(folder.path() / "absent")})
              .complains("absent: No such file"));
}

TEST_CASE("call: the exit code says what went wrong") {
    CHECK(tool({"call", "no_such_plugin", "add"}).code == 1);
    CHECK(guide("call", {}).code == 2);
    CHECK(guide("call", {"add", "1", "[2"}).code == 2);
    CHECK(guide("call", {"add", "1", "2.5"}).code == 3);
    CHECK(guide("call", {"no_such_method"}).code == 3);
    CHECK(tool({"call", "crashes", "segv"}).code == 4);
    CHECK(tool({"call", "echo", "sleep_ms", "60000", "--timeout", "0.2"}).code == 5);
}

TEST_CASE("call: with --json, an error is JSON") {
    const Ran ran = guide("call", {"no_such_method", "--json"});

    CHECK(ran.json()["error"]["type"] == "MethodNotFound");
    CHECK(ran.complains("no method"));
}

TEST_CASE("call: events are shown as lines of JSON or as a progress bar") {
    const Ran lines = tool({"call", "instrument", "adjust", "4", "--events"});
    const Ran bar = tool({"call", "instrument", "adjust", "4", "--progress", "always"});

    CHECK(lines.complains(R"({"event":"progress","value":0.25})"));
    CHECK(bar.complains("[##########......"));
    CHECK(bar.complains("25 %"));
}

}  // namespace call_test
