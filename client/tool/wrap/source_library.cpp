#include "tool/wrap/source_library.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include "bridge32/error.hpp"

namespace bridge32::tool {

namespace {

/// Names that mean the same to the assembler, the linker and CMake, without quotes.
void check_plain(const std::string& name, std::string_view also) {
    const bool is_plain = std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || also.find(c) != std::string_view::npos;
    });
    if (!is_plain)
        throw Error("no source is written for the name " + name +
                    ", which has other characters than letters, digits and _" + std::string(also) +
                    ": write the library itself, without --emit-source");
}

/// As a C string. Octal, for hexadecimal digits could follow.
std::string quoted(const std::string& text) {
    std::string all = "\"";
    for (const char c : text) {
        const bool is_printed = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?';
        char octal[8];
        std::snprintf(octal, sizeof octal, "\\%03o",
                      static_cast<unsigned>(static_cast<unsigned char>(c)));
        all += is_printed ? std::string(1, c) : octal;
    }
    return all + "\"";
}

constexpr const char* kData = R"(/*
 * {file} for 64-bit programs: what its functions (stubs.s) pass to bridge32's runtime, which calls the
 * 32-bit library in a process of its own. Written by `bridge32 wrap --emit-source`.
 */
#include <stddef.h>
#include <stdint.h>

/* As in bridge32's client/wrap/drop_in.h. */
struct DropIn {
    uint32_t format;
    uint32_t functions;
    const char *interface_file; /* in the folder bridge32 */
    void *runtime;
    const char *const *names;
};

static const char *const names[] = {
{names}};

__attribute__((visibility("hidden"))) struct DropIn bridge32wrap_drop_in = {
    1, sizeof names / sizeof names[0], {interface}, NULL, names};
)";

constexpr const char* kStubs =
    R"(# The functions: each gives its number and the data of drop_in.c to the runtime, and leaves all
# else as the program passed it. Written by `bridge32 wrap --emit-source`.
.macro bridge32wrap_stub number, symbol
    .p2align 5, 0xcc
    .globl  \symbol
    .type   \symbol, @function
\symbol:
    .cfi_startproc
    endbr64
    lea     bridge32wrap_drop_in(%rip), %r10
    mov     $\number, %r11d
    jmp     *bridge32wrap_enter@GOTPCREL(%rip)
    .cfi_endproc
    .size   \symbol, . - \symbol
.endm

.text
)";

constexpr const char* kConstant = R"(
.section .rodata
    .balign 32
    .globl  {symbol}
    .type   {symbol}, @object
    .size   {symbol}, {size}
{symbol}:
)";

constexpr const char* kEnd = R"(
# Indirect branches and shadow stacks are fine; stacks need not be executable.
.section .note.gnu.property, "a"
    .balign 8
    .long   4, 16, 5
    .asciz  "GNU"
    .long   0xc0000002, 4, 3, 0
.section .note.GNU-stack, "", @progbits
)";

constexpr const char* kProject =
    R"(# {file} for 64-bit programs. Written by `bridge32 wrap --emit-source`.
#
#     cmake -S . -B build && cmake --build build
#
# puts the library beside the folder bridge32, in which its runtime and the 32-bit library lie.
cmake_minimum_required(VERSION 3.16)
project(drop_in LANGUAGES C ASM)
add_library(drop_in SHARED drop_in.c stubs.s)
target_link_libraries(drop_in PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/../bridge32/libbridge32wrap.so.0")
target_compile_options(drop_in PRIVATE $<$<COMPILE_LANGUAGE:C>:-fcf-protection>)
target_link_options(drop_in PRIVATE -nostdlib {options}
                    LINKER:--enable-new-dtags LINKER:-z,now LINKER:-z,nodelete LINKER:-z,noexecstack
                    LINKER:--hash-style=both LINKER:--build-id)
set_target_properties(
    drop_in PROPERTIES PREFIX "" OUTPUT_NAME "{file}" SUFFIX "" NO_SONAME ON
                       BUILD_RPATH "\$ORIGIN/bridge32" BUILD_RPATH_USE_ORIGIN OFF
                       INSTALL_RPATH "\$ORIGIN/bridge32" BUILD_WITH_INSTALL_RPATH ON
                       LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/..")
)";

std::string replaced(std::string text, std::string_view what, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

/// A symbol that becomes `name`, or that version of it.
class Symbols {
public:
    explicit Symbols(std::string& assembly) : assembly_(assembly) {}

    std::string of(const std::string& name, const std::string& version) const {
        check_plain(name, "$.");
        if (version.empty()) return name;
        return "bridge32wrap_" + name + "_" + version;
    }

    void name(const std::string& name, const std::string& version, bool is_default) {
        if (version.empty()) return;
        assembly_ += "    .symver " + of(name, version) + ", " + name + (is_default ? "@@" : "@") +
                     version + ", remove\n";
    }

private:
    std::string& assembly_;
};

std::string stubs(const LibraryDescription& library) {
    std::string assembly = kStubs;
    Symbols symbols(assembly);
    for (std::size_t i = 0; i < library.functions.size(); ++i) {
        const auto& its = library.functions[i];
        assembly += "bridge32wrap_stub " + std::to_string(i) + ", " +
                    symbols.of(its.name, its.version) + "\n";
        symbols.name(its.name, its.version, its.is_default_version);
    }
    for (const auto& constant : library.constants) {
        assembly +=
            replaced(replaced(kConstant, "{symbol}", symbols.of(constant.name, constant.version)),
                     "{size}", std::to_string(constant.bytes.size()));
        for (std::size_t i = 0; i < constant.bytes.size(); ++i)
            assembly += (i % 16 == 0 ? (i == 0 ? "    .byte   " : "\n    .byte   ") : ", ") +
                        std::to_string(static_cast<unsigned char>(constant.bytes[i]));
        assembly += "\n";
        symbols.name(constant.name, constant.version, constant.is_default_version);
    }
    return assembly + kEnd;
}

}  // namespace

std::vector<SourceFile> source_library(const LibraryDescription& library) {
    check_description(library);
    for (const auto& name : {library.file_name, library.soname})
        check_plain(name, ".+-");
    std::string names, versions, options;
    for (const auto& function : library.functions) {
        if (function.name.empty())
            throw Error("a function without a name cannot be exported on Linux");
        names += "    " + quoted(runtime_name(function)) + ",\n";
    }
    for (const auto& version : library.versions) {
        check_plain(version, ".+-");
        versions += version + " { };\n";
    }
    if (!library.soname.empty()) options += "LINKER:-soname," + library.soname;
    if (!versions.empty())
        options += " \"LINKER:--version-script,${CMAKE_CURRENT_SOURCE_DIR}/versions.map\"";
    std::vector<SourceFile> files = {
        {"CMakeLists.txt",
         replaced(replaced(kProject, "{file}", library.file_name), "{options}", options)},
        {"drop_in.c",
         replaced(replaced(replaced(kData, "{file}", library.file_name), "{names}", names),
                  "{interface}", quoted(library.interface_file))},
        {"stubs.s", stubs(library)}};
    if (!versions.empty()) files.push_back({"versions.map", versions});
    return files;
}

}  // namespace bridge32::tool
