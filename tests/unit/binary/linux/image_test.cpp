// ELF files, and those of the system.
#include "binary/image.hpp"

#include <doctest/doctest.h>

#include "unit/binary/test_files.hpp"

namespace linux_image_test {

namespace {

using bridge32::binary::Format;
using bridge32::binary::Image;
using bridge32::binary::is_loadable;
using bridge32::binary::read_image;
using test_files::library;

}  // namespace

TEST_CASE("image: a library of this process's bitness is loadable") {
    const Image image = read_image(library("first"));

    CHECK(image.format == Format::kElf);
    CHECK(image.bits == bridge32::binary::kOwnBits);
    CHECK(image.machine == bridge32::binary::kOwnMachine);
    CHECK(image.is_library);
    CHECK_FALSE(image.is_damaged);
    CHECK(is_loadable(image));
    CHECK(image.soname == "libfirst.so");
    CHECK(image.needed.front() == "libsecond.so");
    CHECK(image.runpath == "$ORIGIN");
    CHECK(image.rpath == "");
    CHECK(read_image(library("outer")).rpath == "$ORIGIN/inner");
}

TEST_CASE("image: every library of the system is read without complaint") {
    int read = 0;
    for (const char* folder : {"/usr/lib32", "/usr/lib/x86_64-linux-gnu", "/usr/lib64"}) {
        std::error_code error;
        for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
            if (file.path().string().find(".so.") == std::string::npos || ++read > 400) {
                continue;
            }
            CAPTURE(file.path());
            const Image image = read_image(file.path());
            CHECK((image.format != Format::kElf || (image.is_library && !image.is_damaged)));
        }
    }
}

}  // namespace linux_image_test
