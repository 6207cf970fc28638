// Written libraries are loaded, linked to and shown to tools. tests/libraries/wrap_stand_in.c takes
// the place of the runtime.
#include "tool/wrap/elf_library.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "binary/elf_exports.hpp"
#include "client/wrap/drop_in.h"
#include "tests/unit/binary/test_files.hpp"

namespace elf_library_test {

using namespace bridge32::tool;
namespace fs = std::filesystem;

namespace {

/// As in wrap_stand_in.c.
struct Seen {
    const DropIn* drop_in;
    std::uint64_t number, al;
    std::uint64_t integers[6];
    double doubles[8];
    std::uint64_t stack[3];
};

LibraryDescription vendor() {
    LibraryDescription library;
    library.file_name = library.soname = "libvendor.so.2";
    library.interface_file = "vendor.b32i";
    library.versions = {"VENDOR_1", "VENDOR_2"};
    library.functions = {
        {"plain"}, {"many", "VENDOR_1"}, {"twice", "VENDOR_1", false}, {"twice", "VENDOR_2"}};
    library.constants = {{"table", std::string("\5\6\7\0", 4), "VENDOR_2"}, {"other", "text"}};
    return library;
}

LibraryDescription with_functions(std::size_t count, const std::string& prefix = "function_") {
    LibraryDescription library;
    library.file_name = "libmany.so";
    library.interface_file = "many.b32i";
    for (std::size_t i = 0; i < count; ++i)
        library.functions.push_back({prefix + std::to_string(i)});
    return library;
}

/// A written library, with the runtime's stand-in beside it.
class Written {
public:
    explicit Written(const LibraryDescription& library)
        : file_(folder_.write(library.file_name, elf_library(library))) {
        fs::create_directory(folder_.path() / "bridge32");
        fs::copy_file(test_files::library_folder() / "bridge32/libbridge32wrap.so.0", runtime());
    }

    const fs::path& file() const { return file_; }
    const fs::path& folder() const { return folder_.path(); }
    fs::path runtime() const { return folder_.path() / "bridge32/libbridge32wrap.so.0"; }

private:
    test_files::Folder folder_;
    fs::path file_;
};

void* load(const fs::path& file) {
    void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) FAIL(dlerror());
    return library;
}

template <class Function>
Function* function(void* library, const std::string& name, const char* version = nullptr) {
    void* const found =
        version == nullptr ? dlsym(library, name.c_str()) : dlvsym(library, name.c_str(), version);
    if (found == nullptr) FAIL(name << ": " << dlerror());
    return reinterpret_cast<Function*>(found);
}

const Seen& seen() {
    void* const runtime = dlopen("libbridge32wrap.so.0", RTLD_NOW | RTLD_NOLOAD);
    REQUIRE(runtime != nullptr);
    return *static_cast<const Seen*>(dlsym(runtime, "wrap_stand_in_seen"));
}

struct Ran {
    int code = -1;
    std::string text;  ///< of stdout and stderr
};

Ran run(const std::string& command) {
    Ran ran;
    std::FILE* const pipe = popen(("LC_ALL=C; export LC_ALL; " + command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe))
        ran.text.append(buffer, size);
    const int status = pclose(pipe);
    if (WIFEXITED(status)) ran.code = WEXITSTATUS(status);
    return ran;
}

bool there_is(const std::string& program) { return run("command -v " + program).code == 0; }

}  // namespace

