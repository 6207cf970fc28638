// Prints what this build says about the layout of the wire: one size, offset or constant a line.
// The tests compare what the 32-bit and the 64-bit build print.
#include <cinttypes>
#include <cstdio>

#include "unit/wire/layout_fields.hpp"

int main() {
    for (const auto& type : bridge32::test::layout_structs()) {
        std::printf("%s: %" PRIu64 " bytes, aligned to %" PRIu64 "\n", type.name.c_str(), type.size,
                    type.alignment);
        for (const auto& field : type.fields) {
            std::printf("%s.%s: at %" PRIu64 ", %" PRIu64 " bytes\n", type.name.c_str(),
                        field.name.c_str(), field.offset, field.size);
        }
    }
    for (const auto& constant : bridge32::test::layout_constants()) {
        std::printf("%s = %" PRIu64 "\n", constant.name.c_str(), constant.value);
    }
    return 0;
}
