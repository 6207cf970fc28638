// The file, from its first byte; addresses are offsets in the file:
//
//   headers      the ELF header, program headers                          r    segment 1
//   notes        indirect branches and shadow stacks are fine; build id
//   tables       .hash .gnu.hash .dynsym .dynstr .gnu.version* .rela.dyn
//   .rodata      constants, the interface's name, names of functions
//   .eh_frame*   one entry: nothing in .text moves the stack pointer
//   .text        one stub of 32 bytes a function                          rx   segment 2
//   .data.rel.ro the pointers to the names                                rw   segment 3, which
//   .dynamic                                                                   the loader makes
//   .got         the address of bridge32wrap_enter                             read-only
//   .data        the DropIn                                               rw   segment 4
//   section headers, for tools
//
// https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html, the psABI of x86-64, and for
// versions
// https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
#include "tool/wrap/elf_library.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "binary/elf.hpp"
#include "bridge32/error.hpp"
#include "tool/wrap/bytes.hpp"
#include "tool/wrap/stub.hpp"
#include "wrap/drop_in.h"

namespace bridge32::tool {

namespace {

namespace elf = binary::elf;

constexpr const char* kRuntimeFile = "libbridge32wrap.so.0";
constexpr const char* kRuntimeFolder = "$ORIGIN/bridge32";
constexpr const char* kRuntimeEntry = "bridge32wrap_enter";

static_assert(sizeof(DropIn) == 32, "this program is 64-bit, as what it writes");

constexpr std::uint64_t kPage = 4096;
// Beyond any library, and far from where 32-bit offsets end.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;
constexpr std::size_t kMaxVersions = 0x7ff0;

constexpr std::uint16_t kTypeShared = 3, kMachineX8664 = 62;
constexpr std::uint32_t kLoad = 1, kDynamic = 2, kNote = 4, kFrames = 0x6474e550,
                        kStack = 0x6474e551, kReadOnlyAfter = 0x6474e552, kProperty = 0x6474e553;
constexpr std::uint32_t kExecutable = 1, kWritable = 2, kReadable = 4;  // of segments
constexpr std::uint64_t kWrite = 1, kAllocated = 2, kCode = 4;          // of sections

// Kinds of sections.
constexpr std::uint32_t kProgbits = 1, kStringTable = 3, kRelocations = 4, kHash = 5,
                        kDynamicSection = 6, kNoteSection = 7, kGnuHash = 0x6ffffff6,
                        kVersionDefinitions = 0x6ffffffd, kVersions = 0x6fffffff;

struct DynamicEntry {
    std::uint64_t tag, value;
};
constexpr std::uint64_t kNeededTag = 1, kHashTag = 4, kStringsTag = 5, kSymbolsTag = 6,
                        kRelaTag = 7, kRelaSizeTag = 8, kRelaEntryTag = 9, kStringsSizeTag = 10,
                        kSymbolEntryTag = 11, kSonameTag = 14, kRunpathTag = 29, kFlagsTag = 30,
                        kGnuHashTag = 0x6ffffef5, kVersionsTag = 0x6ffffff0,
                        kRelativeCountTag = 0x6ffffff9, kFlags1Tag = 0x6ffffffb,
                        kDefinitionsTag = 0x6ffffffc, kDefinitionCountTag = 0x6ffffffd;
constexpr std::uint64_t kBindNow = 8;             // DF_BIND_NOW
constexpr std::uint64_t kNow = 1, kNoDelete = 8;  // DF_1_NOW, DF_1_NODELETE

struct Relocation {
    std::uint64_t offset, info;
    std::int64_t addend;
};
constexpr std::uint64_t kGlobalData = 6, kRelative = 8;  // R_X86_64_GLOB_DAT, R_X86_64_RELATIVE

struct VersionDefinition {
    std::uint16_t revision, flags, index, names;
    std::uint32_t hash, first_name, next;
};
struct VersionName {
    std::uint32_t name, next;
};
static_assert(sizeof(VersionDefinition) == 20 && sizeof(VersionName) == 8);

constexpr std::uint16_t kUnversioned = 1, kHiddenVersion = 0x8000;
constexpr std::uint8_t kGlobalFunction = 1 << 4 | 2, kGlobalObject = 1 << 4 | 1;

std::uint32_t sysv_hash(std::string_view name) {
    std::uint32_t hash = 0;
    for (const char c : name) {
        hash = (hash << 4) + static_cast<unsigned char>(c);
        const std::uint32_t high = hash & 0xf0000000U;
        hash = (hash ^ (high >> 24)) & ~high;
    }
    return hash;
}

std::uint32_t gnu_hash(std::string_view name) {
    std::uint32_t hash = 5381;
    for (const char c : name)
        hash = hash * 33 + static_cast<unsigned char>(c);
    return hash;
}

struct Section {
    const char* name;
    std::uint32_t type;
    std::uint64_t flags;
    std::uint64_t alignment;
    std::uint64_t entry_size;
    Bytes content;
    std::uint64_t address = 0;  // and its place in the file
    const char* link = "";
    std::uint32_t info = 0;
};

/// An export; its place is that in the symbol table.
struct Exported {
    std::string_view name;
    std::uint16_t version;
    bool is_function;
    std::uint64_t at;  // in .text or .rodata
    std::uint64_t size;
    std::uint32_t hash;
};

class ElfWriter {
public:
    explicit ElfWriter(const LibraryDescription& library) : library_(library) {}

