#include "tool/report/machine_check.hpp"

#include <sys/statvfs.h>

#include <boost/dll/runtime_symbol_info.hpp>

#include "binary/image.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/environment.hpp"
#include "os/linux/segment_file.hpp"
#include "tool/report/foreign_search.hpp"
#include "tool/support/programs.hpp"
#include "tool/terminal/output.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using State = Finding::State;

constexpr const char* kLoader32 = "/lib/ld-linux.so.2";
constexpr unsigned long long kLittleSharedMemory = 128ULL << 20U;

/// True if the system's loader finds this 32-bit library.
bool is_installed(const std::string& name) {
    const binary::LoadedFile program{fs::path(boost::dll::program_location()), {}, nullptr};
    const auto find = finder_for(binary::Format::kElf, 32, {});
    return !find(name, program).path.empty();
}

Finding library(const std::string& name, const std::string& users, const std::string& remedy) {
    if (is_installed(name))
        return {State::kGood, name, "The 32-bit library is installed, for " + users + ".", ""};
    return {State::kHint, name, "The 32-bit library is missing; " + users + " need it.", remedy};
}

fs::path in_path(const std::string& program) {
    const std::string text = os::environment_variable("PATH").value_or("/usr/bin") + ':';
    for (std::size_t at = 0, end = 0; (end = text.find(':', at)) != std::string::npos;
         at = end + 1) {
        const fs::path file = fs::path(text.substr(at, end - at)) / program;
        std::error_code ignored;
        if (fs::is_regular_file(file, ignored)) return file;
    }
    return {};
}

Finding check_compiler() {
    Finding finding{State::kHint, "compiler", "", "Debian: apt-get install g++-multilib cmake"};
    const fs::path compiler = in_path("g++");
    if (compiler.empty()) {
        finding.found = "g++, which builds plugins, is not in PATH.";
        return finding;
    }
    const Ran ran = run_captured(compiler, {"-m32", "-print-file-name=crtbegin.o"});
    const Ran library = run_captured(compiler, {"-m32", "-print-file-name=libstdc++.a"});
    // g++ prints the bare name of a file that it does not find.
    if (ran.code != 0 || ran.out.find('/') == std::string::npos ||
        library.out.find('/') == std::string::npos) {
        finding.found = "g++ cannot build 32-bit plugins.";
        return finding;
    }
    return {State::kGood, "compiler", "g++ can build 32-bit plugins.", ""};
}

}  // namespace

Finding explain_no_start(const fs::path& host, const std::string& reason) {
    Finding finding{State::kProblem, "", detail::utf8_of(host) + " does not run: " + reason, ""};
    const auto image = binary::read_image(host);
    std::error_code ignored;
    if (image.bits == 32 && !fs::exists(kLoader32, ignored)) {
        finding.remedy =
            "This machine has no 32-bit C library. Debian and Ubuntu: apt-get install libc6-i386; "
            "Fedora: dnf install glibc.i686; Arch: pacman -S lib32-glibc.";
    } else if (image.bits == 32 && reason.find("format") != std::string::npos) {
        finding.remedy =
            "The kernel does not run 32-bit programs (enable CONFIG_IA32_EMULATION, or boot with "
            "ia32_emulation=1). Some containers and WSL 1 cannot run them.";
    } else if (image.bits == 0) {
        finding.remedy = "The file is " + image.description + ": reinstall bridge32.";
    } else {
        finding.remedy = "Run it by hand with --version to see the error.";
    }
    return finding;
}

/// /dev/shm serves only where a sealed memfd is not to be had.
std::vector<Finding> check_memory() {
    if (os::makes_sealed_segments()) return {};
    struct statvfs about {};
    if (statvfs("/dev/shm", &about) != 0) {
        return {{State::kProblem, "/dev/shm",
                 "memfd_create is refused, and /dev/shm does not exist.",
                 "Mount it: mount -t tmpfs tmpfs /dev/shm"}};
    }
    const unsigned long long size = about.f_blocks * about.f_frsize;
    const unsigned long long free = about.f_bavail * about.f_frsize;
    const std::string found = "memfd_create is refused; here " + bytes_in_words(free) + " of " +
                              bytes_in_words(size) + " are free for calls and arrays.";
    if (free >= kLittleSharedMemory) return {{State::kGood, "/dev/shm", found, ""}};
    return {{State::kHint, "/dev/shm", found,
             "Large arrays may not fit. In a container, use docker run --shm-size=1g."}};
}

std::vector<Finding> check_packages() {
    return {library("libstdc++.so.6", "C++ plugins",
                    "Debian: apt-get install lib32stdc++6; Fedora: dnf install libstdc++.i686"),
            check_compiler(),
            library("libgfortran.so.5", "Fortran libraries",
                    "Debian: apt-get install lib32gfortran5, or gfortran-multilib"),
            library("libmonosgen-2.0.so.1", ".NET assemblies (plugin dotnet)",
                    "Debian: dpkg --add-architecture i386 && apt-get update && apt-get install "
                    "libmonosgen-2.0-1:i386 libmono-corlib4.5-cil")};
}

}  // namespace bridge32::tool
