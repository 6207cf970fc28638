// https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
// https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
#include "binary/elf_exports.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>

#include "binary/elf.hpp"
#include "binary/image_reader.hpp"

namespace bridge32::binary {

namespace {

/// Ends the reading: why the file is not understood.
struct Damaged {
    const char* what;
};

struct VersionDefinition {
    std::uint16_t revision, flags, index, names;
    std::uint32_t hash, first_name, next;
};

constexpr std::uint64_t kMaxDynamicSymbols = 1U << 19;
constexpr std::uint32_t kMaxDefinitions = 0x7fff;
constexpr std::uint32_t kDynamicSegment = 2, kWritableSegment = 2, kExecutableSegment = 1;
constexpr std::uint16_t kHidden = 0x8000;

template <class Address>
class ElfExportReader {
    using Segment = elf::SegmentHeader<Address>;
    using Entry = elf::SymbolEntry<Address>;

public:
    explicit ElfExportReader(ImageReader& reader) : reader_(reader) {}

    ElfExports read() {
        read_segments();
        read_dynamic();
        read_versions();
        read_symbols();
        std::sort(result_.exports.begin(), result_.exports.end(),
                  [](const ElfExport& a, const ElfExport& b) {
                      return std::tie(a.name, a.version) < std::tie(b.name, b.version);
                  });
        return std::move(result_);
    }

private:
    void read_segments() {
        const auto header = reader_.get<elf::Header<Address>>(0);
        if (!header || header->ident[5] != elf::kLittleEndian) throw Damaged{"its header"};
        if (header->segment_count == 0 || header->segment_size != sizeof(Segment))
            throw Damaged{"its program headers"};
        for (std::uint64_t i = 0; i < header->segment_count; ++i) {
            const auto segment =
                reader_.get<Segment>(std::uint64_t{header->segments_at} + i * sizeof(Segment));
            if (!segment) throw Damaged{"its program headers"};
            segments_.push_back(*segment);
        }
    }

    static bool contains(const Segment& segment, std::uint64_t address, std::uint64_t size,
                         std::uint64_t of) {
        const std::uint64_t from = segment.address;
        return address >= from && address - from <= of && size <= of - (address - from);
    }

    const Segment* loaded(std::uint64_t address, std::uint64_t size) const {
        for (const Segment& segment : segments_) {
            if (segment.type == elf::kSegmentLoad &&
                contains(segment, address, size, segment.memory_size))
                return &segment;
        }
        return nullptr;
    }

    std::optional<std::uint64_t> file_offset(std::uint64_t address, std::uint64_t size) const {
        const Segment* const segment = loaded(address, size);
        if (segment == nullptr || !contains(*segment, address, size, segment->file_size))
            return std::nullopt;
        return std::uint64_t{segment->offset} + (address - segment->address);
    }

    template <class T>
    T at(std::uint64_t address, const char* what) {
        const auto offset = file_offset(address, sizeof(T));
        const auto value = offset ? reader_.get<T>(*offset) : std::nullopt;
        if (!value) throw Damaged{what};
        return *value;
    }

    template <class T>
    std::vector<T> table(std::uint64_t address, std::uint64_t count, const char* what) {
        const auto offset = count <= kMaxSymbolBytes / sizeof(T)
                                ? file_offset(address, count * sizeof(T))
                                : std::nullopt;
        if (!offset || !reader_.contains(*offset, count * sizeof(T))) throw Damaged{what};
        std::vector<T> values(static_cast<std::size_t>(count));
        if (!reader_.read(*offset, std::as_writable_bytes(std::span(values)))) throw Damaged{what};
        return values;
    }

