#include "tool/report/foreign_search.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <system_error>

#include "binary/windows_sources.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using binary::FoundDependency;
using binary::LoadedFile;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

/// glibc, and what every C++ program on Linux needs.
bool comes_with_linux(std::string_view name) {
    constexpr std::string_view kBeginnings[] = {"libc.so.",       "libm.so.",      "libdl.so.",
                                                "libpthread.so.", "librt.so.",     "libutil.so.",
                                                "ld-linux",       "libresolv.so.", "libnsl.so.",
                                                "libcrypt.so.",   "libgcc_s.so.",  "libstdc++.so."};
    return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                       [&](std::string_view beginning) { return name.starts_with(beginning); });
}

/// The file of that name in `folder`. File names of Windows ignore case: `any_case`.
fs::path file_in(const fs::path& folder, const std::string& name, bool any_case) {
    std::error_code error;
    const fs::path file = folder / detail::path_from_utf8(name);
    if (fs::exists(file, error) || !any_case) return fs::exists(file, error) ? file : fs::path();
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (lower(detail::utf8_of(it->path().filename())) == lower(name)) return it->path();
    }
    return {};
}

FoundDependency find_foreign(const std::string& name, const LoadedFile& needed_by,
                             binary::Format format, int bits, const binary::Paths& library_path) {
    const bool windows = format == binary::Format::kPe;
    const LoadedFile* first = &needed_by;
    while (first->needed_by != nullptr)
        first = first->needed_by;
    FoundDependency result;
    result.searched.push_back(first->path.parent_path());
    result.searched.insert(result.searched.end(), library_path.begin(), library_path.end());
    for (const auto& folder : result.searched) {
        const fs::path file = file_in(folder, name, windows);
        if (file.empty()) continue;
        const auto image = binary::read_image(file);
        if (image.bits == bits || image.bits == 0) {
            result.path = file;
            return result;
        }
        result.wrong_bits = file;
    }
    result.of_system = windows ? binary::comes_with_windows(name) : comes_with_linux(name);
    result.already_loaded = result.of_system;
    return result;
}

}  // namespace

binary::Finder finder_for(binary::Format format, int bits, const binary::Paths& library_path) {
    if (format == binary::kNativeFormat) {
        return [searcher = binary::Searcher{bits, false, library_path}](
                   const std::string& name, const LoadedFile& needed_by) {
            return binary::find_dependency(name, needed_by, searcher);
        };
    }
    return [=](const std::string& name, const LoadedFile& needed_by) {
        return find_foreign(name, needed_by, format, bits, library_path);
    };
}

}  // namespace bridge32::tool
