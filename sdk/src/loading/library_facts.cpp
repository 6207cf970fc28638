#include "loading/library_facts.hpp"

#include <string>
#include <system_error>

#include "bridge32/detail/path_text.hpp"
#include "loading/image.hpp"

namespace bridge32::loading {

namespace fs = std::filesystem;

namespace {

/// The numbers at the end of "libz.so.1.2.13": "1.2.13".
std::string version_in(const std::string& name) {
    const std::size_t suffix = name.find(".so.");
    if (suffix == std::string::npos) return {};
    const std::string version = name.substr(suffix + 4);
    return version.find_first_not_of("0123456789.") == std::string::npos ? version : std::string();
}

}  // namespace

nlohmann::json library_facts(const fs::path& file) {
    std::error_code missing;
    fs::path resolved = fs::canonical(file, missing);
    if (missing) resolved = file;
    nlohmann::json facts = {{"name", detail::utf8_of(file.filename())},
                            {"path", detail::utf8_of(resolved)}};
    const Image image = read_image(resolved);
    if (image.format == Format::elf || image.format == Format::pe) {
        facts["format"] = image.format == Format::elf ? "ELF" : "PE";
        facts["bits"] = image.bits;
    }
    const std::string version = version_in(detail::utf8_of(resolved.filename()));
    if (!version.empty()) facts["version"] = version;
    return facts;
}

}  // namespace bridge32::loading
