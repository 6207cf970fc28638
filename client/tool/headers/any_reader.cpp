#include "tool/headers/any_reader.hpp"

#include <optional>

#include "bridge32/error.hpp"
#include "tool/headers/clang_files.hpp"
#include "tool/headers/header_reader.hpp"
#include "tool/headers/own_reader.hpp"

namespace bridge32::tool {

ReadHeaders read_headers(const HeaderOptions& options, ReaderChoice choice,
                         const std::filesystem::path& libclang) {
    UsedReader reader;
    std::optional<clang::Library> library;
    if (choice == ReaderChoice::any) {
        try {
            library.emplace(libclang);
        } catch (const Error&) {
            if (!libclang.empty()) throw;
            reader.remedy = clang::kHowToInstall;
        }
    }
    if (!library) return {read_headers_without_clang(options), std::move(reader)};
    reader.clang = library->version();
    return {read_headers(*library, options), std::move(reader)};
}

}  // namespace bridge32::tool
