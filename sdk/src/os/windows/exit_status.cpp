#include <cstdint>
#include <cstdio>

#include "os/process.hpp"

namespace bridge32::os {

namespace {

struct Code {
    std::uint32_t code;
    const char* name;
    const char* meaning;
};

// The codes of structured exceptions, which a process that dies of one leaves as its exit code;
// as winnt.h and ntstatus.h have them.
constexpr Code kCodes[]{
    {0xC000'0005, "EXCEPTION_ACCESS_VIOLATION", "access to memory that is not there"},
    {0xC000'0006, "EXCEPTION_IN_PAGE_ERROR", "a page could not be read from its file"},
    {0xC000'0008, "EXCEPTION_INVALID_HANDLE", "use of a handle that is not open"},
    {0xC000'0017, "STATUS_NO_MEMORY", "out of memory"},
    {0xC000'001D, "EXCEPTION_ILLEGAL_INSTRUCTION", "illegal instruction"},
    {0xC000'0025, "EXCEPTION_NONCONTINUABLE_EXCEPTION", "went on after a fatal exception"},
    {0xC000'008C, "EXCEPTION_ARRAY_BOUNDS_EXCEEDED", "array index out of bounds"},
    {0xC000'008E, "EXCEPTION_FLT_DIVIDE_BY_ZERO", "division of a float by zero"},
    {0xC000'0090, "EXCEPTION_FLT_INVALID_OPERATION", "invalid operation on a float"},
    {0xC000'0091, "EXCEPTION_FLT_OVERFLOW", "a float overflowed"},
    {0xC000'0094, "EXCEPTION_INT_DIVIDE_BY_ZERO", "division of an integer by zero"},
    {0xC000'0095, "EXCEPTION_INT_OVERFLOW", "an integer overflowed"},
    {0xC000'0096, "EXCEPTION_PRIV_INSTRUCTION", "privileged instruction"},
    {0xC000'00FD, "EXCEPTION_STACK_OVERFLOW", "stack overflow"},
    {0xC000'0135, "STATUS_DLL_NOT_FOUND", "a DLL that it needs is missing"},
    {0xC000'0139, "STATUS_ENTRYPOINT_NOT_FOUND", "a DLL that it needs lacks a function"},
    {0xC000'013A, "STATUS_CONTROL_C_EXIT", "ended by Ctrl+C"},
    {0xC000'0142, "STATUS_DLL_INIT_FAILED", "a DLL's initialisation failed"},
    {0xC000'0374, "STATUS_HEAP_CORRUPTION", "the heap was damaged"},
    {0xC000'0409, "STATUS_STACK_BUFFER_OVERRUN", "a stack buffer overran, or abort()"},
    {0xC000'041D, "STATUS_FATAL_USER_CALLBACK_EXCEPTION", "an exception left a callback"},
    {0x8000'0003, "EXCEPTION_BREAKPOINT", "a breakpoint was reached"},
    {0xE0B3'2DED, "killed", "ended from outside"},
    {0xE06D'7363, "C++ exception", "a C++ exception that nobody caught"},
    {0x2047'4343, "C++ exception", "a C++ exception that nobody caught"},
};

const Code* find(int code) {
    for (const auto& entry : kCodes)
        if (entry.code == static_cast<std::uint32_t>(code)) return &entry;
    return nullptr;
}

}  // namespace

std::string ExitStatus::name() const {
    if (!known) return "unknown";
    if (!by_fault) return "exit code " + std::to_string(code);
    if (const Code* entry = find(code)) return entry->name;
    char text[32];
    std::snprintf(text, sizeof text, "exception 0x%08X", static_cast<unsigned>(code));
    return text;
}

std::string ExitStatus::in_words() const {
    if (!known) return "an unknown cause";
    const Code* entry = by_fault ? find(code) : nullptr;
    return entry == nullptr ? name() : name() + " (" + entry->meaning + ")";
}

}  // namespace bridge32::os
