#include "tool/headers/clang_files.hpp"

#include "bridge32/internal/text/path_text.hpp"
#include "os/environment.hpp"

namespace bridge32::tool::clang {

const char* const kHowToInstall =
    "Install LLVM (winget install LLVM.LLVM), or name the file with --libclang.";

std::vector<std::filesystem::path> library_files() {
    std::vector<std::filesystem::path> files;
    for (const char* folder : {"ProgramFiles", "ProgramW6432"}) {
        if (const auto programs = os::environment_variable(folder)) {
            files.push_back(detail::path_from_utf8(*programs + "\\LLVM\\bin\\libclang.dll"));
        }
    }
    files.emplace_back("libclang.dll");
    return files;
}

}  // namespace bridge32::tool::clang