    std::string write() {
        sections_.reserve(24);  // references to them are kept
        collect_constants();
        collect_exports();
        make_sections();
        place_sections();
        fill_text();
        fill_data();
        fill_symbols();
        fill_frames();
        fill_relocations();
        fill_dynamic();
        return joined();
    }

private:
    Section& add(const char* name, std::uint32_t type, std::uint64_t flags, std::uint64_t alignment,
                 std::uint64_t entry_size = 0, const char* link = "", std::uint32_t info = 0) {
        sections_.push_back({name, type, flags, alignment, entry_size, {}, 0, link, info});
        return sections_.back();
    }

    Section& section(std::string_view name) {
        return *std::find_if(sections_.begin(), sections_.end(),
                             [&](const Section& one) { return one.name == name; });
    }

    std::uint16_t index_of(std::string_view name) {
        return static_cast<std::uint16_t>(1 + (&section(name) - sections_.data()));
    }

    std::uint16_t version_index(const std::string& version, bool is_default) const {
        if (version.empty()) return kUnversioned;
        const auto found = version_index_.at(version);
        return static_cast<std::uint16_t>(is_default ? found : found | kHiddenVersion);
    }

    std::uint32_t text(const std::string& text) {
        const auto [found, is_new] = text_at_.emplace(text, 0);
        if (is_new) found->second = strings_.add_text(text);
        return found->second;
    }

    void collect_constants() {
        for (const auto& constant : library_.constants) {
            read_only_.align(32);
            constant_at_.push_back(read_only_.size());
            read_only_.add_raw(constant.bytes);
            check_size(read_only_.size());
        }
        interface_at_ = read_only_.add_text(library_.interface_file);
        for (const auto& function : library_.functions) {
            name_at_.push_back(read_only_.add_text(runtime_name(function)));
            check_size(read_only_.size());
        }
    }

    void collect_exports() {
        if (library_.versions.size() > kMaxVersions)
            throw Error(library_.file_name + " has more than " + std::to_string(kMaxVersions) +
                        " versions");
        std::uint16_t index = kUnversioned;
        for (const auto& version : library_.versions)
            version_index_[version] = ++index;
        for (std::size_t i = 0; i < library_.functions.size(); ++i) {
            const auto& function = library_.functions[i];
            if (function.name.empty())
                throw Error("a function without a name cannot be exported on Linux");
            exports_.push_back({function.name,
                                version_index(function.version, function.is_default_version), true,
                                i * kStubBytes, kStubCodeBytes, gnu_hash(function.name)});
        }
        for (std::size_t i = 0; i < library_.constants.size(); ++i) {
            const auto& constant = library_.constants[i];
            exports_.push_back({constant.name,
                                version_index(constant.version, constant.is_default_version), false,
                                constant_at_[i], constant.bytes.size(), gnu_hash(constant.name)});
        }
        // The GNU hash table wants its buckets one after another.
        buckets_ = static_cast<std::uint32_t>(std::max<std::size_t>(1, exports_.size() / 4));
        std::stable_sort(exports_.begin(), exports_.end(),
                         [&](const Exported& a, const Exported& b) {
                             return a.hash % buckets_ < b.hash % buckets_;
                         });
    }

