// ELF, 32-bit and 64-bit. Follows the program headers and the dynamic section, as the
// loader does; section headers may be missing from a library that loads.
// https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
#include "binary/elf.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

namespace bridge32::binary {

namespace {

using namespace elf;

constexpr std::uint16_t kTypeRelocatable = 1;
constexpr std::uint16_t kTypeExecutable = 2;
constexpr std::uint16_t kTypeDynamic = 3;
constexpr std::uint32_t kSegmentDynamic = 2;
constexpr std::uint32_t kSegmentStack = 0x6474e551;
constexpr std::uint32_t kSegmentExecutable = 1;
constexpr std::uint64_t kTagEnd = 0;
constexpr std::uint64_t kTagNeeded = 1;
constexpr std::uint64_t kTagStringTable = 5;
constexpr std::uint64_t kTagStringSize = 10;
constexpr std::uint64_t kTagSoname = 14;
constexpr std::uint64_t kTagRpath = 15;
constexpr std::uint64_t kTagTextRelocations = 22;
constexpr std::uint64_t kTagRunpath = 29;
constexpr std::uint64_t kTagFlags = 30;
constexpr std::uint64_t kFlagsTextRelocations = 4;
constexpr std::uint64_t kTagFlags1 = 0x6ffffffb;
constexpr std::uint64_t kFlags1Pie = 0x08000000;
constexpr std::uint32_t kSectionNoBits = 8;

template <class Address>
struct DynamicEntry {
    Address tag, value;
};

std::string machine_name(std::uint16_t machine, int bits) {
    switch (machine) {
        case 3:
            return "i386";
        case 8:
            return "MIPS";
        case 20:
            return "PowerPC";
        case 21:
            return "PowerPC64";
        case 40:
            return "ARM";
        case 62:
            return bits == 64 ? "x86-64" : "x86-64 (x32)";
        case 183:
            return "AArch64";
        case 243:
            return "RISC-V";
        default:
            return "ELF machine " + std::to_string(machine);
    }
}

std::uint16_t swapped(std::uint16_t value) {
    return static_cast<std::uint16_t>(value << 8 | value >> 8);
}

template <class Address>
class ElfParser {
    using Segment = SegmentHeader<Address>;

public:
    ElfParser(ImageReader& reader, Image& image) : reader_(reader), image_(image) {}

    void parse() {
        const auto header = reader_.get<Header<Address>>(0);
        if (!header) {
            image_.is_damaged = true;
            return;
        }
        const bool native_order = header->ident[5] == kLittleEndian;
        image_.machine =
            machine_name(native_order ? header->machine : swapped(header->machine), image_.bits);
        type_ = native_order ? header->type : swapped(header->type);
        if (native_order) {
            read_segments(*header);
            read_dynamic();
        }
        image_.is_library = type_ == kTypeDynamic && !is_pie_;
    }

    std::uint16_t type() const { return type_; }

private:
    void read_segments(const Header<Address>& header) {
        if (header.segment_count != 0 && header.segment_size != sizeof(Segment)) {
            image_.is_damaged = true;
            return;
        }
        bool says_stack = false;
        bool executable_stack = false;
        for (std::uint64_t i = 0; i < header.segment_count; ++i) {
            const auto segment = reader_.get<Segment>(header.segments_at + i * sizeof(Segment));
            if (!segment) {
                image_.is_damaged = true;
                return;
            }
            if (segment->type == kSegmentLoad) {
                image_.is_damaged |= !reader_.contains(segment->offset, segment->file_size);
                loaded_.push_back(*segment);
            } else if (segment->type == kSegmentDynamic) {
                dynamic_ = *segment;
            } else if (segment->type == kSegmentStack) {
                says_stack = true;
                executable_stack = (segment->flags & kSegmentExecutable) != 0;
            }
        }
        // A file that does not say is from before there was a choice.
        image_.executable_stack = says_stack ? executable_stack : header.segment_count != 0;
    }

