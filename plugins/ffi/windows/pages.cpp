#include "pages.hpp"

#include <windows.h>

#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/support/windows/explained_fault.hpp"
#include "guards.hpp"

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

void watch(bool on);

Guards guards(watch);
void* handler = nullptr;

/// Adds what the crash report says to the fault's record, which goes on to who reports it.
LONG CALLBACK handle_fault(EXCEPTION_POINTERS* pointers) {
    EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
    if (record.ExceptionCode == EXCEPTION_ACCESS_VIOLATION && record.NumberParameters == 2) {
        const auto* const at = reinterpret_cast<const std::byte*>(record.ExceptionInformation[1]);
        if (Guards::Message* const message = guards.find(at, kPage)) {
            detail::explain_fault(record, message->text);
        }
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

void watch(bool on) {
    if (on) {
        handler = ::AddVectoredExceptionHandler(1, handle_fault);
    } else {
        ::RemoveVectoredExceptionHandler(handler);
    }
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

std::shared_ptr<std::byte> make_guarded(std::size_t size, std::string text) {
    const std::size_t room = (size + kPage - 1) / kPage * kPage;
    std::byte* const begin = map(room + kPage);
    DWORD before = 0;
    if (::VirtualProtect(begin + room, kPage, PAGE_NOACCESS, &before) == 0) {
        ::VirtualFree(begin, 0, MEM_RELEASE);
        throw Error("no memory for a guarded buffer");
    }
    guards.add(begin + room, text);
    return {begin + room - size, [=](std::byte*) {
                guards.drop(begin + room);
                ::VirtualFree(begin, 0, MEM_RELEASE);
            }};
}

}  // namespace bridge32::ffi