    /// In the order of the file. Contents that hold addresses have their size only.
    void make_sections() {
        const std::uint64_t functions = library_.functions.size();
        make_notes();
        add(".hash", kHash, kAllocated, 8, 4, ".dynsym").content.add_raw(hash_table());
        add(".gnu.hash", kGnuHash, kAllocated, 8, 0, ".dynsym").content.add_raw(gnu_hash_table());
        resize(add(".dynsym", kSectionDynamicSymbols, kAllocated, 8, sizeof(elf::Symbol64),
                   ".dynstr", 1),
               (kFirstExport + exports_.size()) * sizeof(elf::Symbol64));
        const auto versions = version_definitions();
        // All texts are known once these are collected.
        for (const char* one : {kRuntimeFile, kRuntimeFolder, kRuntimeEntry})
            text(one);
        if (!library_.soname.empty()) text(library_.soname);
        for (const auto& exported : exports_)
            text(std::string(exported.name));
        check_size(strings_.size());
        add(".dynstr", kStringTable, kAllocated, 1).content.add_raw(strings_.str());
        if (!library_.versions.empty()) {
            Bytes& of_symbols = add(".gnu.version", kVersions, kAllocated, 2, 2, ".dynsym").content;
            of_symbols.add(std::uint16_t{0});
            of_symbols.add(kUnversioned);
            for (const auto& exported : exports_)
                of_symbols.add(exported.version);
            add(".gnu.version_d", kVersionDefinitions, kAllocated, 8, 0, ".dynstr",
                static_cast<std::uint32_t>(library_.versions.size() + 1))
                .content.add_raw(versions.str());
        }
        resize(add(".rela.dyn", kRelocations, kAllocated, 8, sizeof(Relocation), ".dynsym"),
               (functions + 3) * sizeof(Relocation));
        add(".rodata", kProgbits, kAllocated, 32).content.add_raw(read_only_.str());
        resize(add(".eh_frame_hdr", kProgbits, kAllocated, 4), 20);
        resize(add(".eh_frame", kProgbits, kAllocated, 8), 52);
        check_size(functions * kStubBytes);
        resize(add(".text", kProgbits, kAllocated | kCode, 32), functions * kStubBytes);
        resize(add(".data.rel.ro", kProgbits, kAllocated | kWrite, 8), functions * 8);
        resize(add(".dynamic", kDynamicSection, kAllocated | kWrite, 8, sizeof(DynamicEntry),
                   ".dynstr"),
               dynamic_entries().size() * sizeof(DynamicEntry));
        resize(add(".got", kProgbits, kAllocated | kWrite, 8, 8), 8);
        resize(add(".data", kProgbits, kAllocated | kWrite, 8), sizeof(DropIn));
    }

    static void resize(Section& section, std::uint64_t size) { section.content.add_zeros(size); }

    /// With what has the addresses too.
    static void fill(Section& section, Bytes content) {
        if (content.size() != section.content.size())
            throw std::logic_error(std::string(section.name) + " has another size than planned");
        section.content = std::move(content);
    }

    void check_size(std::uint64_t bytes) const {
        if (bytes > kMaxFileBytes / 8)
            throw Error(library_.file_name + " would be too large: its exports take " +
                        std::to_string(bytes) + " bytes");
    }

    void make_notes() {
        Bytes& property = add(".note.gnu.property", kNoteSection, kAllocated, 8).content;
        for (const std::uint32_t word : {4U, 16U, 5U})
            property.add(word);
        property.add_text("GNU");
        // GNU_PROPERTY_X86_FEATURE_1_AND: indirect branch tracking, shadow stack
        for (const std::uint32_t word : {0xc0000002U, 4U, 3U, 0U})
            property.add(word);
        Bytes& build_id = add(".note.gnu.build-id", kNoteSection, kAllocated, 4).content;
        for (const std::uint32_t word : {4U, 16U, 3U})
            build_id.add(word);
        build_id.add_text("GNU");
        build_id.add(std::array<std::uint64_t, 2>{});
    }

    std::string hash_table() const {
        Bytes table;
        const auto symbols = static_cast<std::uint32_t>(kFirstExport + exports_.size());
        std::vector<std::uint32_t> buckets(buckets_), chains(symbols);
        for (std::uint32_t symbol = kFirstExport; symbol < symbols; ++symbol) {
            auto& bucket = buckets[sysv_hash(exports_[symbol - kFirstExport].name) % buckets_];
            chains[symbol] = std::exchange(bucket, symbol);
        }
        // What the library needs is found here too.
        auto& bucket = buckets[sysv_hash(kRuntimeEntry) % buckets_];
        chains[1] = std::exchange(bucket, 1U);
        table.add(buckets_);
        table.add(symbols);
        for (const auto& words : {buckets, chains}) {
            for (const auto word : words)
                table.add(word);
        }
        return table.str();
    }

