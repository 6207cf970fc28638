// An archive: two tables of symbols, long file names, three object files that make the DLL's entry
// in a program's import table, and a short import for each name.
// https://learn.microsoft.com/windows/win32/debug/pe-format#archive-library-file-format
#include "tool/wrap/import_library.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "tool/wrap/bytes.hpp"

namespace bridge32::tool {

namespace {

constexpr std::uint16_t kCoffMachine = 0x8664;
constexpr std::uint32_t kDescriptorSection = 0xc0300040;  // data that is written to, aligned to 4,
constexpr std::uint32_t kNameSection = 0xc0200040;        // 2
constexpr std::uint32_t kThunkSection = 0xc0400040;       // or 8 bytes
constexpr std::uint8_t kExternal = 2, kStatic = 3, kSectionClass = 104;

struct CoffSection {
    const char* name;
    std::uint32_t characteristics;
    std::string content;
};
/// In the first section.
struct CoffRelocation {
    std::uint32_t at, symbol;
};
struct CoffSymbol {
    std::string name;
    std::uint16_t section;  // from 1 on; 0: elsewhere
    std::uint8_t storage;
};

std::string coff_object(const std::vector<CoffSection>& sections,
                        const std::vector<CoffRelocation>& relocations,
                        const std::vector<CoffSymbol>& symbols) {
    constexpr std::uint32_t kHeader = 20, kSectionHeader = 40, kRelocation = 10;
    const auto size_of = [](const std::string& content) {
        return static_cast<std::uint32_t>(content.size());
    };
    auto content_at = static_cast<std::uint32_t>(kHeader + kSectionHeader * sections.size());
    std::uint32_t contents = 0;
    for (const auto& section : sections)
        contents += size_of(section.content);
    const std::uint32_t relocations_at = content_at + contents;
    const auto symbols_at =
        static_cast<std::uint32_t>(relocations_at + kRelocation * relocations.size());

    Bytes object;
    object.add(kCoffMachine);
    object.add(static_cast<std::uint16_t>(sections.size()));
    for (const auto word : {0U, symbols_at, static_cast<std::uint32_t>(symbols.size()), 0U})
        object.add(word);
    for (const auto& section : sections) {
        char name[8] = {};
        std::string_view(section.name).copy(name, sizeof name);
        object.add(name);
        const bool is_first = &section == &sections.front() && !relocations.empty();
        for (const auto word :
             {0U, 0U, size_of(section.content), content_at, is_first ? relocations_at : 0U, 0U})
            object.add(word);
        object.add(static_cast<std::uint16_t>(is_first ? relocations.size() : 0));
        object.add(std::uint16_t{0});
        object.add(section.characteristics);
        content_at += size_of(section.content);
    }
    for (const auto& section : sections)
        object.add_raw(section.content);
    for (const auto& relocation : relocations) {
        object.add(relocation.at);
        object.add(relocation.symbol);
        object.add(std::uint16_t{3});  // IMAGE_REL_AMD64_ADDR32NB
    }
    Bytes texts;
    for (const auto& symbol : symbols) {
        if (symbol.name.size() <= 8) {
            object.add_raw(symbol.name);
            object.add_zeros(8 - symbol.name.size());
        } else {
            object.add(std::uint32_t{0});
            object.add(4 + texts.add_text(symbol.name));
        }
        object.add(std::uint32_t{0});
        object.add(symbol.section);
        object.add(std::uint16_t{0});
        object.add(symbol.storage);
        object.add(std::uint8_t{0});
    }
    object.add(static_cast<std::uint32_t>(4 + texts.size()));
    object.add_raw(texts.str());
    return object.str();
}

class ArchiveWriter {
public:
    explicit ArchiveWriter(std::string file_name) : file_name_(std::move(file_name)) {
        if (file_name_.size() > 15) {
            Bytes names;
            names.add_text(file_name_);
            long_names_ = names.str();
        }
    }

    void add(std::string content, const std::vector<std::string>& symbols) {
        for (const auto& symbol : symbols)
            symbols_.emplace_back(symbol, members_.size());
        members_.push_back(std::move(content));
    }

    std::string write() const {
        std::size_t texts = 0;
        for (const auto& symbol : symbols_)
            texts += symbol.first.size() + 1;
        const std::size_t first = 4 + 4 * symbols_.size() + texts;
        const std::size_t second = 4 + 4 * members_.size() + 4 + 2 * symbols_.size() + texts;
        std::size_t at = kBegin.size() + in_archive(first) + in_archive(second) +
                         (long_names_.empty() ? 0 : in_archive(long_names_.size()));
        std::vector<std::uint32_t> offsets;
        for (const auto& member : members_) {
            offsets.push_back(static_cast<std::uint32_t>(at));
            at += in_archive(member.size());
        }

        Bytes archive;
        archive.add_raw(kBegin);
        add_member(archive, "/", first_table(offsets));
        add_member(archive, "/", second_table(offsets));
        if (!long_names_.empty()) add_member(archive, "//", long_names_);
        const std::string name = long_names_.empty() ? file_name_ + "/" : "/0";
        for (const auto& member : members_)
            add_member(archive, name, member);
        return archive.str();
    }

private:
    static constexpr std::string_view kBegin = "!<arch>\n";
    static constexpr std::size_t kMemberHeader = 60;