    void read_dynamic() {
        if (!dynamic_) return;
        std::vector<std::uint64_t> needed;
        std::optional<std::uint64_t> soname, rpath, runpath;
        const std::uint64_t count = std::min<std::uint64_t>(
            dynamic_->file_size / sizeof(DynamicEntry<Address>), kMaxTableEntries);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto entry = reader_.get<DynamicEntry<Address>>(
                dynamic_->offset + i * sizeof(DynamicEntry<Address>));
            if (!entry) {
                image_.is_damaged = true;
                return;
            }
            if (entry->tag == kTagEnd) break;
            switch (entry->tag) {
                case kTagNeeded:
                    if (needed.size() < kMaxNeeded) needed.push_back(entry->value);
                    break;
                case kTagStringTable:
                    strings_at_ = file_offset(entry->value);
                    break;
                case kTagStringSize:
                    strings_size_ = entry->value;
                    break;
                case kTagSoname:
                    soname = entry->value;
                    break;
                case kTagRpath:
                    rpath = entry->value;
                    break;
                case kTagRunpath:
                    runpath = entry->value;
                    break;
                case kTagTextRelocations:
                    image_.text_relocations = true;
                    break;
                case kTagFlags:
                    image_.text_relocations |= (entry->value & kFlagsTextRelocations) != 0;
                    break;
                case kTagFlags1:
                    is_pie_ = (entry->value & kFlags1Pie) != 0;
                    break;
                default:
                    break;
            }
        }
        for (const std::uint64_t name : needed) {
            image_.needed.push_back(text(name));
        }
        std::erase(image_.needed, "");
        image_.soname = soname ? text(*soname) : "";
        image_.rpath = rpath ? text(*rpath) : "";
        image_.runpath = runpath ? text(*runpath) : "";
    }

    /// Where the loader would find `address` in the file.
    std::optional<std::uint64_t> file_offset(std::uint64_t address) const {
        for (const Segment& segment : loaded_) {
            if (address >= segment.address && address - segment.address < segment.file_size) {
                return segment.offset + (address - segment.address);
            }
        }
        return std::nullopt;
    }

    std::string text(std::uint64_t offset) {
        std::optional<std::string> text;
        if (strings_at_ && offset < strings_size_) {
            text = reader_.text(*strings_at_ + offset, strings_size_ - offset);
        }
        image_.is_damaged |= !text;
        return text.value_or("");
    }

    ImageReader& reader_;
    Image& image_;
    std::uint16_t type_ = 0;
    bool is_pie_ = false;
    std::vector<Segment> loaded_;
    std::optional<Segment> dynamic_;
    std::optional<std::uint64_t> strings_at_;
    std::uint64_t strings_size_ = 0;
};

template <class Address>
std::uint16_t parse_class(ImageReader& reader, Image& image) {
    ElfParser<Address> parser(reader, image);
    parser.parse();
    return parser.type();
}

template <class Address>
bool sound_sections(ImageReader& reader) {
    const auto header = reader.get<Header<Address>>(0);
    if (!header || header->ident[5] != kLittleEndian ||
        header->section_size != sizeof(Section<Address>) ||
        header->section_names >= header->section_count) {
        return false;
    }
    constexpr std::uint64_t kSymbolSize = sizeof(SymbolEntry<Address>);
    for (std::uint64_t i = 0; i < header->section_count; ++i) {
        const auto section =
            reader.get<Section<Address>>(header->sections_at + i * sizeof(Section<Address>));
        if (!section) return false;
        const bool symbols =
            section->type == kSectionSymbols || section->type == kSectionDynamicSymbols;
        const bool in_file = section->type != kSectionNoBits || i == header->section_names;
        if ((in_file && !reader.contains(section->offset, section->size)) ||
            (symbols && section->size < kSymbolSize)) {
            return false;
        }
    }
    return true;
}

}  // namespace

