#include "ordinal.hpp"

namespace bridge32::ffi {

const void* exported_by_number(const std::filesystem::path& /*file*/, std::uint16_t /*ordinal*/) {
    return nullptr;
}

}  // namespace bridge32::ffi
