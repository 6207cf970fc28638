#include "pages.hpp"

#include <windows.h>

#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::ffi {

namespace {

constexpr std::size_t kPage = 4096;

std::byte* map(std::size_t size) {
    void* const at = ::VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (at == nullptr) {
        throw Error("no memory for " + std::to_string(size) + " bytes");
    }
    return static_cast<std::byte*>(at);
}

}  // namespace

std::byte* make_code(std::size_t size, const std::function<void(std::byte* code)>& fill) {
    std::byte* const code = map(size);
    fill(code);
    DWORD before = 0;
    if (::VirtualProtect(code, size, PAGE_EXECUTE_READ, &before) == 0) {
        ::VirtualFree(code, 0, MEM_RELEASE);
        throw Error("this system lets no process make code, which callbacks need");
    }
    ::FlushInstructionCache(::GetCurrentProcess(), code, size);
    return code;
}

/// The crash report says only that a page could not be written to.
std::shared_ptr<std::byte> make_guarded(std::size_t size, std::string /*text*/) {
    const std::size_t room = (size + kPage - 1) / kPage * kPage;
    std::byte* const begin = map(room + kPage);
    DWORD before = 0;
    if (::VirtualProtect(begin + room, kPage, PAGE_NOACCESS, &before) == 0) {
        ::VirtualFree(begin, 0, MEM_RELEASE);
        throw Error("no memory for a guarded buffer");
    }
    return {begin + room - size, [=](std::byte*) { ::VirtualFree(begin, 0, MEM_RELEASE); }};
}

}  // namespace bridge32::ffi
