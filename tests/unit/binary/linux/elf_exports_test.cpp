#include "binary/elf_exports.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "unit/binary/test_files.hpp"

namespace linux_elf_exports_test {

using namespace bridge32::binary;
using test_files::library;

namespace {

const ElfExport* find(const ElfExports& exports, const std::string& name) {
    const auto found = std::find_if(exports.exports.begin(), exports.exports.end(),
                                    [&](const ElfExport& one) { return one.name == name; });
    return found == exports.exports.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("elf exports: of libraries that a linker made") {
    const auto versioned = elf_exports(library("versioned"));
    CHECK(versioned.problem == "");
    CHECK(versioned.versions == std::vector<std::string>{"VERSIONED_1.0"});
    REQUIRE(versioned.exports.size() == 1);
    CHECK(versioned.exports[0].name == "versioned");
    CHECK(versioned.exports[0].version == "VERSIONED_1.0");
    CHECK(versioned.exports[0].is_default_version);

    const auto plain = elf_exports(library("plain"));
    REQUIRE(find(plain, "add") != nullptr);
    CHECK(find(plain, "add")->kind == ElfExportKind::kFunction);
    REQUIRE(find(plain, "counter") != nullptr);
    CHECK(find(plain, "counter")->kind == ElfExportKind::kVariable);
    CHECK(find(plain, "counter")->size == sizeof(int));
    CHECK(find(plain, "_init") == nullptr);

    CHECK(elf_exports(library("plain").parent_path()).problem == "it is no ELF file");
}

TEST_CASE("elf exports: the system's loader finds every function and version of its library") {
    // A library of many versions. (Through a pointer, so that the compiler does not know the sine.)
    double (*volatile sine)(double) = std::sin;
    Dl_info info{};
    REQUIRE(dladdr(reinterpret_cast<void*>(sine), &info) != 0);
    void* const math = dlopen("libm.so.6", RTLD_NOW);
    REQUIRE(math != nullptr);
    REQUIRE(dladdr(dlsym(math, "sin"), &info) != 0);

    const auto exports = elf_exports(std::filesystem::path(info.dli_fname));

    CHECK(exports.problem == "");
    CHECK(exports.exports.size() > 400);
    CHECK(exports.versions.size() > 3);
    std::size_t old = 0;
    for (const auto& one : exports.exports) {
        CAPTURE(one.name);
        CAPTURE(one.version);
        void* const found = dlvsym(math, one.name.c_str(), one.version.c_str());
        CHECK(found != nullptr);
        if (one.is_default_version)
            CHECK(found == dlsym(math, one.name.c_str()));
        else
            ++old;
    }
    CHECK(old > 3);
}

}  // namespace linux_elf_exports_test
