// Where libFuzzer comes in.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bridge32::fuzz::fuzz(bridge32::fuzz::Input({data, size}));
    return 0;
}
