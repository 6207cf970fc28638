// The file, in the order of addresses:
//
//   headers
//   .data    the DropIn, the pointer to the runtime's entry, what is imported from kernel32, and
//            room for the runtime's path: always of one size, so that pe_entry.S knows where it is
//   .text    pe_entry.S, one stub of 32 bytes a function
//   .rdata   constants, names, unwind information, tables of imports and exports
//   .pdata   which unwind information is whose; stubs need none
//   .rsrc    the version resource, if there is one
//   .reloc   where pointers are
//
// https://learn.microsoft.com/windows/win32/debug/pe-format
#include "tool/wrap/pe_library.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/error.hpp"
#include "tool/wrap/bytes.hpp"
#include "tool/wrap/pe_entry.hpp"
#include "tool/wrap/stub.hpp"
#include "wrap/drop_in.h"

namespace bridge32::tool {

namespace {

constexpr std::uint64_t kImageBase = 0x180000000;
constexpr std::uint32_t kPePage = 0x1000, kFileAlignment = 0x200, kHeadersBytes = 0x400;
constexpr std::uint32_t kDataAt = kPePage, kTextAt = kDataAt + kPeDataBytes;
constexpr std::uint32_t kDataUsed = 0x80 + 2 * (32768 + 64);  // with the runtime's path
constexpr std::uint32_t kMaxOrdinal = 0xffff;
constexpr std::size_t kMaxPeBytes = std::size_t{1} << 27;

constexpr std::uint32_t kHoldsCode = 0x20, kHoldsData = 0x40, kDiscardable = 0x02000000,
                        kMayExecute = 0x20000000, kMayRead = 0x40000000, kMayWrite = 0x80000000;

// The beginning of every Windows program, which says so under DOS.
constexpr std::uint8_t kDosHeader[] = {'M',  'Z', 0x90, 0,    3, 0, 0, 0, 4, 0, 0, 0,   0xff,
                                       0xff, 0,   0,    0xb8, 0, 0, 0, 0, 0, 0, 0, 0x40};
constexpr std::uint8_t kDosCode[] = {0x0e, 0x1f, 0xba, 0x0e, 0x00, 0xb4, 0x09,
                                     0xcd, 0x21, 0xb8, 0x01, 0x4c, 0xcd, 0x21};
constexpr std::uint32_t kSignatureAt = 0x80;

struct PeSection {
    const char* name;
    std::uint32_t characteristics;
    Bytes content;
    std::uint32_t memory_size;
    std::uint32_t address;
};

/// Where a directory lies, and its size.
struct PeDirectory {
    std::uint32_t address = 0, size = 0;
};

class PeWriter {
public:
    explicit PeWriter(const LibraryDescription& library) : library_(library) {}

    std::string write() {
        make_text();
        make_read_only();
        make_data();
        make_unwind_table();
        make_resources();
        make_relocations();
        return joined();
    }

private:
    /// Sections follow each other, so that an address is known before a content is complete.
    std::uint32_t next_address() const {
        if (sections_.empty()) return kDataAt;
        const PeSection& last = sections_.back();
        return static_cast<std::uint32_t>(rounded_up(last.address + last.memory_size, kPePage));
    }

    void add(const char* name, std::uint32_t characteristics, Bytes content) {
        const auto size = static_cast<std::uint32_t>(content.size());
        sections_.push_back(
            {name, characteristics | kMayRead, std::move(content), size, next_address()});
    }

    void check_size(std::size_t bytes) const {
        if (bytes > kMaxPeBytes)
            throw Error(library_.file_name + " would be too large: its exports take " +
                        std::to_string(bytes) + " bytes");
    }

    static std::uint64_t pointer(std::uint32_t address) { return kImageBase + address; }

    std::uint32_t stub_at(std::size_t number) const {
        return static_cast<std::uint32_t>(kTextAt + rounded_up(kPeEntry.size(), kStubBytes) +
                                          number * kStubBytes);
    }

