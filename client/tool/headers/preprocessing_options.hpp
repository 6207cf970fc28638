// How headers are preprocessed without libclang: for their target, with clang's options.
#pragma once

#include <filesystem>
#include <vector>

#include "tool/headers/header_content.hpp"
#include "tool/headers/preprocessor.hpp"

namespace bridge32::tool {

/// `included`: the files of -include. Throws Error about an option that matters and is not
/// understood.
PreprocessorOptions preprocessing_of(const HeaderOptions& options,
                                     std::vector<std::filesystem::path>& included);

}  // namespace bridge32::tool
