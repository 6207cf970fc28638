#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "binary/image_formats.hpp"
#include "binary/pe_sections.hpp"

namespace bridge32::binary {

namespace {

using namespace pe;

constexpr std::uint16_t kTypeFunction = 0x20;

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
            if (symbol.type != kTypeFunction || symbol.section < 1 ||
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
            // What lies in the directory itself is no function but the name of another library's.
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

}  // namespace bridge32::binary
