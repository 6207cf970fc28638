#include "os/windows/api.hpp"

#include <windows.h>

#include <sddl.h>

#include <memory>
#include <vector>

#include "bridge32/error.hpp"

namespace bridge32::os {

namespace {

struct FreeLocal {
    void operator()(void* memory) const noexcept { ::LocalFree(memory); }
};
template <class T>
using FreedLocally = std::unique_ptr<T, FreeLocal>;

/// Protected from inheritance (P), and all access (GA) for one SID.
SECURITY_ATTRIBUTES make_user_only() {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const std::wstring text = L"D:P(A;;GA;;;" + own_sid() + L")";
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1,
                                                               &descriptor, nullptr) == 0) {
        throw Error("cannot create a security descriptor: " + windows_message(::GetLastError()));
    }
    return {sizeof(SECURITY_ATTRIBUTES), descriptor, FALSE};
}

}  // namespace

std::wstring own_sid() {
    HANDLE token = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token) == 0) {
        throw Error("cannot determine the user: " + windows_message(::GetLastError()));
    }
    const std::unique_ptr<void, decltype(&::CloseHandle)> closing(token, &::CloseHandle);
    DWORD size = 0;
    ::GetTokenInformation(token, TokenUser, nullptr, 0, &size);
    std::vector<std::uint64_t> memory((size + 7) / 8);
    wchar_t* text = nullptr;
    if (::GetTokenInformation(token, TokenUser, memory.data(), size, &size) == 0 ||
        ::ConvertSidToStringSidW(reinterpret_cast<TOKEN_USER*>(memory.data())->User.Sid, &text) ==
            0) {
        throw Error("cannot determine the user: " + windows_message(::GetLastError()));
    }
    const FreedLocally<wchar_t> owned(text);
    return text;
}

std::wstring wide(std::string_view utf8) {
    const int size = static_cast<int>(utf8.size());
    std::wstring result(
        static_cast<std::size_t>(::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, nullptr, 0)),
        L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, result.data(),
                          static_cast<int>(result.size()));
    return result;
}

std::string utf8(std::wstring_view wide) {
    const int size = static_cast<int>(wide.size());
    std::string result(static_cast<std::size_t>(::WideCharToMultiByte(
                           CP_UTF8, 0, wide.data(), size, nullptr, 0, nullptr, nullptr)),
                       '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), size, result.data(),
                          static_cast<int>(result.size()), nullptr, nullptr);
    return result;
}

std::string windows_message(std::uint32_t code) {
    wchar_t* text = nullptr;
    ::FormatMessageW(
        FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
        nullptr, code, 0, reinterpret_cast<wchar_t*>(&text), 0, nullptr);
    const FreedLocally<wchar_t> owned(text);
    std::string message = text == nullptr ? "" : utf8(text);
    while (!message.empty() && std::string_view(" .\r\n").find(message.back()) != std::string::npos)
        message.pop_back();
    return message + (message.empty() ? "error " : " (error ") + std::to_string(code) +
           (message.empty() ? "" : ")");
}

_SECURITY_ATTRIBUTES* user_only() {
    static SECURITY_ATTRIBUTES attributes = make_user_only();
    return &attributes;
}

}  // namespace bridge32::os
