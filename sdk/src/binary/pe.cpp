// PE (Windows), 32-bit and 64-bit, as far as loading needs it.
// https://learn.microsoft.com/windows/win32/debug/pe-format
#include "binary/pe.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace bridge32::binary {

namespace {

constexpr std::uint64_t kNewHeaderAt = 0x3c;
constexpr std::uint32_t kSignature = 0x00004550;  // "PE\0\0"
constexpr std::uint16_t kMagic32 = 0x10b;
constexpr std::uint16_t kMagic64 = 0x20b;

struct FileHeader {
    std::uint16_t machine, section_count;
    std::uint32_t time, symbols_at, symbol_count;
    std::uint16_t optional_size, characteristics;
};
static_assert(sizeof(FileHeader) == 20);

// Which directory is which.
constexpr std::uint32_t kExportDirectory = 0;
constexpr std::uint32_t kImportDirectory = 1;
constexpr std::uint32_t kResourceDirectory = 2;
constexpr std::uint32_t kClrDirectory = 14;

struct Directory {
    std::uint32_t address, size;
};

struct SectionHeader {
    char name[8];
    std::uint32_t memory_size, address, file_size, offset, relocations_at, lines_at;
    std::uint16_t relocation_count, line_count;
    std::uint32_t characteristics;
};
static_assert(sizeof(SectionHeader) == 40);

struct ExportDirectory {
    std::uint32_t flags, time;
    std::uint16_t major, minor;
    std::uint32_t name, ordinal_base, function_count, name_count;
    std::uint32_t functions, names, ordinals;  // addresses of tables
};
static_assert(sizeof(ExportDirectory) == 40);

/// Of the COFF symbol table. 18 bytes in the file.
struct CoffSymbol {
    char name[8];  // or, when the first four are 0, the place in the string table
    std::uint32_t value;
    std::int16_t section;  // counted from 1
    std::uint16_t type;
    std::uint8_t storage;
    std::uint8_t auxiliary;  // further entries that belong to this one
};
constexpr std::size_t kCoffSymbolBytes = 18;

/// The headers, directories and sections of a file. None when it is not a PE file.
class Sections {
public:
    explicit Sections(ImageReader& reader) : reader_(reader) {
        const auto at = reader.get<std::uint32_t>(kNewHeaderAt);
        if (!at || reader.get<std::uint32_t>(*at) != kSignature) return;
        const std::uint64_t header_at = std::uint64_t{*at} + sizeof kSignature;
        header_ = reader.get<FileHeader>(header_at);
        optional_at_ = header_at + sizeof(FileHeader);
        const auto magic = reader.get<std::uint16_t>(optional_at_);
        if (!header_ || (magic != kMagic32 && magic != kMagic64)) return;
        bits_ = magic == kMagic32 ? 32 : 64;
        for (std::uint64_t i = 0; i < header_->section_count; ++i) {
            const auto section = reader.get<SectionHeader>(optional_at_ + header_->optional_size +
                                                           i * sizeof(SectionHeader));
            if (!section) return;
            sections_.push_back(*section);
        }
    }

    /// 32 or 64; 0: it is not a PE file, or its headers are not there.
    int bits() const noexcept { return bits_; }
    const FileHeader& header() const noexcept { return *header_; }
    /// Fewer than the header promises where the file ends before.
    const std::vector<SectionHeader>& all() const noexcept { return sections_; }

    /// Nothing if the file has no such directory.
    std::optional<Directory> directory(std::uint32_t index) {
        if (bits_ == 0) return std::nullopt;
        const std::uint64_t count_at = optional_at_ + (bits_ == 32 ? 92 : 108);
        if (reader_.get<std::uint32_t>(count_at).value_or(0) <= index) return std::nullopt;
        const auto found = reader_.get<Directory>(count_at + 4 + index * sizeof(Directory));
        return found && found->address != 0 ? found : std::nullopt;
    }

    std::optional<std::uint64_t> file_offset(std::uint64_t address) const {
        for (const SectionHeader& section : sections_) {
            if (address >= section.address && address - section.address < section.file_size) {
                return std::uint64_t{section.offset} + (address - section.address);
            }
        }
        return std::nullopt;
    }

    bool is_code(std::uint64_t address) const noexcept {
        constexpr std::uint32_t kExecutable = 0x20000000;
        for (const SectionHeader& section : sections_) {
            const auto size = std::max(section.memory_size, section.file_size);
            if (address >= section.address && address - section.address < size) {
                return (section.characteristics & kExecutable) != 0;
            }
        }
        return true;  // nothing says that it is data
    }