    void read_dynamic() {
        constexpr const char* kWhat = "its dynamic section";
        const auto dynamic =
            std::find_if(segments_.begin(), segments_.end(),
                         [](const Segment& segment) { return segment.type == kDynamicSegment; });
        if (dynamic == segments_.end()) throw Damaged{kWhat};
        const std::uint64_t count =
            std::min<std::uint64_t>(dynamic->file_size / (2 * sizeof(Address)), kMaxTableEntries);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t entry = std::uint64_t{dynamic->offset} + i * 2 * sizeof(Address);
            const auto tag = reader_.get<Address>(entry);
            const auto value = reader_.get<Address>(entry + sizeof(Address));
            if (!tag || !value) throw Damaged{kWhat};
            if (*tag == 0) break;
            tags_[*tag] = *value;  // the last one counts
        }
        strings_ = table<char>(tag(kStrings, kWhat), tag(kStringsSize, kWhat), "its string table");
        if (strings_.empty() || strings_.back() != '\0') throw Damaged{"its string table"};
    }

    std::uint64_t tag(std::uint64_t wanted, const char* what) const {
        const auto found = tags_.find(wanted);
        if (found == tags_.end()) throw Damaged{what};
        return found->second;
    }

    std::string text(std::uint64_t at) {
        if (at >= strings_.size()) throw Damaged{"its string table"};
        std::string text(strings_.data() + at);  // the table ends with a zero
        text_bytes_ += text.size();
        if (text.size() > kMaxTextSize || text_bytes_ > kMaxSymbolBytes)
            throw Damaged{"its string table"};
        return text;
    }

    void read_versions() {
        const auto found = tags_.find(kDefinitions);
        if (found == tags_.end()) return;
        constexpr const char* kWhat = "its table of versions";
        const std::uint64_t count = tag(kDefinitionCount, kWhat);
        if (count > kMaxDefinitions) throw Damaged{kWhat};
        std::uint64_t address = found->second;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto definition = at<VersionDefinition>(address, kWhat);
            if (definition.revision != 1 || definition.names == 0) throw Damaged{kWhat};
            const auto name = at<std::uint32_t>(address + definition.first_name, kWhat);
            constexpr std::uint16_t kIsFileItself = 1;
            if ((definition.flags & kIsFileItself) == 0) {
                result_.versions.push_back(text(name));
                names_of_versions_.emplace(definition.index & ~kHidden, result_.versions.back());
            }
            if (definition.next == 0) break;
            address += definition.next;
        }
    }

    std::uint64_t symbol_count() {
        constexpr const char* kWhat = "its hash table";
        if (const auto hash = tags_.find(kHash); hash != tags_.end())
            return at<std::uint32_t>(std::uint64_t{hash->second} + 4, kWhat);
        const std::uint64_t hash = tag(kGnuHash, kWhat);
        const auto bucket_count = at<std::uint32_t>(hash, kWhat);
        const auto first = at<std::uint32_t>(hash + 4, kWhat);
        const auto words = at<std::uint32_t>(hash + 8, kWhat);
        if (first > kMaxDynamicSymbols) throw Damaged{kWhat};
        const std::uint64_t buckets_at = hash + 16 + std::uint64_t{words} * sizeof(Address);
        const auto buckets = table<std::uint32_t>(buckets_at, bucket_count, kWhat);
        const std::uint64_t chains_at = buckets_at + std::uint64_t{bucket_count} * 4;
        std::uint64_t last = 0;
        for (const auto bucket : buckets)
            last = std::max<std::uint64_t>(last, bucket);
        if (last < first) return first;  // it exports nothing
        // The last chain ends with the last symbol.
        while (last < kMaxDynamicSymbols &&
               (at<std::uint32_t>(chains_at + (last - first) * 4, kWhat) & 1) == 0)
            ++last;
        return last + 1;
    }

    void read_symbols() {
        constexpr const char* kWhat = "its symbol table";
        const std::uint64_t count = symbol_count();
        if (count > kMaxDynamicSymbols) throw Damaged{kWhat};
        const auto symbols = table<Entry>(tag(kSymbols, kWhat), count, kWhat);
        std::vector<std::uint16_t> versions;
        if (const auto found = tags_.find(kVersions); found != tags_.end())
            versions = table<std::uint16_t>(found->second, count, "its table of versions");
        for (std::size_t i = 1; i < symbols.size(); ++i)
            add(symbols[i], versions.empty() ? std::uint16_t{1} : versions[i]);
    }

