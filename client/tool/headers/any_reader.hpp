// Headers are read by libclang, or without it by our own reader.
#pragma once

#include <filesystem>
#include <string>

#include "tool/headers/header_content.hpp"

namespace bridge32::tool {

enum class ReaderChoice {
    any,  ///< libclang if there is one
    own,  ///< never libclang
};

/// Which reader read a header.
struct UsedReader {
    std::string clang{};   ///< libclang's version; empty: our own reader
    std::string remedy{};  ///< how to get libclang, if it was looked for
};

struct ReadHeaders {
    HeaderContent content;
    UsedReader reader{};
};

/// `libclang`: the file to use, which must be one; empty: the newest that is found.
ReadHeaders read_headers(const HeaderOptions& options, ReaderChoice choice = ReaderChoice::any,
                         const std::filesystem::path& libclang = {});

}  // namespace bridge32::tool