    template <class T>
    std::optional<T> at(std::uint64_t address) {
        const auto offset = file_offset(address);
        return offset ? reader_.get<T>(*offset) : std::nullopt;
    }

    /// The zero-terminated text at `address`; empty when there is none.
    std::string text(std::uint64_t address, std::uint64_t max_size) {
        const auto offset = file_offset(address);
        return offset ? reader_.text(*offset, max_size).value_or("") : std::string();
    }

private:
    ImageReader& reader_;
    std::optional<FileHeader> header_;
    std::uint64_t optional_at_ = 0;
    int bits_ = 0;
    std::vector<SectionHeader> sections_;
};

constexpr std::uint16_t kSignature16Bit = 0x454e;  // "NE"
constexpr std::uint16_t kIsDll = 0x2000;

constexpr std::uint32_t kClrIlOnly = 1;
constexpr std::uint32_t kClrNeeds32Bit = 2;
constexpr std::uint32_t kClrMetadata = 0x424a5342;  // "BSJB"

struct ClrHeader {
    std::uint32_t size;
    std::uint16_t major, minor;
    Directory metadata;
    std::uint32_t flags;
};

struct ImportDescriptor {
    std::uint32_t lookup, time, forwarder, name, table;
};

std::string machine_name(std::uint16_t machine) {
    switch (machine) {
        case 0x14c:
            return "i386";
        case 0x8664:
            return "x86-64";
        case 0x1c0:
        case 0x1c4:
            return "ARM";
        case 0xaa64:
            return "AArch64";
        default:
            return "PE machine " + std::to_string(machine);
    }
}

class PeParser {
public:
    /// `imports`, where it is not null, receives what is imported from each library.
    PeParser(ImageReader& reader, Image& image, std::vector<Imports>* imports)
        : reader_(reader), sections_(reader), image_(image), imports_(imports) {}

    void parse() {
        if (sections_.bits() == 0) {
            image_.is_damaged = true;
            return;
        }
        const FileHeader& header = sections_.header();
        image_.machine = machine_name(header.machine);
        image_.bits = sections_.bits();
        image_.is_library = (header.characteristics & kIsDll) != 0;
        image_.is_damaged = sections_.all().size() != header.section_count;
        for (const SectionHeader& section : sections_.all()) {
            image_.is_damaged |= !reader_.contains(section.offset, section.file_size);
        }
        const auto clr = sections_.directory(kClrDirectory);
        image_.is_dotnet = clr.has_value();
        if (clr) read_clr(clr->address);
        read_imports();
    }

private:
    /// ECMA-335, II.25.3.3 and II.24.2.1.
    void read_clr(std::uint32_t address) {
        const auto header = sections_.at<ClrHeader>(address);
        if (!header) return;
        image_.dotnet_native_code = (header->flags & kClrIlOnly) == 0;
        image_.dotnet_any_cpu =
            image_.bits == 32 && (header->flags & (kClrIlOnly | kClrNeeds32Bit)) == kClrIlOnly;
        const auto metadata_at = sections_.file_offset(header->metadata.address);
        if (!metadata_at || reader_.get<std::uint32_t>(*metadata_at) != kClrMetadata) return;
        image_.dotnet_version = reader_.text(*metadata_at + 16, kMaxTextSize).value_or("");
    }

    void read_imports() {
        const auto imports = sections_.directory(kImportDirectory);
        if (!imports) return;
        const auto at = sections_.file_offset(imports->address);
        for (std::uint64_t i = 0; i < kMaxNeeded; ++i) {
            const auto descriptor =
                at ? reader_.get<ImportDescriptor>(*at + i * sizeof(ImportDescriptor))
                   : std::nullopt;
            if (!descriptor) {
                image_.is_damaged = true;
                return;
            }
            if (descriptor->name == 0) return;
            const auto name_at = sections_.file_offset(descriptor->name);
            const auto name = name_at ? reader_.text(*name_at, kMaxTextSize) : std::nullopt;
            if (!name || name->empty()) {
                image_.is_damaged = true;
                return;
            }
            image_.needed.push_back(*name);
            if (imports_ != nullptr) {
                // Borland's linker leaves the first of the two tables out.
                const std::uint32_t names =
                    descriptor->lookup != 0 ? descriptor->lookup : descriptor->table;
                imports_->push_back({*name, imported_from(names)});
            }
        }
    }

