#include "binary/exports.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "binary/image.hpp"
#include "binary/image_formats.hpp"
#include "binary/pe_sections.hpp"

namespace bridge32::binary {

namespace {

/// What every ELF library has, of the linker's making.
bool is_of_linker(const std::string& name) {
    static const char* const kNames[] = {"_init", "_fini",        "_edata",      "edata",
                                         "_end",  "end",          "__bss_start", "_etext",
                                         "etext", "__data_start", "_DYNAMIC"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<Export> pe_exports(ImageReader& reader) {
    pe::Sections sections(reader);
    const auto directory = sections.directory(pe::kExportDirectory);
    const auto table =
        directory ? sections.at<pe::ExportDirectory>(directory->address) : std::nullopt;
    if (!table) return {};

    std::map<std::uint32_t, std::vector<std::string>> names;  // by index; two may share one
    std::size_t text_bytes = 0;                               // of names and of forwarders
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(table->name_count, kMaxTableEntries);
         ++i) {
        const auto index = sections.at<std::uint16_t>(table->ordinals + 2 * i);
        const auto name = sections.at<std::uint32_t>(table->names + 4 * i);
        if (!index || !name) break;
        names[*index].push_back(sections.text(*name, kMaxTextSize));
        text_bytes += names[*index].back().size();
        if (text_bytes > kMaxSymbolBytes) return {};
    }
    std::vector<Export> exports;
    const auto count = std::min<std::uint64_t>(table->function_count, kMaxTableEntries);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto address = sections.at<std::uint32_t>(table->functions + 4 * std::uint64_t{i});
        if (!address) break;
        if (*address == 0) continue;  // a gap between the numbers
        Export entry;
        entry.ordinal = table->ordinal_base + i;
        // What lies in the directory itself is the name of another library's function.
        if (*address - directory->address < directory->size) {
            entry.forwarded_to = sections.text(*address, kMaxTextSize);
        }
        const auto named = names.find(i);
        text_bytes += entry.forwarded_to.size() * (named == names.end() ? 1 : named->second.size());
        if (text_bytes > kMaxSymbolBytes) return {};
        if (named == names.end()) {
            exports.push_back(std::move(entry));
            continue;
        }
        for (const auto& name : named->second) {
            entry.name = name;
            exports.push_back(entry);
        }
    }
    return exports;
}

}  // namespace

bool can_list_exports(const std::filesystem::path& file) {
    ImageReader reader(file);
    return read_image(file).format != Format::elf || has_sound_sections(reader);
}

std::vector<Export> exports_of(const std::filesystem::path& file) {
    const Image image = read_image(file);
    std::vector<Export> exports;
    if (image.format == Format::pe && !image.is_damaged) {
        ImageReader reader(file);
        exports = pe_exports(reader);
    } else if (image.format == Format::elf) {
        for (auto& name : exported_names(file)) {
            if (!is_of_linker(name)) exports.push_back({std::move(name), 0});
        }
    }
    std::stable_sort(exports.begin(), exports.end(), [](const Export& a, const Export& b) {
        return a.name.empty() != b.name.empty() ? b.name.empty() : a.name < b.name;
    });
    return exports;
}

}  // namespace bridge32::binary