    std::string gnu_hash_table() const {
        constexpr std::uint32_t kShift = 26;
        std::uint32_t words = 1;  // of the Bloom filter: about 12 bits an export
        while (words * 64 < exports_.size() * 12)
            words *= 2;
        std::vector<std::uint64_t> filter(words);
        std::vector<std::uint32_t> buckets(buckets_);
        for (std::size_t i = 0; i < exports_.size(); ++i) {
            const auto hash = exports_[i].hash;
            filter[hash / 64 % words] |=
                std::uint64_t{1} << hash % 64 | std::uint64_t{1} << (hash >> kShift) % 64;
            auto& bucket = buckets[hash % buckets_];
            if (bucket == 0) bucket = static_cast<std::uint32_t>(kFirstExport + i);
        }
        Bytes table;
        for (const std::uint32_t word : {buckets_, std::uint32_t{kFirstExport}, words, kShift})
            table.add(word);
        for (const auto word : filter)
            table.add(word);
        for (const auto word : buckets)
            table.add(word);
        for (std::size_t i = 0; i < exports_.size(); ++i) {
            const bool is_last = i + 1 == exports_.size() ||
                                 exports_[i].hash % buckets_ != exports_[i + 1].hash % buckets_;
            table.add((exports_[i].hash & ~1U) | (is_last ? 1U : 0U));
        }
        return table.str();
    }

    /// Number 1 is the library itself.
    Bytes version_definitions() {
        Bytes table;
        const auto one = [&](const std::string& name, std::uint16_t flags, std::size_t index,
                             bool is_last) {
            const std::uint32_t size = sizeof(VersionDefinition) + sizeof(VersionName);
            table.add(VersionDefinition{1, flags, static_cast<std::uint16_t>(index), 1,
                                        sysv_hash(name), sizeof(VersionDefinition),
                                        is_last ? 0 : size});
            table.add(VersionName{text(name), 0});
        };
        if (library_.versions.empty()) return table;
        one(library_.soname.empty() ? library_.file_name : library_.soname, 1, 1, false);
        for (std::size_t i = 0; i < library_.versions.size(); ++i)
            one(library_.versions[i], 0, i + 2, i + 1 == library_.versions.size());
        return table;
    }

    void place_sections() {
        std::uint64_t at = sizeof(elf::Header<std::uint64_t>) + kSegments * sizeof(elf::Segment64);
        for (auto& one : sections_) {
            const std::string_view name = one.name;
            const bool own_segment = name == ".text" || name == ".data.rel.ro" || name == ".data";
            one.address = at = rounded_up(at, own_segment ? kPage : one.alignment);
            at += one.content.size();
        }
    }

    void fill_text() {
        Section& code = section(".text");
        const std::uint64_t drop_in = section(".data").address;
        const std::uint64_t entry = section(".got").address;
        Bytes stubs;
        for (std::uint32_t i = 0; i < library_.functions.size(); ++i) {
            const std::uint64_t at = code.address + stubs.size();
            add_stub(stubs, i, at, drop_in, entry);
        }
        fill(code, std::move(stubs));
    }

    /// What the relocations set is there too, for tools that read the file.
    void fill_data() {
        Bytes& data = section(".data").content;
        const std::uint64_t texts = section(".rodata").address;
        data.put(offsetof(DropIn, format), std::uint32_t{BRIDGE32_DROP_IN_FORMAT});
        data.put(offsetof(DropIn, functions), static_cast<std::uint32_t>(name_at_.size()));
        data.put(offsetof(DropIn, interface_file), texts + interface_at_);
        data.put(offsetof(DropIn, names), section(".data.rel.ro").address);
        Bytes& names = section(".data.rel.ro").content;
        for (std::size_t i = 0; i < name_at_.size(); ++i)
            names.put(8 * i, texts + name_at_[i]);
    }

    void fill_symbols() {
        Bytes symbols;
        symbols.add(elf::Symbol64{});
        symbols.add(elf::Symbol64{text(kRuntimeEntry), kGlobalFunction, 0, 0, 0, 0});
        for (const auto& exported : exports_) {
            const char* const where = exported.is_function ? ".text" : ".rodata";
            symbols.add(elf::Symbol64{text(std::string(exported.name)),
                                      exported.is_function ? kGlobalFunction : kGlobalObject, 0,
                                      index_of(where), section(where).address + exported.at,
                                      exported.size});
        }
        fill(section(".dynsym"), std::move(symbols));
    }

