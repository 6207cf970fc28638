#include "ordinal.hpp"

#include <windows.h>

namespace bridge32::ffi {

const void* exported_by_number(const std::filesystem::path& file, std::uint16_t ordinal) {
    HMODULE const module = ::GetModuleHandleW(file.c_str());
    if (module == nullptr) {
        return nullptr;
    }
    return reinterpret_cast<const void*>(::GetProcAddress(
        module, reinterpret_cast<const char*>(static_cast<std::uintptr_t>(ordinal))));
}

}  // namespace bridge32::ffi
