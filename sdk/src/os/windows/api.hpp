// Helpers for Windows functions: text, error messages, access rights.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "os/process.hpp"

// As <windows.h> declares them; that header is for sources.
struct _SECURITY_ATTRIBUTES;

namespace bridge32::os {

/// UTF-8 to UTF-16. What is not UTF-8 becomes U+FFFD.
std::wstring wide(std::string_view utf8);
/// UTF-16 to UTF-8. Lone surrogates become U+FFFD.
std::string utf8(std::wstring_view wide);

/// The system's message for an error code: "Access is denied (error 5)".
std::string windows_message(std::uint32_t code);

/// This user's security identifier, as text. Throws bridge32::Error when the system does not say
/// who that is.
std::wstring own_sid();

/// Security attributes of an object that this user alone may open. They live as long as the
/// process. Throws bridge32::Error when the system does not say who the user is.
_SECURITY_ATTRIBUTES* user_only();

/// A HANDLE, as <windows.h> declares it, and back.
inline void* as_handle(NativeHandle native) noexcept { return reinterpret_cast<void*>(native); }
inline NativeHandle as_native(void* handle) noexcept {
    return reinterpret_cast<NativeHandle>(handle);
}

}  // namespace bridge32::os
