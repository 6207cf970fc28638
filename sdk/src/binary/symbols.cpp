#include "binary/symbols.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "binary/elf.hpp"
#include "binary/image_reader.hpp"
#include "binary/pe.hpp"
#include "bridge32/internal/support/demangle.hpp"

namespace bridge32::binary {

namespace {

std::vector<Symbol> read_symbols(ImageReader& reader) {
    if (reader.get<std::uint32_t>(0) == 0x464c457fU) return elf_symbols(reader);  // "\x7f" "ELF"
    if (reader.get<std::uint16_t>(0) == 0x5a4dU) return pe_symbols(reader);       // "MZ"
    return {};
}

}  // namespace

Symbols::Symbols(std::vector<Symbol> symbols) : symbols_(std::move(symbols)) {
    // Of several names of one function the last of these comes out of `find`: with a size rather
    // than without, and then the shortest.
    std::sort(symbols_.begin(), symbols_.end(), [](const Symbol& a, const Symbol& b) {
        return std::make_tuple(a.offset, a.size, b.name.size()) <
               std::make_tuple(b.offset, b.size, a.name.size());
    });
}

Symbols Symbols::of(const std::filesystem::path& file) {
    ImageReader reader(file);
    return Symbols(read_symbols(reader));
}

Symbols Symbols::of(std::span<const std::byte> content) {
    ImageReader reader(content);
    return Symbols(read_symbols(reader));
}

const Symbol* Symbols::find(std::uint64_t offset) const noexcept {
    const auto after = std::upper_bound(
        symbols_.begin(), symbols_.end(), offset,
        [](std::uint64_t wanted, const Symbol& symbol) { return wanted < symbol.offset; });
    if (after == symbols_.begin()) return nullptr;
    const Symbol& found = *std::prev(after);
    const bool beyond = found.size != 0 && offset - found.offset >= found.size;
    return beyond ? nullptr : &found;
}

std::string demangled(const std::string& name) {
    // Anything else could be taken for the code of a type: "i" is int.
    return name.starts_with("_Z") ? detail::demangled_text(name.c_str()) : name;
}

}  // namespace bridge32::binary
