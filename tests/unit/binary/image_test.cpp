#include "binary/image.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

#include "pe_sample.hpp"
#include "test_files.hpp"

namespace image_test {

namespace {

using bridge32::binary::Format;
using bridge32::binary::Image;
using bridge32::binary::is_loadable;
using bridge32::binary::parse_image;
using bridge32::binary::read_image;
using test_files::Folder;
using test_files::library;
using test_files::library_folder;

Image parse(const std::vector<char>& content) {
    return parse_image(std::as_bytes(std::span(content)));
}

/// Changes bytes at random, or cuts the image, and checks that reading it stays sane.
void mutate(const std::vector<char>& original, unsigned seed, int rounds) {
    std::mt19937 random(seed);
    const std::size_t headers = std::min<std::size_t>(original.size(), 1024);
    for (int round = 0; round < rounds; ++round) {
        std::vector<char> content = original;
        for (unsigned n = random() % 8 + 1; n > 0; --n) {
            const bool in_headers = random() % 2 == 0;
            const std::size_t at = random() % (in_headers ? headers : content.size());
            const char extremes[] = {0, 1, 0x7f, static_cast<char>(0x80), static_cast<char>(0xff)};
            content[at] = random() % 2 == 0 ? extremes[random() % 5] : static_cast<char>(random());
        }
        if (random() % 4 == 0) {
            content.resize(random() % content.size());
        }

        const Image image = parse(content);

        REQUIRE(image.needed.size() <= 1024);
        REQUIRE_FALSE(image.description.empty());
    }
}

}  // namespace

TEST_CASE("image: a file that is not a library is described") {
    const Folder folder;
    const auto describe = [&](const std::string& content) {
        return read_image(folder.write("file", content)).description;
    };

    CHECK(describe("") == "empty");
    CHECK(describe("hello\n") == "a text file");
    CHECK(describe("#!/bin/sh\n") == "a script");
    CHECK(describe("/* GNU ld script */ INPUT(libc.so.6)") ==
          "a linker script (text that names the library to link)");
    CHECK(describe(std::string("PK\x03\x04")) == "a zip archive");
    CHECK(describe(std::string(40, '\x01')) == "neither an ELF nor a Windows file");
    CHECK(describe("\x7f"
                   "ELF") == "a damaged ELF file");
    CHECK(describe("MZ") == "a DOS program or a damaged Windows file");
    CHECK(read_image(library_folder() / "libarchive.a").description.find("a static archive") == 0);
    CHECK(read_image(test_files::program()).description.find("program, not a library") !=
          std::string::npos);
    CHECK(read_image(folder.path() / "absent").format == Format::kUnreadable);
    CHECK(read_image(folder.path()).format == Format::kUnreadable);
}

TEST_CASE("image: a library that is cut short is damaged, wherever it is cut") {
    const std::vector<char> whole = test_files::read(library("plain"));
    REQUIRE_FALSE(parse(whole).is_damaged);

    for (std::size_t size = 5; size < whole.size() / 2; size += 97) {
        CHECK(parse({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}).is_damaged);
    }
}

TEST_CASE("image: a Windows library is read on every system") {
    const Image dll32 = parse(pe_sample::library(32));
    const Image dll64 = parse(pe_sample::library(64));

    CHECK(dll32.description == "a 32-bit Windows library (DLL)");
    CHECK(dll32.machine == "i386");
    CHECK(dll64.description == "a 64-bit Windows library (DLL)");
    CHECK(dll64.machine == "x86-64");
    for (const Image& image : {dll32, dll64}) {
        CHECK(image.format == Format::kPe);
        CHECK(image.is_library);
        CHECK_FALSE(image.is_damaged);
        CHECK(image.needed == std::vector<std::string>{"KERNEL32.dll", "other.dll"});
    }
}

TEST_CASE("image: random damage to a library does no harm") {
    mutate(test_files::read(library("first")), 1, 3000);
    mutate(test_files::read(library("conventions")), 2, 3000);
}

TEST_CASE("image: random damage to a Windows file does no harm") {
    mutate(pe_sample::library(32), 3, 10000);
    mutate(pe_sample::library(64), 4, 10000);
}

}  // namespace image_test
