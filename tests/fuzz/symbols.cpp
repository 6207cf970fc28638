// Library files, which errors and crash reports look into.
#include "loading/symbols.hpp"

#include <memory>

#include "fuzz.hpp"
#include "loading/image.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    const auto bytes = input.rest();
    const std::vector<std::byte> file(
        reinterpret_cast<const std::byte*>(bytes.data()),
        reinterpret_cast<const std::byte*>(bytes.data()) + bytes.size());
    loading::parse_image(file);
    const auto symbols = loading::Symbols::of(file);
    for (const std::uint64_t offset :
         {std::uint64_t{0}, std::uint64_t{0x1000}, ~std::uint64_t{0}}) {
        const auto* const symbol = symbols.find(offset);
        if (symbol != nullptr) loading::demangled(symbol->name);
    }
}

}  // namespace bridge32::fuzz