    /// The names in the table at `address`; "#12" for one that is imported by number.
    std::vector<std::string> imported_from(std::uint32_t address) {
        std::vector<std::string> names;
        const std::uint64_t size = image_.bits / 8;
        const auto at = sections_.file_offset(address);
        for (std::uint64_t i = 0; at && i < kMaxTableEntries; ++i) {
            std::uint64_t entry = 0;
            if (!reader_.read(*at + i * size, std::as_writable_bytes(std::span(&entry, 1))
                                                  .first(static_cast<std::size_t>(size))) ||
                entry == 0) {
                break;
            }
            if (((entry >> (8 * size - 1)) & 1) != 0) {
                names.push_back("#" + std::to_string(entry & 0xffff));
                continue;
            }
            const auto hint_at = sections_.file_offset(static_cast<std::uint32_t>(entry));
            const auto name = hint_at ? reader_.text(*hint_at + sizeof(std::uint16_t), kMaxTextSize)
                                      : std::nullopt;
            if (!name) break;
            names.push_back(*name);
        }
        return names;
    }

    ImageReader& reader_;
    Sections sections_;
    Image& image_;
    std::vector<Imports>* imports_;
};

Image parse(ImageReader& reader, std::vector<Imports>* imports) {
    Image image;
    image.format = Format::kPe;
    const auto header_at = reader.get<std::uint32_t>(kNewHeaderAt);
    if (header_at && reader.get<std::uint16_t>(*header_at) == kSignature16Bit) {
        image.bits = 16;
        image.description = "a 16-bit Windows file";
        return image;
    }
    if (!header_at || reader.get<std::uint32_t>(*header_at) != kSignature) {
        image.is_damaged = true;
        image.description = "a DOS program or a damaged Windows file";
        return image;
    }
    PeParser(reader, image, imports).parse();
    if (image.bits == 0) {
        image.description = "a damaged Windows file";
    } else {
        image.description = "a " + std::to_string(image.bits) + "-bit Windows " +
                            (image.is_dotnet    ? ".NET assembly"
                             : image.is_library ? "library (DLL)"
                                                : "program, not a library");
    }
    return image;
}

}  // namespace

Image parse_pe(ImageReader& reader) { return parse(reader, nullptr); }

std::vector<Imports> pe_imports(ImageReader& reader) {
    std::vector<Imports> imports;
    parse(reader, &imports);
    return imports;
}

namespace {

constexpr std::uint16_t kCoffFunction = 0x20;

class SymbolReader {
public:
    explicit SymbolReader(ImageReader& reader) : reader_(reader), sections_(reader) {}

    std::vector<Symbol> read() {
        if (sections_.bits() == 0) return {};
        read_coff(sections_.header());
        read_exports();
        return std::move(symbols_);
    }

private:
    std::vector<char> content(std::uint64_t at, std::uint64_t size) {
        std::vector<char> bytes;
        if (size > kMaxSymbolBytes || !reader_.contains(at, size)) return bytes;
        bytes.resize(static_cast<std::size_t>(size));
        if (!reader_.read(at, std::as_writable_bytes(std::span(bytes)))) bytes.clear();
        return bytes;
    }

    /// The table that MinGW leaves in files that are not stripped.
    void read_coff(const FileHeader& header) {
        const std::uint64_t size = std::uint64_t{kCoffSymbolBytes} * header.symbol_count;
        if (header.symbols_at == 0 || size == 0) return;
        const auto entries = content(header.symbols_at, size);
        const auto texts_size = reader_.get<std::uint32_t>(header.symbols_at + size);
        const auto texts = content(header.symbols_at + size, texts_size.value_or(0));
        for (std::size_t at = 0; at + kCoffSymbolBytes <= entries.size();) {
            CoffSymbol symbol{};
            std::memcpy(&symbol, entries.data() + at, kCoffSymbolBytes);
            at += kCoffSymbolBytes * (1 + std::size_t{symbol.auxiliary});
            if (symbol.type != kCoffFunction || symbol.section < 1 ||
                static_cast<std::size_t>(symbol.section) > sections_.all().size()) {
                continue;
            }
            const auto& section = sections_.all()[static_cast<std::size_t>(symbol.section - 1)];
            std::string name = name_of(symbol, texts);
            // i686 has an underscore before every C name.
            if (sections_.bits() == 32 && name.starts_with('_')) name.erase(0, 1);
            if (!add(std::uint64_t{section.address} + symbol.value, std::move(name))) return;
        }
    }

    static std::string name_of(const CoffSymbol& symbol, const std::vector<char>& texts) {
        std::uint32_t zeros = 0;
        std::memcpy(&zeros, symbol.name, sizeof zeros);
        if (zeros != 0) {
            return {symbol.name, std::find(std::begin(symbol.name), std::end(symbol.name), '\0')};
        }
        std::uint32_t at = 0;
        std::memcpy(&at, symbol.name + 4, sizeof at);
        if (at >= texts.size()) return {};
        const auto begin = texts.begin() + static_cast<std::ptrdiff_t>(at);
        const auto most = std::min<std::ptrdiff_t>(texts.end() - begin, kMaxTextSize);
        return {begin, std::find(begin, begin + most, '\0')};
    }

