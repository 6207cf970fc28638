// bridge32 new.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace new_test {

using test::Ran;
using test::text_of;
using test::tool;

TEST_CASE("new: generates a project with a small library") {
    test::TemporaryFolder folder;

    const Ran ran = tool({"new", "demo"}, {}, folder.path());

    CHECK(ran.code == 0);
    CHECK(ran.says("cmake --build build"));
    const std::string source = test::read(folder.path() / "demo" / "demo.cpp");
    CHECK(source.find("BRIDGE32_PLUGIN(Demo)") != std::string::npos);
    CHECK(source.find('@') == std::string::npos);
    CHECK(std::filesystem::exists(folder.path() / "demo" / "demo_lib.c"));
}

TEST_CASE("new: --json lists the files written") {
    test::TemporaryFolder folder;

    const auto report =
        tool({"new", "demo", "--lang", "dotnet", "--json"}, {}, folder.path()).json();

    CHECK(report["language"] == "dotnet");
    CHECK(report["files"] == nlohmann::json({"CMakeLists.txt", "README.md", "demo.cs"}));
    for (const auto& name : report["files"])
        CHECK(std::filesystem::exists(folder.path() / "demo" / name.get<std::string>()));
}

TEST_CASE("new: a method for each export of a library") {
    test::TemporaryFolder folder;

    const Ran ran =
        tool({"new", "demo", "--library", test::library("cpp_names")}, {}, folder.path());

    CHECK(ran.code == 0);
    const std::string source = test::read(folder.path() / "demo" / "demo.cpp");
    CHECK(source.find("// geometry::area(int, int)") != std::string::npos);
    CHECK(source.find("// method(\"area\", lib_.function<RESULT(int, int)>(\"") !=
          std::string::npos);
    const auto written = [&](const std::string& text) {
        return source.find("method(\"" + text) != std::string::npos;
    };
    CHECK_FALSE(written("Counter"));
    CHECK(source.find("// geometry::Counter::Counter(int): a constructor") != std::string::npos);
    CHECK_FALSE(written("count"));
    CHECK(source.find("// geometry::Counter::count(): a member function") != std::string::npos);
    CHECK_FALSE(written("limit"));
    CHECK(source.find("// geometry::limit: a variable, lib_.variable<TYPE>(\"") !=
          std::string::npos);
    CHECK_FALSE(written("title"));
    CHECK(source.find(": it has types of the C++ library") != std::string::npos);
}

TEST_CASE("new: overwrites nothing, and requires a valid C++ name") {
    test::TemporaryFolder folder;
    test::write(folder.path() / "notes", "mine");

    const Ran full = tool({"new", "demo", "--folder", text_of(folder.path())});
    const Ran name = tool({"new", "7zip"}, {}, folder.path());
    const Ran program =
        tool({"new", "demo", "--library", text_of(folder.path() / "notes")}, {}, folder.path());

    CHECK(full.code == 1);
    CHECK(full.complains("is not empty"));
    CHECK(full.complains("nothing was written"));
    CHECK(name.code == 2);
    CHECK(program.code == 1);
    CHECK(test::read(folder.path() / "notes") == "mine");
}

TEST_CASE("new: special characters in the library's name are escaped") {
    test::TemporaryFolder folder;
#if defined(_WIN32)
    const std::string file = "lib pl@NAME@in$x.dll";
    const std::string source = file;
#else
    const std::string file = "lib pl@NAME@in$x\"y.so";
    const std::string source = "lib pl@NAME@in$x\\\"y.so";
#endif
    std::filesystem::copy_file(test::library("plain"), folder.path() / file);

    const Ran ran = tool({"new", "demo", "--library", file, "--folder", "a b"}, {}, folder.path());

    CHECK(ran.code == 0);
    CHECK((ran.says("cd 'a b'") || ran.says("cd \"a b\"")));
    CHECK(test::read(folder.path() / "a b" / "demo.cpp").find("lib_(\"" + source + "\")") !=
          std::string::npos);
    const auto build = test::read(folder.path() / "a b" / "CMakeLists.txt");
    CHECK(build.find("pl@NAME@in\\$x") != std::string::npos);
}

TEST_CASE("new: rejects a damaged library and a wrong --lang") {
    test::TemporaryFolder folder;
    const auto whole = test::read(test::library("plain"));
    test::write(folder.path() / "cut.so", whole.substr(0, whole.size() / 4));

    const Ran cut = tool({"new", "demo", "--library", "cut.so"}, {}, folder.path());
    const Ran dotnet =
        tool({"new", "demo", "--library", test::library("plain"), "--lang", "dotnet"}, {},
             folder.path());
    const Ran absent = tool({"new", "demo", "--library", "absent.so"}, {}, folder.path());
    const Ran place = tool({"new", "demo", "--library", text_of(folder.path())}, {}, folder.path());

    CHECK(cut.code == 1);
    CHECK(cut.complains("damaged or truncated"));
    CHECK(dotnet.code == 2);
    CHECK(dotnet.complains("is not a .NET assembly"));
    CHECK(absent.complains("file not found"));
    CHECK(place.complains("is a folder"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "demo"));
}

TEST_CASE("new: rejects a file in place of the folder and keeps it") {
    test::TemporaryFolder folder;
    test::write(folder.path() / "demo", "mine");

    const Ran file = tool({"new", "demo"}, {}, folder.path());
    const Ran inside = tool({"new", "demo", "--folder", "demo/inside"}, {}, folder.path());

    CHECK(file.code == 1);
    CHECK(file.complains("demo is a file, not a folder"));
    CHECK(inside.code == 1);
    CHECK(inside.complains("cannot create the folder"));
    CHECK(test::read(folder.path() / "demo") == "mine");
}

}  // namespace new_test
