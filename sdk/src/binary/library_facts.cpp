#include "binary/library_facts.hpp"

#include <system_error>

#include "binary/image.hpp"
#include "os/path.hpp"

namespace bridge32::binary {

namespace fs = std::filesystem;

nlohmann::json library_facts(const fs::path& file) {
    std::error_code missing;
    fs::path resolved = os::canonical_path(file, missing);
    if (missing) resolved = file;
    nlohmann::json facts = {{"name", os::utf8_of(file.filename())},
                            {"path", os::utf8_of(resolved)}};
    const Image image = read_image(resolved);
    if (image.format == Format::kElf || image.format == Format::kPe) {
        facts["format"] = image.format == Format::kElf ? "ELF" : "PE";
        facts["bits"] = image.bits;
    }
    const std::string version = library_version(resolved);
    if (!version.empty()) facts["version"] = version;
    return facts;
}

}  // namespace bridge32::binary
