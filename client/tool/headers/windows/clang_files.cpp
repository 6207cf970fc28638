#include "tool/headers/clang_files.hpp"

#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "os/environment.hpp"

namespace bridge32::tool::clang {

const char* const kHowToInstall =
    "Install LLVM (winget install LLVM.LLVM), or name the file with --libclang.";

std::vector<std::filesystem::path> library_files() {
    std::vector<std::filesystem::path> files;
    for (const char* folder : {"ProgramFiles", "ProgramW6432"}) {
        if (const auto programs = os::environment_variable(folder)) {
            auto file = detail::path_from_utf8(*programs + "\\LLVM\\bin\\libclang.dll");
            if (files.empty() || files.back() != file) files.push_back(std::move(file));
        }
    }
    files.emplace_back("libclang.dll");
    return files;
}

}  // namespace bridge32::tool::clang