    void fill_frames() {
        const Section& code = section(".text");
        Section& frames = section(".eh_frame");
        Section& index = section(".eh_frame_hdr");
        Bytes entries;
        entries.add(std::uint32_t{20});
        entries.add(std::uint32_t{0});
        // Version 1, "zR", factors 1 and -8, return address in column 16, addresses relative
        entries.add({1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b});
        entries.add({0x0c, 7, 8, 0x80 | 16, 1, 0, 0});  // the frame begins at rsp + 8, below it
        const std::size_t entry_at = entries.size();    // the return address
        entries.add(std::uint32_t{20});
        entries.add(static_cast<std::uint32_t>(entries.size()));  // back to the first entry
        entries.add(distance(frames.address + entries.size(), code.address));
        entries.add(static_cast<std::uint32_t>(code.content.size()));
        entries.add({0, 0, 0, 0, 0, 0, 0, 0});
        entries.add(std::uint32_t{0});
        fill(frames, std::move(entries));

        Bytes table;
        table.add({1, 0x1b, 3, 0x3b});
        table.add(distance(index.address + 4, frames.address));
        table.add(std::uint32_t{1});
        table.add(distance(index.address, code.address));
        table.add(distance(index.address, frames.address + entry_at));
        fill(index, std::move(table));
    }

    void fill_relocations() {
        Bytes relocations;
        const auto pointer = [&](std::uint64_t where, std::uint64_t to) {
            relocations.add(Relocation{where, kRelative, static_cast<std::int64_t>(to)});
        };
        const std::uint64_t texts = section(".rodata").address;
        const std::uint64_t names = section(".data.rel.ro").address;
        const std::uint64_t drop_in = section(".data").address;
        for (std::size_t i = 0; i < name_at_.size(); ++i)
            pointer(names + 8 * i, texts + name_at_[i]);
        pointer(drop_in + offsetof(DropIn, interface_file), texts + interface_at_);
        pointer(drop_in + offsetof(DropIn, names), names);
        relocations.add(
            Relocation{section(".got").address, std::uint64_t{1} << 32 | kGlobalData, 0});
        fill(section(".rela.dyn"), std::move(relocations));
    }

    std::vector<DynamicEntry> dynamic_entries() {
        std::vector<DynamicEntry> entries = {{kNeededTag, text(kRuntimeFile)}};
        if (!library_.soname.empty()) entries.push_back({kSonameTag, text(library_.soname)});
        entries.push_back({kRunpathTag, text(kRuntimeFolder)});
        const auto address = [&](std::uint64_t tag, std::string_view name) {
            entries.push_back({tag, section(name).address});
        };
        address(kHashTag, ".hash");
        address(kGnuHashTag, ".gnu.hash");
        address(kStringsTag, ".dynstr");
        address(kSymbolsTag, ".dynsym");
        entries.push_back({kStringsSizeTag, strings_.size()});
        entries.push_back({kSymbolEntryTag, sizeof(elf::Symbol64)});
        address(kRelaTag, ".rela.dyn");
        entries.push_back({kRelaSizeTag, section(".rela.dyn").content.size()});
        entries.push_back({kRelaEntryTag, sizeof(Relocation)});
        if (!library_.versions.empty()) {
            address(kDefinitionsTag, ".gnu.version_d");
            entries.push_back({kDefinitionCountTag, library_.versions.size() + 1});
            address(kVersionsTag, ".gnu.version");
        }
        entries.push_back({kRelativeCountTag, library_.functions.size() + 2});
        entries.push_back({kFlagsTag, kBindNow});
        entries.push_back({kFlags1Tag, kNow | kNoDelete});
        entries.push_back({0, 0});
        return entries;
    }

    void fill_dynamic() {
        Bytes table;
        for (const auto& entry : dynamic_entries())
            table.add(entry);
        fill(section(".dynamic"), std::move(table));
    }

