#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "binary/elf_structs.hpp"
#include "binary/image_formats.hpp"

namespace bridge32::binary {

namespace {

using namespace elf;

constexpr std::uint8_t kTypeFunction = 2;
constexpr std::uint8_t kTypeIndirectFunction = 10;

/// Empty when it is not wholly in the file, or absurdly large.
template <class Address>
std::vector<char> content(ImageReader& reader, const Section<Address>& section) {
    std::vector<char> bytes;
    if (section.size > kMaxSymbolBytes || !reader.contains(section.offset, section.size)) {
        return bytes;
    }
    bytes.resize(static_cast<std::size_t>(section.size));
    if (!reader.read(section.offset, std::as_writable_bytes(std::span(bytes)))) bytes.clear();
    return bytes;
}

/// The address that the file's first byte is to be loaded at.
template <class Address>
std::optional<std::uint64_t> base_address(ImageReader& reader, const Header<Address>& header) {
    for (std::uint64_t i = 0; i < header.segment_count; ++i) {
        const auto segment = reader.get<SegmentHeader<Address>>(header.segments_at +
                                                                i * sizeof(SegmentHeader<Address>));
        if (!segment) break;
        if (segment->type == kSegmentLoad) return segment->address - segment->offset;
    }
    return std::nullopt;
}

template <class Address>
void add_table(ImageReader& reader, const Header<Address>& header, const Section<Address>& table,
               std::uint64_t base, std::vector<Symbol>& symbols) {
    using Entry = SymbolEntry<Address>;
    const auto names = reader.get<Section<Address>>(
        header.sections_at + std::uint64_t{table.link} * sizeof(Section<Address>));
    if (!names || table.link >= header.section_count) return;
    const auto entries = content(reader, table);
    const auto texts = content(reader, *names);
    if (texts.empty() || texts.back() != '\0') return;
    std::size_t name_bytes = 0;
    for (std::size_t at = 0; at + sizeof(Entry) <= entries.size(); at += sizeof(Entry)) {
        Entry entry;
        std::memcpy(&entry, entries.data() + at, sizeof entry);
        const auto type = static_cast<std::uint8_t>(entry.info & 0xf);
        if ((type != kTypeFunction && type != kTypeIndirectFunction) || entry.section == 0 ||
            entry.name >= texts.size() || entry.value < base) {
            continue;
        }
        const std::string name(texts.data() + entry.name,
                               ::strnlen(texts.data() + entry.name, kMaxTextSize));
        name_bytes += name.size();
        if (name_bytes > kMaxSymbolBytes) return;
        symbols.push_back({entry.value - base, entry.size, name});
    }
}

template <class Address>
std::vector<Symbol> read_symbols(ImageReader& reader) {
    std::vector<Symbol> symbols;
    const auto header = reader.get<Header<Address>>(0);
    if (!header || header->ident[5] != kLittleEndian ||
        header->section_size != sizeof(Section<Address>)) {
        return symbols;
    }
    const auto base = base_address(reader, *header);
    if (!base) return symbols;
    // A file has at most one of each; a made-up one could claim thousands, each of which takes
    // time.
    bool full = false;
    bool dynamic = false;
    for (std::uint64_t i = 0; i < header->section_count; ++i) {
        const auto section =
            reader.get<Section<Address>>(header->sections_at + i * sizeof(Section<Address>));
        if (!section) break;
        if ((section->type == kSectionSymbols && !std::exchange(full, true)) ||
            (section->type == kSectionDynamicSymbols && !std::exchange(dynamic, true))) {
            add_table(reader, *header, *section, *base, symbols);
        }
    }
    return symbols;
}

}  // namespace

std::vector<Symbol> elf_symbols(ImageReader& reader) {
    const auto width = reader.get<std::uint8_t>(4);
    if (width == kClass32) return read_symbols<std::uint32_t>(reader);
    if (width == kClass64) return read_symbols<std::uint64_t>(reader);
    return {};
}

}  // namespace bridge32::binary
