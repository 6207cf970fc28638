// The system's headers of a library's target, and what stands in for them where there are none.
#pragma once

#include <string>
#include <vector>

#include "interface/target.hpp"
#include "tool/headers/clang.hpp"

namespace bridge32::tool {

/// Where the headers are that stand in for the system's. They exist in libclang's memory only.
extern const char* const kFallbackFolder;

/// clang's options for a target, with the folders of its headers.
std::vector<std::string> target_options(interfaces::Target target);

/// What programs include before a library's header on the target.
std::string common_headers(interfaces::Target target);

/// C's own headers, which libclang may come without (Debian has them in another package), those of
/// glibc for 32 bits, and the types of Windows'.
std::vector<clang::Source> fallback_headers();

}  // namespace bridge32::tool
