#include "binary/library_facts.hpp"

#include "os/path.hpp"

namespace bridge32::binary {

std::string library_version(const std::filesystem::path& file) {
    const std::string name = os::utf8_of(file.filename());
    const std::size_t suffix = name.find(".so.");
    if (suffix == std::string::npos) return {};
    const std::string version = name.substr(suffix + 4);
    return version.find_first_not_of("0123456789.") == std::string::npos ? version : std::string();
}

}  // namespace bridge32::binary