    void add(const Entry& symbol, std::uint16_t version) {
        const int binding = symbol.info >> 4;
        const int visibility = symbol.other & 3;
        constexpr int kGlobal = 1, kWeak = 2, kUnique = 10, kInternal = 1, kHiddenFromOthers = 2;
        if (symbol.section == 0 || visibility == kInternal || visibility == kHiddenFromOthers ||
            (binding != kGlobal && binding != kWeak && binding != kUnique))
            return;
        const auto index = static_cast<std::uint16_t>(version & ~kHidden);
        if (index == 0 && tags_.count(kVersions) != 0) return;  // local
        ElfExport one;
        one.name = text(symbol.name);
        one.size = symbol.size;
        if (one.name.empty()) throw Damaged{"its symbol table"};
        if (is_of_linker(one.name)) return;
        if (index > 1) {
            const auto name = names_of_versions_.find(index);
            if (name == names_of_versions_.end()) throw Damaged{"its table of versions"};
            one.version = name->second;
            one.is_default_version = (version & kHidden) == 0;
            constexpr std::uint16_t kAbsolute = 0xfff1;
            // GNU's linker exports the name of each version.
            if (symbol.section == kAbsolute && one.name == one.version) return;
        }
        set_kind(one, symbol);
        result_.exports.push_back(std::move(one));
    }

    void set_kind(ElfExport& one, const Entry& symbol) const {
        constexpr int kNone = 0, kFunction = 2, kThreadLocal = 6, kIndirectFunction = 10;
        const int type = symbol.info & 0xf;
        if (type == kFunction || type == kIndirectFunction) return;
        if (type == kThreadLocal) {
            one.kind = ElfExportKind::kThreadLocal;
            return;
        }
        const Segment* const segment = loaded(symbol.value, symbol.size);
        if (type == kNone && segment != nullptr && (segment->flags & kExecutableSegment) != 0)
            return;
        one.kind = segment == nullptr || (segment->flags & kWritableSegment) != 0
                       ? ElfExportKind::kVariable
                       : ElfExportKind::kConstant;
        one.offset = file_offset(symbol.value, symbol.size);
    }

    static constexpr std::uint64_t kHash = 4, kStrings = 5, kSymbols = 6, kStringsSize = 10,
                                   kGnuHash = 0x6ffffef5, kVersions = 0x6ffffff0,
                                   kDefinitions = 0x6ffffffc, kDefinitionCount = 0x6ffffffd;

    ImageReader& reader_;
    ElfExports result_;
    std::vector<Segment> segments_;
    std::map<std::uint64_t, std::uint64_t> tags_;
    std::map<std::uint16_t, std::string> names_of_versions_;
    std::vector<char> strings_;
    std::size_t text_bytes_ = 0;
};

ElfExports read_elf_exports(ImageReader& reader) {
    ElfExports none;
    none.problem = "it is no ELF file";
    if (reader.get<std::uint32_t>(0) != 0x464c457fU) return none;  // "\x7f" "ELF"
    try {
        const auto width = reader.get<std::uint8_t>(4);
        if (width == elf::kClass32) return ElfExportReader<std::uint32_t>(reader).read();
        if (width == elf::kClass64) return ElfExportReader<std::uint64_t>(reader).read();
        throw Damaged{"its header"};
    } catch (const Damaged& damaged) {
        none.problem = std::string("missing or damaged: ") + damaged.what;
    }
    return none;
}

}  // namespace

ElfExports elf_exports(const std::filesystem::path& file) {
    ImageReader reader(file);
    return read_elf_exports(reader);
}

ElfExports elf_exports(std::span<const std::byte> content) {
    ImageReader reader(content);
    return read_elf_exports(reader);
}

}  // namespace bridge32::binary