TEST_CASE("elf library: registers, stack arguments and the function's number arrive") {
    const Written written(vendor());
    void* const library = load(written.file());
    using Many = int(int, double, long, const char*, int, int, int, double, int, long, ...);
    auto* const many = function<Many>(library, "many");

    const int number = many(1, 0.5, -2, "text", 4, 5, 6, 0.25, 7, -8, 0.125);

    CHECK(number == 1);
    CHECK(seen().number == 1);
    CHECK(seen().al == 3);  // a variadic call says how many vector registers it uses
    CHECK(seen().integers[0] == 1);
    CHECK(seen().integers[1] == ~std::uint64_t{1});
    CHECK(reinterpret_cast<const char*>(seen().integers[2]) == std::string("text"));
    CHECK(seen().integers[5] == 6);
    CHECK(seen().doubles[0] == 0.5);
    CHECK(seen().doubles[1] == 0.25);
    CHECK(seen().doubles[2] == 0.125);
    CHECK(static_cast<std::int32_t>(seen().stack[0]) == 7);
    CHECK(seen().stack[1] == ~std::uint64_t{7});
    const DropIn& drop_in = *seen().drop_in;
    CHECK(drop_in.format == BRIDGE32_DROP_IN_FORMAT);
    CHECK(drop_in.functions == 4);
    CHECK(drop_in.interface_file == std::string("vendor.b32i"));
    CHECK(drop_in.names[0] == std::string("plain"));
    CHECK(drop_in.names[2] == std::string("twice@VENDOR_1"));
    CHECK(drop_in.names[3] == std::string("twice"));
    CHECK(drop_in.runtime == nullptr);
    const_cast<DropIn&>(drop_in).runtime = library;  // it is writable
    CHECK(function<double(double)>(library, "plain")(2.5) == 2.5);
}

TEST_CASE(
    "elf library: each version of a function is found, and the default one without a version") {
    const Written written(vendor());
    void* const library = load(written.file());
    using Function = int();

    CHECK(function<Function>(library, "twice")() == 3);
    CHECK(function<Function>(library, "twice", "VENDOR_1")() == 2);
    CHECK(function<Function>(library, "twice", "VENDOR_2")() == 3);
    CHECK(function<Function>(library, "many", "VENDOR_1")() == 1);
    CHECK(dlvsym(library, "many", "VENDOR_2") == nullptr);
    CHECK(dlvsym(library, "twice", "VENDOR_3") == nullptr);
    CHECK(std::memcmp(dlvsym(library, "table", "VENDOR_2"), "\5\6\7", 4) == 0);
    CHECK(std::memcmp(dlsym(library, "other"), "text", 4) == 0);
    CHECK(dlsym(library, "libvendor.so.2") == nullptr);
}

TEST_CASE("elf library: every one of 1, 2 and 5,000 functions is found") {
    for (const std::size_t count : {1U, 2U, 5000U}) {
        CAPTURE(count);
        auto description = with_functions(count);
        description.file_name = "lib" + std::to_string(count) + ".so";
        const Written written(description);
        void* const library = load(written.file());

        std::size_t right = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const auto name = "function_" + std::to_string(i);
            const auto number = function<std::size_t()>(library, name)();
            right += number == i && seen().drop_in->names[i] == name ? 1 : 0;
        }
        CHECK(right == count);
        CHECK(dlsym(library, "function_5000") == nullptr);
    }
}

TEST_CASE("elf library: names of a thousand characters") {
    auto description = with_functions(20, std::string(1000, 'n'));
    description.soname = std::string(200, 's');
    const Written written(description);
    void* const library = load(written.file());

    CHECK(function<int()>(library, std::string(1000, 'n') + "19")() == 19);
    CHECK(seen().drop_in->names[7] == std::string(1000, 'n') + "7");
}

TEST_CASE("elf library: the exports and versions of the system's mathematical library") {
    void* const math = load("libm.so.6");
    Dl_info info{};
    REQUIRE(dladdr(dlsym(math, "sin"), &info) != 0);
    const auto original = bridge32::binary::elf_exports(fs::path(info.dli_fname));
    auto description = vendor();
    description.versions = original.versions;
    description.functions.clear();
    description.constants.clear();
    for (const auto& one : original.exports) {
        if (one.kind == bridge32::binary::ElfExportKind::kFunction)
            description.functions.push_back({one.name, one.version, one.is_default_version});
    }
    REQUIRE(description.functions.size() > 400);
    const Written written(description);
    void* const library = load(written.file());

    for (std::size_t i = 0; i < description.functions.size(); ++i) {
        const auto& its = description.functions[i];
        CAPTURE(its.name);
        CAPTURE(its.version);
        auto* const found = function<std::size_t()>(library, its.name, its.version.c_str());
        if (found() != i) FAIL("another function was called");
        if (its.is_default_version) CHECK((function<std::size_t()>(library, its.name) == found));
    }
    CHECK(bridge32::binary::elf_exports(written.file()).versions == original.versions);
}

