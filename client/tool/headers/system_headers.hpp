// The system's headers of a library's target, and what stands in for them where there are none.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
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

/// For who reads without clang: the names of the system's headers, with the types of the most used.
std::map<std::string, std::string, std::less<>> known_headers(interfaces::Target target);

/// What compilers for the target define: "#define __i386__ 1".
std::string target_definitions(interfaces::Target target);

/// Structs of the system whose members known_headers() does not have.
bool is_system_struct(std::string_view tag);

}  // namespace bridge32::tool
