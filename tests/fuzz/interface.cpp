// Interface files: what is read is written and read as the same, and has layouts or an error.
#include "interface/interface.hpp"

#include <string>
#include <vector>

#include "fuzz.hpp"
#include "interface/layout.hpp"

namespace bridge32::fuzz {

namespace {

using namespace interfaces;

void lay_out(const Type& type) {
    for (const Platform platform : {Platform::linux_, Platform::windows_}) {
        for (const int bits : {32, 64}) {
            const Target target{platform, bits};
            try {
                const Extent extent = extent_of(type, target);
                require(extent.align > 0 && extent.align <= 4096, "an alignment");
                if (meaning(type).kind != TypeKind::record) continue;
                for (const Place& place : layout_of(type, target).places) {
                    require(place.offset + place.unit <= extent.size, "a member is in its struct");
                }
            } catch (const Error&) {
            }
        }
    }
}

}  // namespace

void fuzz(Input input) {
    const bool is_windows = input.number<std::uint8_t>() % 2 == 1;
    const Target target{is_windows ? Platform::windows_ : Platform::linux_, 32};
    const auto bytes = input.rest();
    const std::vector<char> memory(bytes.begin(), bytes.end());
    std::string text;
    try {
        const Interface all = parse({memory.data(), memory.size()}, "file", target);
        text = text_of(all);
        for (const Type* const type : all.types)
            lay_out(*type);
    } catch (const SyntaxError&) {
        return;
    }
    // Outside: what is written must not be an error.
    const Interface again = parse(text, "again", target);
    require(text_of(again) == text, "what is written is read as the same");
}

}  // namespace bridge32::fuzz