TEST_CASE("elf library: tools read it and warn of nothing") {
    const Written written(vendor());
    const std::string file = "'" + written.file().string() + "'";
    const std::map<std::string, std::vector<std::string>> expected = {
        {"readelf -aW --debug-dump=frames",
         {"(SONAME)             Library soname: [libvendor.so.2]",
          "(RUNPATH)            Library runpath: [$ORIGIN/bridge32]", "twice@VENDOR_1",
          "many@@VENDOR_1", "x86 feature: IBT, SHSTK",
          "GNU_STACK      0x000000 0x0000000000000000 0x0000000000000000 "
          "0x000000 0x000000 RW ",
          "Name: VENDOR_2"}},
        {"readelf -D --dyn-syms -W", {"bridge32wrap_enter"}},
        {"objdump -d", {"<many@@VENDOR_1>:", "endbr64", "jmp    *0x"}},
        {"objdump -xW", {"NEEDED               libbridge32wrap.so.0"}},
        {"nm -D",
         {"U bridge32wrap_enter", "T plain\n", "T twice@VENDOR_1\n", "T twice@@VENDOR_2\n",
          "R table@@VENDOR_2\n"}},
        {"ldd", {"libbridge32wrap.so.0 => " + written.runtime().string()}},
        {"gdb -nx -batch -ex 'info functions'", {"  twice\n", "  plain\n"}},
        {"eu-elflint --gnu-ld", {"No errors"}},
        {"eu-readelf -a", {"libvendor.so.2"}},
        {"abidiff " + file, {}},
    };

    std::size_t ran = 0;
    for (const auto& [command, texts] : expected) {
        if (!there_is(command.substr(0, command.find(' ')))) continue;
        const auto output = run(command + " " + file);
        const std::string program = command;
        CAPTURE(program);
        CAPTURE(output.text);
        CHECK(output.code == 0);
        for (const char* complaint : {"arning", "rror: ", "nvalid", "orrupt", "not found"})
            CHECK(output.text.find(complaint) == std::string::npos);
        for (const auto& text : texts) {
            CAPTURE(text);
            CHECK(output.text.find(text) != std::string::npos);
        }
        ++ran;
    }
    if (ran == 0) MESSAGE("[skipped] none of the tools is installed");
}

TEST_CASE(
    "elf library: a program that is linked to it runs, and LD_PRELOAD puts it before another") {
    if (!there_is("cc")) {
        MESSAGE("[skipped] there is no C compiler");
        return;
    }
    const Written written(vendor());
    const std::string folder = "'" + written.folder().string() + "'";
    const fs::path source = written.folder() / "program.c";
    std::FILE* const file = std::fopen(source.c_str(), "w");
    std::fputs(
        "#include <stdio.h>\n"
        "int plain(), many(), twice(); extern const char table[4];\n"
        "int main(void) {\n"
        "    printf(\"%d %d %d %d\\n\", plain(), many(), twice(), table[2]);\n"
        "    return 0;\n"
        "}\n",
        file);
    std::fclose(file);
    const auto native = run(
        "cd " + folder +
        " && echo 'int plain() { return 10; } int many() { return 11; } int twice() { return 12; } "
        "const char table[4];' | cc -x c -shared -fPIC -o libnative.so - && cc -o native program.c "
        "./libnative.so && ./native && LD_PRELOAD=./libvendor.so.2 ./native");
    // The loader gives a program that was linked without versions the first one.
    CHECK(native.text == "10 11 12 0\n0 1 2 7\n");

    for (const char* options : {"", "-fcf-protection=full -Wl,-z,now", "-no-pie -fno-pic"}) {
        CAPTURE(options);
        const auto built = run("cd " + folder + " && cc " + options +
                               " -o program program.c ./libvendor.so.2 -Wl,-rpath,'$ORIGIN'");
        CHECK(built.text == "");
        CHECK(run(folder + "/program").text == "0 1 3 7\n");
    }
    const auto needed = run("readelf -V " + folder + "/program");
    CHECK(needed.text.find("File: libvendor.so.2") != std::string::npos);
    CHECK(needed.text.find("Name: VENDOR_1") != std::string::npos);
}

}  // namespace elf_library_test