    static std::size_t in_archive(std::size_t size) { return kMemberHeader + size + size % 2; }

    static void add_member(Bytes& archive, const std::string& name, const std::string& content) {
        const auto field = [&](std::string text, std::size_t width) {
            text.resize(width, ' ');
            archive.add_raw(text);
        };
        field(name, 16);
        field("0", 12);  // time
        field("0", 6);
        field("0", 6);
        field("644", 8);
        field(std::to_string(content.size()), 10);
        archive.add_raw("`\n");
        archive.add_raw(content);
        archive.align(2, '\n');
    }

    std::string first_table(const std::vector<std::uint32_t>& offsets) const {
        Bytes table;
        const auto big_endian = [&](std::size_t value) {
            for (int shift = 24; shift >= 0; shift -= 8)
                table.add(static_cast<std::uint8_t>(value >> shift));
        };
        big_endian(symbols_.size());
        for (const auto& symbol : symbols_)
            big_endian(offsets[symbol.second]);
        for (const auto& symbol : symbols_)
            table.add_text(symbol.first);
        return table.str();
    }

    std::string second_table(const std::vector<std::uint32_t>& offsets) const {
        auto sorted = symbols_;
        std::sort(sorted.begin(), sorted.end());
        Bytes table;
        table.add(static_cast<std::uint32_t>(offsets.size()));
        for (const auto offset : offsets)
            table.add(offset);
        table.add(static_cast<std::uint32_t>(sorted.size()));
        for (const auto& symbol : sorted)
            table.add(static_cast<std::uint16_t>(symbol.second + 1));
        for (const auto& symbol : sorted)
            table.add_text(symbol.first);
        return table.str();
    }

    std::string file_name_, long_names_;
    std::vector<std::pair<std::string, std::size_t>> symbols_;  // and their members
    std::vector<std::string> members_;
};

std::string short_import(const std::string& symbol, const std::string& file, std::uint16_t hint,
                         bool is_data) {
    Bytes import;
    for (const std::uint16_t word :
         {std::uint16_t{0}, std::uint16_t{0xffff}, std::uint16_t{0}, kCoffMachine})
        import.add(word);
    import.add(std::uint32_t{0});
    import.add(static_cast<std::uint32_t>(symbol.size() + 1 + file.size() + 1));
    import.add(hint);
    constexpr std::uint16_t kByName = 1 << 2;
    import.add(static_cast<std::uint16_t>(kByName | (is_data ? 1 : 0)));
    import.add_text(symbol);
    import.add_text(file);
    return import.str();
}

void add_import_table_entry(ArchiveWriter& archive, const std::string& file) {
    const std::string name = file.substr(0, file.rfind('.'));
    const std::string descriptor = "__IMPORT_DESCRIPTOR_" + name;
    const std::string null_descriptor = "__NULL_IMPORT_DESCRIPTOR";
    const std::string null_thunk = "\x7f" + name + "_NULL_THUNK_DATA";
    std::string file_text = file + '\0';
    file_text.resize(static_cast<std::size_t>(rounded_up(file_text.size(), 2)));
    archive.add(coff_object({{".idata$2", kDescriptorSection, std::string(20, '\0')},
                             {".idata$6", kNameSection, file_text}},
                            {{12, 2}, {0, 3}, {16, 4}},
                            {{descriptor, 1, kExternal},
                             {".idata$2", 1, kSectionClass},
                             {".idata$6", 2, kStatic},
                             {".idata$4", 0, kSectionClass},
                             {".idata$5", 0, kSectionClass},
                             {null_descriptor, 0, kExternal},
                             {null_thunk, 0, kExternal}}),
                {descriptor});
    archive.add(coff_object({{".idata$3", kDescriptorSection, std::string(20, '\0')}}, {},
                            {{null_descriptor, 1, kExternal}}),
                {null_descriptor});
    archive.add(coff_object({{".idata$5", kThunkSection, std::string(8, '\0')},
                             {".idata$4", kThunkSection, std::string(8, '\0')}},
                            {}, {{null_thunk, 1, kExternal}}),
                {null_thunk});
}

}  // namespace

std::string import_library(const LibraryDescription& library) {
    check_description(library);
    std::map<std::string, bool> names;  // in the order of the DLL's table; true: data
    for (const auto& function : library.functions)
        if (!function.name.empty()) names.emplace(function.name, false);
    for (const auto& constant : library.constants)
        names.emplace(constant.name, true);

    ArchiveWriter archive(library.file_name);
    add_import_table_entry(archive, library.file_name);
    std::uint16_t hint = 0;
    for (const auto& [name, is_data] : names) {
        std::vector<std::string> symbols = {"__imp_" + name};
        if (!is_data) symbols.push_back(name);
        archive.add(short_import(name, library.file_name, hint++, is_data), symbols);
    }
    return archive.write();
}

}  // namespace bridge32::tool