    void read_exports() {
        const auto directory = sections_.directory(kExportDirectory);
        const auto exports =
            directory ? sections_.at<ExportDirectory>(directory->address) : std::nullopt;
        if (!exports) return;
        const auto count = std::min<std::uint64_t>(exports->name_count, kMaxTableEntries);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto ordinal = sections_.at<std::uint16_t>(exports->ordinals + 2 * i);
            const auto name = sections_.at<std::uint32_t>(exports->names + 4 * i);
            if (!ordinal || !name) return;
            const auto address =
                sections_.at<std::uint32_t>(exports->functions + 4 * std::uint64_t{*ordinal});
            if (!address || !sections_.file_offset(*name)) return;
            // An address inside the directory is not a function but the name of another library's.
            if (*address - directory->address < directory->size) continue;
            if (!add(*address, sections_.text(*name, kMaxTextSize))) return;
        }
    }

    /// False when there are enough.
    bool add(std::uint64_t offset, std::string name) {
        name_bytes_ += name.size();
        if (name_bytes_ > kMaxSymbolBytes) return false;
        if (!name.empty()) symbols_.push_back({offset, 0, std::move(name)});
        return true;
    }

    ImageReader& reader_;
    Sections sections_;
    std::vector<Symbol> symbols_;
    std::size_t name_bytes_ = 0;
};

}  // namespace

std::vector<Symbol> pe_symbols(ImageReader& reader) { return SymbolReader(reader).read(); }

std::vector<Export> pe_exports(ImageReader& reader) {
    Sections sections(reader);
    const auto directory = sections.directory(kExportDirectory);
    const auto table = directory ? sections.at<ExportDirectory>(directory->address) : std::nullopt;
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
        // An address inside the directory is the name of another library's function.
        if (*address - directory->address < directory->size) {
            entry.forwarded_to = sections.text(*address, kMaxTextSize);
        } else {
            entry.is_variable = !sections.is_code(*address);
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

namespace {

/// A level of the tree of resources, and its entries.
struct ResourceDirectory {
    std::uint32_t flags, time;
    std::uint16_t major, minor, names, ids;
};
struct ResourceEntry {
    std::uint32_t id, offset;
};
struct ResourceData {
    std::uint32_t address, size, code_page, reserved;
};

constexpr std::uint32_t kResourceLevel = 0x80000000;  // in an entry's offset

/// The entry with that id, or the first one.
std::optional<ResourceEntry> resource_entry(Sections& sections, std::uint64_t directory_at,
                                            std::optional<std::uint32_t> id) {
    const auto directory = sections.at<ResourceDirectory>(directory_at);
    if (!directory) return std::nullopt;
    const std::uint32_t count = std::uint32_t{directory->names} + directory->ids;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto entry = sections.at<ResourceEntry>(directory_at + sizeof(ResourceDirectory) +
                                                      i * sizeof(ResourceEntry));
        if (!entry) return std::nullopt;
        if (!id || entry->id == *id) return entry;
    }
    return std::nullopt;
}

}  // namespace

std::optional<VersionResource> pe_version_resource(ImageReader& reader) {
    constexpr std::uint32_t kVersionType = 16, kMaxBytes = 1U << 20;
    Sections sections(reader);
    const auto root = sections.directory(kResourceDirectory);
    if (!root) return std::nullopt;
    const auto below = [&](const std::optional<ResourceEntry>& entry) {
        return std::uint64_t{root->address} + (entry->offset & ~kResourceLevel);
    };
    const auto type = resource_entry(sections, root->address, kVersionType);
    if (!type || (type->offset & kResourceLevel) == 0) return std::nullopt;
    const auto name = resource_entry(sections, below(type), std::nullopt);
    if (!name || (name->offset & kResourceLevel) == 0) return std::nullopt;
    const auto language = resource_entry(sections, below(name), std::nullopt);
    if (!language || (language->offset & kResourceLevel) != 0) return std::nullopt;
    const auto data = sections.at<ResourceData>(below(language));
    const auto at = data ? sections.file_offset(data->address) : std::nullopt;
    if (!at || data->size == 0 || data->size > kMaxBytes || !reader.contains(*at, data->size))
        return std::nullopt;
    VersionResource version;
    version.language = static_cast<std::uint16_t>(language->id);
    version.bytes.resize(data->size);
    if (!reader.read(*at, std::as_writable_bytes(std::span(version.bytes)))) return std::nullopt;
    return version;
}

}  // namespace bridge32::binary
