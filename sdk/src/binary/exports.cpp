#include "binary/exports.hpp"

#include <algorithm>
#include <boost/dll/library_info.hpp>
#include <exception>
#include <iterator>

#include "binary/elf.hpp"
#include "binary/image.hpp"
#include "binary/pe.hpp"

namespace bridge32::binary {

namespace {

/// Linkers write `name@@VERSION` into the full symbol table. `name@8` is stdcall's.
std::string without_version(const std::string& name) {
    const std::size_t at = name.find('@', 1);
    const bool decoration = at != std::string::npos && at + 1 < name.size() &&
                            name.find_first_not_of("0123456789", at + 1) == std::string::npos;
    return name.starts_with('?') || decoration ? name : name.substr(0, at);
}

}  // namespace

bool can_list_exports(const std::filesystem::path& file) {
    ImageReader reader(file);
    return read_image(file).format != Format::kElf || has_sound_sections(reader);
}

std::vector<std::string> exported_names(const std::filesystem::path& file) {
    ImageReader reader(file);
    const Image image = read_image(file);
    // library_info allocates what the section table says.
    if ((image.format != Format::kElf || !has_sound_sections(reader)) &&
        (image.format != Format::kPe || image.is_damaged)) {
        return {};
    }
    std::vector<std::string> names;
    try {
        boost::dll::library_info info(file, false);
        names = info.symbols();
    } catch (const std::exception&) {
        return {};  // its message says no more than that it failed
    }
    std::transform(names.begin(), names.end(), names.begin(), without_version);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::vector<Export> exports_of(const std::filesystem::path& file) {
    const Image image = read_image(file);
    std::vector<Export> exports;
    if (image.format == Format::kPe && !image.is_damaged) {
        ImageReader reader(file);
        exports = pe_exports(reader);
    } else if (image.format == Format::kElf) {
        ImageReader reader(file);
        const auto variables = elf_variables(reader);
        for (auto& name : exported_names(file)) {
            if (is_of_linker(name)) continue;
            Export entry;
            entry.is_variable = std::binary_search(variables.begin(), variables.end(), name);
            entry.name = std::move(name);
            exports.push_back(std::move(entry));
        }
    }
    std::stable_sort(exports.begin(), exports.end(), [](const Export& a, const Export& b) {
        return a.name.empty() != b.name.empty() ? b.name.empty() : a.name < b.name;
    });
    return exports;
}

}  // namespace bridge32::binary