    std::vector<elf::Segment64> segments() {
        std::vector<elf::Segment64> all;
        const auto span = [&](std::uint32_t type, std::uint32_t flags, std::uint64_t from,
                              std::uint64_t to, std::uint64_t alignment) {
            all.push_back({type, flags, from, from, from, to - from, to - from, alignment});
        };
        const auto of = [&](std::uint32_t type, std::uint32_t flags, std::string_view name) {
            const Section& one = section(name);
            span(type, flags, one.address, one.address + one.content.size(), one.alignment);
        };
        const auto end = [&](std::string_view name) {
            return section(name).address + section(name).content.size();
        };
        const std::uint64_t relocated = section(".data.rel.ro").address;
        span(kLoad, kReadable, 0, end(".eh_frame"), kPage);
        span(kLoad, kReadable | kExecutable, section(".text").address, end(".text"), kPage);
        span(kLoad, kReadable | kWritable, relocated, section(".data").address, kPage);
        span(kLoad, kReadable | kWritable, section(".data").address, end(".data"), kPage);
        of(kDynamic, kReadable | kWritable, ".dynamic");
        of(kNote, kReadable, ".note.gnu.property");
        of(kNote, kReadable, ".note.gnu.build-id");
        of(kProperty, kReadable, ".note.gnu.property");
        of(kFrames, kReadable, ".eh_frame_hdr");
        span(kStack, kReadable | kWritable, 0, 0, 16);
        span(kReadOnlyAfter, kReadable, relocated, section(".data").address, 1);
        return all;
    }

    std::string joined() {
        Bytes names;
        names.add_text("");
        std::vector<std::uint32_t> section_name_at;
        Section& last = add(".shstrtab", kStringTable, 0, 1);
        for (const auto& one : sections_)
            section_name_at.push_back(names.add_text(one.name));
        last.content = std::move(names);
        const Section& data = section(".data");
        last.address = data.address + data.content.size();

        const std::uint64_t headers_at = rounded_up(last.address + last.content.size(), 8);
        const auto count = static_cast<std::uint16_t>(sections_.size() + 1);
        Bytes file;
        file.add(
            elf::Header<std::uint64_t>{{0x7f, 'E', 'L', 'F', elf::kClass64, elf::kLittleEndian, 1},
                                       kTypeShared,
                                       kMachineX8664,
                                       1,
                                       0,
                                       sizeof(elf::Header<std::uint64_t>),
                                       headers_at,
                                       0,
                                       sizeof(elf::Header<std::uint64_t>),
                                       sizeof(elf::Segment64),
                                       kSegments,
                                       sizeof(elf::Section<std::uint64_t>),
                                       count,
                                       static_cast<std::uint16_t>(count - 1)});
        for (const auto& segment : segments())
            file.add(segment);
        for (const auto& one : sections_) {
            file.extend_to(one.address);
            file.add_raw(one.content.str());
        }
        file.extend_to(headers_at);
        file.add(elf::Section<std::uint64_t>{});
        for (std::size_t i = 0; i < sections_.size(); ++i) {
            const Section& one = sections_[i];
            const bool is_loaded = (one.flags & kAllocated) != 0;
            file.add(elf::Section<std::uint64_t>{
                section_name_at[i], one.type, one.flags, is_loaded ? one.address : 0, one.address,
                one.content.size(), *one.link == '\0' ? 0U : index_of(one.link), one.info,
                one.alignment, one.entry_size});
        }
        const std::uint64_t id_at = section(".note.gnu.build-id").address + 16;
        file.put(id_at, content_hash(file.str()));
        file.put(id_at + 8, content_hash(file.str(), 0x6c62272e07bb0142ULL));
        return file.str();
    }

    static constexpr std::uint16_t kSegments = 11;
    static constexpr std::size_t kFirstExport = 2;  // after nothing and bridge32wrap_enter
    static constexpr std::uint32_t kSectionDynamicSymbols = elf::kSectionDynamicSymbols;

    const LibraryDescription& library_;
    std::map<std::string, std::uint16_t> version_index_;
    std::vector<Exported> exports_;
    std::uint32_t buckets_ = 1;  // of both hash tables
    Bytes read_only_;
    std::vector<std::uint64_t> constant_at_, name_at_;
    std::uint64_t interface_at_ = 0;
    Bytes strings_ = empty_strings();
    std::map<std::string, std::uint32_t> text_at_ = {{"", 0}};
    std::vector<Section> sections_;

    static Bytes empty_strings() {
        Bytes strings;
        strings.add_text("");
        return strings;
    }
};

}  // namespace

std::string elf_library(const LibraryDescription& library) {
    check_description(library);
    return ElfWriter(library).write();
}

}  // namespace bridge32::tool
