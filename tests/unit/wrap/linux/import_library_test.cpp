// MinGW's linker and LLVM's read a written import library.
#include "tool/wrap/import_library.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "binary/image.hpp"
#include "tests/unit/binary/test_files.hpp"

namespace linux_import_library_test {

using namespace bridge32::tool;

namespace {

LibraryDescription vendor(const std::string& file_name) {
    LibraryDescription library;
    library.file_name = file_name;
    library.interface_file = "vendor.b32i";
    library.functions = {{"subtract", "", true, 7}, {"Add", "", true, 5}, {"unused", "", true, 8}};
    library.constants = {{"table", "bytes", "", true, 6}};
    return library;
}

bool succeeds(const std::string& command) { return std::system(command.c_str()) == 0; }

}  // namespace

TEST_CASE("import library: linkers read it, and their programs import what they use") {
    const test_files::Folder folder;
    const std::string in_folder = "cd '" + folder.path().string() + "' && ";
    folder.write("program.c",
                 std::string("int Add(void), subtract(void);\n"
                             "extern __declspec(dllimport) const char table[5];\n"
                             "int start(void) { return Add() + subtract() + table[0]; }\n"));
    int linked = 0;
    for (const char* file : {"vendor.dll", "a_long_name_of_a_vendor.dll"}) {
        CAPTURE(file);
        folder.write("vendor.lib", import_library(vendor(file)));
        for (const std::string compiler :
             {"x86_64-w64-mingw32-gcc -nostdlib -Wl,-e,start -o program.exe program.c vendor.lib",
              "clang -target x86_64-pc-windows-msvc -c program.c -o program.obj && lld-link "
              "/entry:start /nodefaultlib /subsystem:console program.obj vendor.lib "
              "/out:program.exe"}) {
            const std::string name = compiler.substr(0, compiler.find(' '));
            const std::string linker = name == "clang" ? "lld-link" : name;
            if (!succeeds("command -v " + name + " >/dev/null && command -v " + linker +
                          " >/dev/null"))
                continue;
            CAPTURE(compiler);
            ++linked;
            std::filesystem::remove(folder.path() / "program.exe");
            REQUIRE(succeeds(in_folder + compiler));

            const auto imports = bridge32::binary::imported_names(folder.path() / "program.exe");

            REQUIRE(imports.size() == 1);
            CHECK(imports[0].library == file);
            auto names = imports[0].names;
            std::sort(names.begin(), names.end());
            CHECK(names == std::vector<std::string>{"Add", "subtract", "table"});
        }
    }
    if (linked == 0) MESSAGE("[skipped] there is no linker for Windows");
}

}  // namespace linux_import_library_test
