#include "tool/headers/clang_files.hpp"

#include <string>

namespace bridge32::tool::clang {

const char* const kHowToInstall =
    "Install it (Debian: apt-get install libclang1), or name the file with --libclang.";

std::vector<std::filesystem::path> library_files() {
    std::vector<std::filesystem::path> files;
    constexpr int kNewest = 21;
    constexpr int kOldest = 14;
    std::vector<std::filesystem::path> elsewhere;
    for (int version = kNewest; version >= kOldest; --version) {
        const auto number = std::to_string(version);
        files.emplace_back("/usr/lib/llvm-" + number + "/lib/libclang.so.1");
        elsewhere.emplace_back("libclang-" + number + ".so.1");
        elsewhere.emplace_back("libclang.so." + number);
    }
    std::erase_if(files, [](const auto& file) { return !std::filesystem::exists(file); });
    files.insert(files.end(), elsewhere.begin(), elsewhere.end());
    files.emplace_back("libclang.so.1");
    files.emplace_back("libclang.so");
    return files;
}

}  // namespace bridge32::tool::clang
