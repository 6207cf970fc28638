// Library files, which errors, crash reports and `wrap` look into.
#include "binary/symbols.hpp"

#include <memory>

#include "binary/elf_exports.hpp"
#include "binary/image.hpp"
#include "binary/pe.hpp"
#include "fuzz.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    const auto bytes = input.rest();
    const std::vector<std::byte> file(
        reinterpret_cast<const std::byte*>(bytes.data()),
        reinterpret_cast<const std::byte*>(bytes.data()) + bytes.size());
    binary::parse_image(file);
    binary::elf_exports(file);
    binary::ImageReader reader(file);
    binary::pe_exports(reader);
    binary::pe_version_resource(reader);
    const auto symbols = binary::Symbols::of(file);
    for (const std::uint64_t offset :
         {std::uint64_t{0}, std::uint64_t{0x1000}, ~std::uint64_t{0}}) {
        const auto* const symbol = symbols.find(offset);
        if (symbol != nullptr) binary::demangled(symbol->name);
    }
}

}  // namespace bridge32::fuzz
