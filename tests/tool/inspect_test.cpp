// bridge32 inspect.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"
#include "unit/binary/pe_sample.hpp"

namespace inspect_test {

using test::library;
using test::Ran;
using test::text_of;
using test::tool;

namespace {

nlohmann::json need(const nlohmann::json& report, const std::string& name) {
    for (const auto& one : report["needs"]) {
        if (one["name"].get<std::string>().find(name) != std::string::npos) return one;
    }
    return {};
}

/// The JSON report for a file with this content.
nlohmann::json inspect(const test::TemporaryFolder& folder, const std::vector<char>& content) {
    const auto file = folder.path() / "legacy.dll";
    test::write(file, std::string(content.begin(), content.end()));
    return tool({"inspect", text_of(file), "--json"}).json();
}

bool exports(const nlohmann::json& report, const std::string& name) {
    for (const auto& one : report["exports"]) {
        if (one["name"] == name) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("inspect: shows a 32-bit library and what to do next") {
    const Ran ran = tool({"inspect", library("plain")});

    CHECK(ran.code == 0);
    CHECK(ran.says("32-bit"));
    CHECK(ran.says("add"));
    CHECK(ran.says("bridge32 new plain --library"));
    CHECK(ran.err == "");
}

TEST_CASE("inspect: --json gives the same") {
    const auto report = tool({"--json", "inspect", library("plain")}).json();

    CHECK(report["bits"] == 32);
    CHECK(report["machine"] == "i386");
    CHECK(report["library"] == true);
    CHECK(report["complete"] == true);
    CHECK(exports(report, "add"));
}

#if !defined(_WIN32)
TEST_CASE("inspect: tells of text relocations and executable stacks") {
    const auto relocated = tool({"--json", "inspect", library("text_relocations")}).json();
    const auto stack = tool({"--json", "inspect", library("executable_stack")}).json();
    const auto plain = tool({"--json", "inspect", library("plain")}).json();

    CHECK(relocated["text_relocations"] == true);
    CHECK(relocated["executable_stack"] == false);
    CHECK(stack["text_relocations"] == false);
    CHECK(stack["executable_stack"] == true);
    CHECK(plain["text_relocations"] == false);
    CHECK(plain["executable_stack"] == false);
    CHECK(tool({"inspect", library("text_relocations")}).says("It has text relocations"));
    CHECK(tool({"inspect", library("executable_stack")}).says("executable stack"));
}
#endif

TEST_CASE("inspect: a 64-bit library does not need bridge32") {
    const Ran ran = tool({"inspect", library("plain", 64)});

    CHECK(ran.code == 0);
    CHECK(ran.says("64-bit program can load it directly"));
}

TEST_CASE("inspect: a missing indirect dependency is shown with the folders searched") {
    const Ran ran = tool({"inspect", library("first")});
    const auto report = tool({"inspect", library("first"), "--json"}).json();

    CHECK(ran.code == 1);
    CHECK(ran.says("missing"));
    CHECK(ran.says("searched"));
    CHECK(report["complete"] == false);
    const auto third = need(report, "third");
    REQUIRE(third.is_object());
    CHECK(third["state"] == "missing");
    CHECK(third["direct"] == false);
    CHECK(third["needed_by"].get<std::string>().find("second") != std::string::npos);
    CHECK(third["searched"].size() > 0);
    CHECK(need(report, "second")["state"] == "found");
    CHECK(need(report, "second")["bits"] == 32);
}

TEST_CASE("inspect: --library-path is searched, too") {
    const auto folder = text_of(std::filesystem::path(library("neighbour")).parent_path());

    const auto report =
        tool({"inspect", library("neighbour"), "--library-path", folder, "--json"}).json();

    CHECK(need(report, "beside")["state"] == "found");
    CHECK(report["complete"] == true);
}

TEST_CASE("inspect: C++ names are demangled") {
    const Ran ran = tool({"inspect", library("cpp_names")});

    CHECK(ran.says("geometry::area(int, int)"));
    CHECK(ran.says("C++"));
}

TEST_CASE("inspect: reads Windows libraries on every platform") {
    test::TemporaryFolder folder;

    const auto report = inspect(folder, pe_sample::library(32));

    CHECK(report["format"] == "PE");
    CHECK(report["bits"] == 32);
    CHECK(need(report, "KERNEL32.dll")["state"] != "missing");
    CHECK(need(report, "other.dll")["state"] == "missing");
}

TEST_CASE("inspect: shows the size of the arguments from a stdcall name") {
    test::TemporaryFolder folder;
    const auto report = inspect(folder, pe_sample::exporting({"_scale@8", "plain"}));

    REQUIRE(report["exports"].size() == 2);
    CHECK(report["exports"][0]["name"] == "_scale@8");
    CHECK(report["exports"][0]["convention"] == "stdcall");
    CHECK(report["exports"][0]["argument_bytes"] == 8);
    CHECK_FALSE(report["exports"][1].contains("argument_bytes"));
    CHECK(tool({"inspect", text_of(folder.path() / "legacy.dll")})
              .says("stdcall, 8 bytes of arguments"));
}

TEST_CASE("inspect: a COM server, Fortran and Microsoft's C++ are recognised by their exports") {
    test::TemporaryFolder folder;
    const auto com = inspect(folder, pe_sample::exporting({"DllGetClassObject"}));
    const auto fortran = inspect(folder, pe_sample::exporting({"__geometry_MOD_area"}));
    const auto cpp = inspect(folder, pe_sample::exporting({"?area@@YAHHH@Z"}));

    CHECK(com["com_server"] == true);
    CHECK(com["next"].dump().find("COM server") != std::string::npos);
    CHECK(fortran["com_server"] == false);
    CHECK(fortran["languages"] == nlohmann::json({"Fortran"}));
    CHECK(fortran["exports"][0]["readable"] == "geometry::area");
    CHECK(cpp["languages"] == nlohmann::json({"C++"}));
    CHECK(cpp["exports"][0]["readable"].get<std::string>().find("area(int, int)") !=
          std::string::npos);
}

TEST_CASE("inspect: a .NET assembly is recognised") {
    const auto file = std::filesystem::path(library("plain")).parent_path() / "types.dll";
    if (!std::filesystem::exists(file)) {
        MESSAGE("[skipped] there is no C# compiler");
        return;
    }

    const Ran ran = tool({"inspect", text_of(file)});
    const auto report = tool({"inspect", text_of(file), "--json"}).json();

    CHECK(ran.says("plugin dotnet"));
    CHECK(report["languages"][0] == ".NET");
    CHECK(report["dotnet"]["any_cpu"] == false);
    CHECK(report["dotnet"]["runtime"] == "v4.0.30319");
}

TEST_CASE("inspect: shows what a file is that is not a library") {
    test::TemporaryFolder folder;
    test::write(folder.path() / "notes.dll", "hello");

    const Ran text = tool({"inspect", text_of(folder.path() / "notes.dll")});
    const Ran absent = tool({"inspect", text_of(folder.path() / "absent.dll")});

    CHECK(text.code == 1);
    CHECK(text.says("a text file"));
    CHECK(absent.code == 1);
    CHECK(absent.complains("file not found"));
}

TEST_CASE("inspect: rejects a folder") {
    test::TemporaryFolder folder;

    const Ran ran = tool({"inspect", text_of(folder.path())});
    const Ran json = tool({"inspect", text_of(folder.path()), "--json"});

    CHECK(ran.code == 1);
    CHECK(ran.complains("is a folder; give the path of a file"));
    CHECK(json.json()["error"]["message"].get<std::string>().find("is a folder") !=
          std::string::npos);
}

TEST_CASE("inspect: reports a truncated library as damaged") {
    test::TemporaryFolder folder;
    const auto file = folder.path() / "cut.dll";
    const auto content = pe_sample::library(32);
    const std::string whole(content.begin(), content.end());

    for (const std::size_t size : {std::size_t{100}, whole.size() / 4, whole.size() / 2}) {
        test::write(file, whole.substr(0, size));
        const Ran ran = tool({"inspect", text_of(file), "--json"});

        CAPTURE(size);
        CHECK(ran.code == 1);
        CHECK(ran.json()["damaged"] == true);
        CHECK(ran.json()["next"][0].get<std::string>().find("et the file again") !=
              std::string::npos);
        CHECK(ran.err == "");
    }
}

TEST_CASE("inspect: without a file, the command line is wrong") {
    const Ran ran = tool({"inspect"});

    CHECK(ran.code == 2);
    CHECK(ran.complains("FILE is required"));
}

}  // namespace inspect_test