    void make_text() {
        check_size(library_.functions.size() * kStubBytes);
        sections_.push_back({".data", kHoldsData | kMayRead | kMayWrite, {}, kDataUsed, kDataAt});
        Bytes code;
        for (const auto byte : kPeEntry)
            code.add(byte);
        code.align(kStubBytes, '\xcc');
        for (std::uint32_t i = 0; i < library_.functions.size(); ++i)
            add_stub(code, i, stub_at(i), kDataAt, kDataAt + kPeEntryPointer);
        add(".text", kHoldsCode | kMayExecute, std::move(code));
    }

    void make_read_only() {
        read_only_at_ = next_address();
        std::vector<std::uint32_t> constants;
        for (const auto& constant : library_.constants) {
            read_only_.align(32);
            constants.push_back(here());
            read_only_.add_raw(constant.bytes);
            check_size(read_only_.size());
        }
        interface_at_ = read_only_at_ + read_only_.add_text(library_.interface_file);
        std::vector<std::uint32_t> names;
        for (const auto& function : library_.functions) {
            names.push_back(read_only_at_ + read_only_.add_text(runtime_name(function)));
            check_size(read_only_.size());
        }
        read_only_.align(8);
        names_at_ = here();
        for (const auto name : names) {
            pointers_.push_back(here());
            read_only_.add(pointer(name));
        }
        add_imports();
        add_unwind_information();
        add_exports(constants);
        check_size(read_only_.size());
        add(".rdata", kHoldsData, std::move(read_only_));
    }

    std::uint32_t here() const {
        return read_only_at_ + static_cast<std::uint32_t>(read_only_.size());
    }

    void add_imports() {
        for (const char* name : kPeImportedNames) {
            read_only_.align(2);
            imported_.push_back(here());
            read_only_.add(std::uint16_t{0});
            read_only_.add_text(name);
        }
        const std::uint32_t file = read_only_at_ + read_only_.add_text("KERNEL32.dll");
        read_only_.align(8);
        const std::uint32_t names = here();
        for (const auto name : imported_)
            read_only_.add(std::uint64_t{name});
        read_only_.add(std::uint64_t{0});
        directories_[kImports] = {here(), 40};
        for (const std::uint32_t word :
             {names, 0U, 0U, file, kDataAt + kPeImports, 0U, 0U, 0U, 0U, 0U})
            read_only_.add(word);
        directories_[kImportAddresses] = {kDataAt + kPeImports,
                                          static_cast<std::uint32_t>(8 * (imported_.size() + 1))};
    }

    void add_unwind_information() {
        read_only_.align(4);
        unwind_at_ = here();
        // UWOP_ALLOC_SMALL of 40 bytes; UWOP_ALLOC_LARGE of 168 bytes
        read_only_.add({1, kPeMainPrologue, 1, 0, kPeMainPrologue, 0x42, 0, 0});
        read_only_.add({1, kPeFirstCallPrologue, 2, 0, kPeFirstCallPrologue, 0x01, 168 / 8, 0});
    }