Image parse_elf(ImageReader& reader) {
    Image image;
    image.format = Format::kElf;
    image.description = "a damaged ELF file";
    const auto width = reader.get<std::uint8_t>(4);
    if (width != kClass32 && width != kClass64) {
        image.is_damaged = true;
        return image;
    }
    image.bits = width == kClass32 ? 32 : 64;
    const std::uint16_t type = image.bits == 32 ? parse_class<std::uint32_t>(reader, image)
                                                : parse_class<std::uint64_t>(reader, image);
    const std::string bits = std::to_string(image.bits) + "-bit ";
    if (image.is_library) {
        image.description = "a " + bits + "library";
    } else if (type == kTypeExecutable || type == kTypeDynamic) {
        image.description = "a " + bits + "program, not a library";
    } else if (type == kTypeRelocatable) {
        image.description = "a " + bits + "object file (.o), not yet linked into a library";
    }
    return image;
}

bool has_sound_sections(ImageReader& reader) {
    const auto width = reader.get<std::uint8_t>(4);
    return width == kClass32   ? sound_sections<std::uint32_t>(reader)
           : width == kClass64 ? sound_sections<std::uint64_t>(reader)
                               : false;
}

namespace {

constexpr std::uint8_t kSymbolFunction = 2;
constexpr std::uint8_t kSymbolIndirectFunction = 10;
constexpr std::uint8_t kSymbolObject = 1;
constexpr std::uint8_t kSymbolCommon = 5;
constexpr std::uint8_t kSymbolThreadLocal = 6;

enum class SymbolKind { kFunction, kVariable, kOther };

SymbolKind kind_of(std::uint8_t info) {
    const auto type = static_cast<std::uint8_t>(info & 0xf);
    return type == kSymbolFunction || type == kSymbolIndirectFunction ? SymbolKind::kFunction
           : type == kSymbolObject || type == kSymbolCommon || type == kSymbolThreadLocal
               ? SymbolKind::kVariable
               : SymbolKind::kOther;
}

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
               std::uint64_t base, SymbolKind kind, std::vector<Symbol>& symbols) {
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
        // A thread-local variable's value is no address.
        if (kind_of(entry.info) != kind || entry.section == 0 || entry.name >= texts.size() ||
            (entry.value < base && kind == SymbolKind::kFunction)) {
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
std::vector<Symbol> read_symbols(ImageReader& reader, SymbolKind kind) {
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
        // What is exported is in the dynamic table.
        if ((section->type == kSectionSymbols && kind == SymbolKind::kFunction &&
             !std::exchange(full, true)) ||
            (section->type == kSectionDynamicSymbols && !std::exchange(dynamic, true))) {
            add_table(reader, *header, *section, *base, kind, symbols);
        }
    }
    return symbols;
}

}  // namespace

bool is_of_linker(const std::string& name) {
    static const char* const kNames[] = {"_init", "_fini",        "_edata",      "edata",
                                         "_end",  "end",          "__bss_start", "_etext",
                                         "etext", "__data_start", "_DYNAMIC"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<Symbol> elf_symbols(ImageReader& reader) {
    const auto width = reader.get<std::uint8_t>(4);
    if (width == kClass32) return read_symbols<std::uint32_t>(reader, SymbolKind::kFunction);
    if (width == kClass64) return read_symbols<std::uint64_t>(reader, SymbolKind::kFunction);
    return {};
}

std::vector<std::string> elf_variables(ImageReader& reader) {
    const auto width = reader.get<std::uint8_t>(4);
    std::vector<std::string> names;
    for (auto& symbol :
         width == kClass32   ? read_symbols<std::uint32_t>(reader, SymbolKind::kVariable)
         : width == kClass64 ? read_symbols<std::uint64_t>(reader, SymbolKind::kVariable)
                             : std::vector<Symbol>())
        names.push_back(std::move(symbol.name));
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace bridge32::binary
