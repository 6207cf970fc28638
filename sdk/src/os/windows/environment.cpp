#include "os/environment.hpp"

#include <windows.h>

#include <shellapi.h>

#include <memory>

#include "os/windows/api.hpp"

namespace bridge32::os {

std::optional<std::string> environment_variable(const char* name) {
    const std::wstring wide_name = wide(name);
    std::wstring value;
    for (;;) {
        ::SetLastError(ERROR_SUCCESS);
        const DWORD size = ::GetEnvironmentVariableW(wide_name.c_str(), value.data(),
                                                     static_cast<DWORD>(value.size()));
        if (size == 0) {
            if (::GetLastError() == ERROR_ENVVAR_NOT_FOUND) return std::nullopt;
            return std::string();
        }
        if (size < value.size()) {
            value.resize(size);
            return utf8(value);
        }
        value.resize(size);  // with its terminating zero
    }
}

bool environment_is_foreign() noexcept { return false; }

std::vector<std::string> program_arguments(int /*argc*/, const char* const* /*argv*/) {
    int count = 0;
    const std::unique_ptr<wchar_t*, decltype(&::LocalFree)> words(
        ::CommandLineToArgvW(::GetCommandLineW(), &count), &::LocalFree);
    std::vector<std::string> arguments;
    for (int i = 0; words != nullptr && i < count; ++i)
        arguments.push_back(utf8(words.get()[i]));
    return arguments;
}

}  // namespace bridge32::os