    void add_exports(const std::vector<std::uint32_t>& constants) {
        std::map<std::uint32_t, std::uint32_t> addresses;    // by ordinal
        std::map<std::string_view, std::uint32_t> ordinals;  // by name, as the loader wants them
        std::map<std::uint32_t, bool> is_constant;
        const auto add = [&](const std::string& name, std::optional<std::uint32_t> ordinal,
                             std::uint32_t address, bool constant) {
            const std::string shown = name.empty() ? "a function without a name" : name;
            if (!ordinal) throw Error(shown + " has no ordinal; each export of a DLL has one");
            if (*ordinal > kMaxOrdinal)
                throw Error(shown + " has the ordinal " + std::to_string(*ordinal) +
                            "; the greatest is " + std::to_string(kMaxOrdinal));
            const bool is_new = addresses.emplace(*ordinal, address).second;
            if (!is_new && (constant || is_constant.at(*ordinal)))
                throw Error(shown +
                            " has the ordinal of another export: " + std::to_string(*ordinal));
            is_constant.emplace(*ordinal, constant);
            if (!name.empty()) ordinals.emplace(name, *ordinal);
        };
        for (std::size_t i = 0; i < library_.functions.size(); ++i)
            add(library_.functions[i].name, library_.functions[i].ordinal, stub_at(i), false);
        for (std::size_t i = 0; i < library_.constants.size(); ++i)
            add(library_.constants[i].name, library_.constants[i].ordinal, constants[i], true);

        const std::uint32_t first = addresses.begin()->first;
        const std::uint32_t count = addresses.rbegin()->first - first + 1;
        const auto name_count = static_cast<std::uint32_t>(ordinals.size());
        read_only_.align(4);
        const std::uint32_t table = here();
        const std::uint32_t functions_at = table + 40, names_at = functions_at + 4 * count,
                            indexes_at = names_at + 4 * name_count,
                            texts_at = indexes_at + 2 * name_count;
        Bytes texts;
        const std::uint32_t own_name = texts_at + texts.add_text(library_.file_name);
        for (const std::uint32_t word :
             {0U, 0U, 0U, own_name, first, count, name_count, functions_at, names_at, indexes_at})
            read_only_.add(word);
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto found = addresses.find(first + i);
            read_only_.add(found == addresses.end() ? 0U : found->second);
        }
        for (const auto& name : ordinals)
            read_only_.add(texts_at + texts.add_text(name.first));
        for (const auto& name : ordinals)
            read_only_.add(static_cast<std::uint16_t>(name.second - first));
        read_only_.add_raw(texts.str());
        directories_[kExports] = {table, here() - table};
    }

    void make_data() {
        Bytes data;
        data.add_zeros(sizeof(DropIn));
        data.put(offsetof(DropIn, format), std::uint32_t{BRIDGE32_DROP_IN_FORMAT});
        data.put(offsetof(DropIn, functions),
                 static_cast<std::uint32_t>(library_.functions.size()));
        data.put(offsetof(DropIn, interface_file), pointer(interface_at_));
        data.put(offsetof(DropIn, names), pointer(names_at_));
        data.add(pointer(kTextAt + kPeFirstCallAt));
        for (const auto name : imported_)
            data.add(std::uint64_t{name});
        data.add(std::uint64_t{0});
        const std::uint32_t held[] = {offsetof(DropIn, interface_file), offsetof(DropIn, names),
                                      kPeEntryPointer};
        for (const auto offset : held)
            pointers_.push_back(kDataAt + offset);
        sections_.front().content = std::move(data);
    }

    void make_unwind_table() {
        Bytes table;
        for (const std::uint32_t word :
             {kTextAt + kPeMainAt, kTextAt + kPeMainEnd, unwind_at_, kTextAt + kPeFirstCallAt,
              kTextAt + kPeFirstCallEnd, unwind_at_ + 8})
            table.add(word);
        directories_[kUnwinding] = {next_address(), static_cast<std::uint32_t>(table.size())};
        add(".pdata", kHoldsData, std::move(table));
    }

    /// Three levels: type, name, language.
    void make_resources() {
        if (library_.version_resource.empty()) return;
        check_size(library_.version_resource.size());
        const std::uint32_t at = next_address();
        const auto size = static_cast<std::uint32_t>(library_.version_resource.size());
        Bytes resources;
        constexpr std::uint32_t kSubdirectory = 0x80000000, kVersionType = 16;
        const auto level = [&](std::uint32_t id, std::uint32_t to) {
            for (const std::uint32_t word : {0U, 0U, 0U, 1U << 16, id, to})
                resources.add(word);
        };
        level(kVersionType, kSubdirectory | 24);
        level(1, kSubdirectory | 48);
        level(library_.version_language, 72);
        for (const std::uint32_t word : {at + 88, size, 0U, 0U})
            resources.add(word);
        resources.add_raw(library_.version_resource);
        directories_[kResources] = {at, static_cast<std::uint32_t>(resources.size())};
        add(".rsrc", kHoldsData, std::move(resources));
    }

