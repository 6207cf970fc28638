#include "system.hpp"

#include <windows.h>

#include "bridge32/text.hpp"

namespace bridge32::ffi {

const void* exported_by_number(const std::filesystem::path& file, std::uint16_t ordinal) {
    HMODULE const module = ::GetModuleHandleW(file.c_str());
    if (module == nullptr) {
        return nullptr;
    }
    return reinterpret_cast<const void*>(::GetProcAddress(
        module, reinterpret_cast<const char*>(static_cast<std::uintptr_t>(ordinal))));
}

std::string no_such_number(std::uint16_t ordinal) {
    return "the library exports nothing as number " + std::to_string(ordinal) +
           ", which `ordinal` says";
}

std::string last_error_text(const detail::ErrorNumbers& numbers) {
    std::string text = "Windows error " + std::to_string(numbers.system);
    wchar_t* wide = nullptr;
    const DWORD size =
        ::FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                             FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
                         nullptr, numbers.system, 0, reinterpret_cast<wchar_t*>(&wide), 0, nullptr);
    if (size != 0) {
        text += ": " + Wide(wide, size).utf8();
        text.resize(text.find_last_not_of(" .\r\n") + 1);
    }
    ::LocalFree(wide);
    return text;
}

}  // namespace bridge32::ffi
