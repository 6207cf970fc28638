// PE (Windows), 32-bit and 64-bit, as far as loading needs it.
// https://learn.microsoft.com/windows/win32/debug/pe-format
#include <cstdint>
#include <optional>
#include <span>

#include "binary/image_formats.hpp"
#include "binary/pe_sections.hpp"

namespace bridge32::binary {
namespace {

using namespace pe;

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
        if (!imports) {
            return;
        }
        const auto at = sections_.file_offset(imports->address);
        for (std::uint64_t i = 0; i < kMaxNeeded; ++i) {
            const auto descriptor =
                at ? reader_.get<ImportDescriptor>(*at + i * sizeof(ImportDescriptor))
                   : std::nullopt;
            if (!descriptor) {
                image_.is_damaged = true;
                return;
            }
            if (descriptor->name == 0) {
                return;
            }
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
            if (!name) {
                break;
            }
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
    image.format = Format::pe;
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

}  // namespace bridge32::binary