    void make_relocations() {
        std::sort(pointers_.begin(), pointers_.end());
        Bytes relocations;
        for (std::size_t i = 0; i < pointers_.size();) {
            const std::uint32_t page = pointers_[i] / kPePage * kPePage;
            Bytes block;
            for (; i < pointers_.size() && pointers_[i] - page < kPePage; ++i) {
                constexpr std::uint32_t kPointer64 = 10U << 12;
                block.add(static_cast<std::uint16_t>(kPointer64 | (pointers_[i] - page)));
            }
            block.align(4);
            relocations.add(page);
            relocations.add(static_cast<std::uint32_t>(8 + block.size()));
            relocations.add_raw(block.str());
        }
        directories_[kRelocations] = {next_address(),
                                      static_cast<std::uint32_t>(relocations.size())};
        add(".reloc", kHoldsData | kDiscardable, std::move(relocations));
    }

    std::string joined() {
        const auto on_disk = [](const PeSection& section) {
            return static_cast<std::uint32_t>(rounded_up(section.content.size(), kFileAlignment));
        };
        std::uint32_t code = 0, data = 0;
        for (const auto& section : sections_)
            ((section.characteristics & kHoldsCode) != 0 ? code : data) += on_disk(section);

        Bytes file;
        for (const auto byte : kDosHeader)
            file.add(byte);
        file.extend_to(0x3c);
        file.add(kSignatureAt);
        for (const auto byte : kDosCode)
            file.add(byte);
        file.add_raw("This program cannot be run in DOS mode.\r\r\n$");
        file.extend_to(kSignatureAt);
        file.add_raw(std::string_view("PE\0\0", 4));
        file.add(std::uint16_t{0x8664});
        file.add(static_cast<std::uint16_t>(sections_.size()));
        const std::size_t time_at = file.size();
        file.add_zeros(12);
        file.add(std::uint16_t{112 + 16 * 8});  // the optional header's size
        file.add(std::uint16_t{0x2022});        // a DLL, executable, of large addresses
        const std::size_t optional_at = file.size();
        file.add(std::uint16_t{0x20b});
        file.add({14, 0});
        for (const std::uint32_t word : {code, data, 0U, kTextAt, kTextAt})
            file.add(word);
        file.add(kImageBase);
        file.add(kPePage);
        file.add(kFileAlignment);
        file.add({6, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0});  // Windows Vista on
        for (const std::uint32_t word : {next_address(), kHeadersBytes, 0U})
            file.add(word);
        file.add(std::uint16_t{2});      // with or without a console
        file.add(std::uint16_t{0x160});  // any address, also a high one; data is not executed
        for (const std::uint64_t size : {0x100000U, 0x1000U, 0x100000U, 0x1000U})
            file.add(size);
        file.add(std::uint32_t{0});
        file.add(static_cast<std::uint32_t>(std::size(directories_)));
        for (const auto& directory : directories_)
            file.add(directory);
        if (file.size() - optional_at != 112 + 16 * 8)
            throw std::logic_error("the optional header has another size than planned");

        std::uint32_t at = kHeadersBytes;
        for (const auto& section : sections_) {
            char name[8] = {};
            std::string_view(section.name).copy(name, sizeof name);
            file.add(name);
            for (const std::uint32_t word : {section.memory_size, section.address, on_disk(section),
                                             at, 0U, 0U, 0U, section.characteristics})
                file.add(word);
            at += on_disk(section);
        }
        file.extend_to(kHeadersBytes);
        for (const auto& section : sections_) {
            file.add_raw(section.content.str());
            file.align(kFileAlignment);
        }
        // Identifies the content, as linkers do whose output is the same each time.
        file.put(time_at, static_cast<std::uint32_t>(content_hash(file.str())));
        return file.str();
    }

    // Directories.
    static constexpr std::size_t kExports = 0, kImports = 1, kResources = 2, kUnwinding = 3,
                                 kRelocations = 5, kImportAddresses = 12;

    const LibraryDescription& library_;
    std::vector<PeSection> sections_;
    PeDirectory directories_[16];
    Bytes read_only_;
    std::uint32_t read_only_at_ = 0, interface_at_ = 0, names_at_ = 0, unwind_at_ = 0;
    std::vector<std::uint32_t> imported_;  // the names, as the loader wants them
    std::vector<std::uint32_t> pointers_;  // where there are some
};

}  // namespace

std::string pe_library(const LibraryDescription& library) {
    check_description(library);
    return PeWriter(library).write();
}

}  // namespace bridge32::tool
