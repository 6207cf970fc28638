// A fault of which somebody in the process knows more than its address: the text for the crash
// report travels in the exception's record, behind the two parameters of an access violation.
#pragma once

#include <windows.h>

namespace bridge32::detail {

inline constexpr ULONG_PTR kExplained = 0xb32e4d5c;

/// For a vectored handler. `text` stays until the process has ended.
inline void explain_fault(EXCEPTION_RECORD& record, const char* text) noexcept {
    record.NumberParameters = 4;
    record.ExceptionInformation[2] = kExplained;
    record.ExceptionInformation[3] = reinterpret_cast<ULONG_PTR>(text);
}

/// What `explain_fault` has said; null: nothing.
inline const char* explanation_of(const EXCEPTION_RECORD& record) noexcept {
    const bool is_there = record.ExceptionCode == EXCEPTION_ACCESS_VIOLATION &&
                          record.NumberParameters == 4 &&
                          record.ExceptionInformation[2] == kExplained;
    return is_there ? reinterpret_cast<const char*>(record.ExceptionInformation[3]) : nullptr;
}

}  // namespace bridge32::detail
