#define WIN32_LEAN_AND_MEAN
#include "tool/support/programs.hpp"

#include <windows.h>

#include <system_error>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/windows/command_line.hpp"

namespace bridge32::tool {

int run_instead(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    std::wstring line = os::command_line(program.native(), arguments);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    // Ctrl+C goes to both processes: the program ends, and we wait for it.
    ::SetConsoleCtrlHandler(nullptr, TRUE);
    if (::CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                         &startup, &process) == 0) {
        throw Error("cannot start " + detail::utf8_of(program) + ": " +
                    std::system_category().message(static_cast<int>(::GetLastError())));
    }
    ::CloseHandle(process.hThread);
    ::WaitForSingleObject(process.hProcess, INFINITE);
    DWORD code = 1;
    ::GetExitCodeProcess(process.hProcess, &code);
    ::CloseHandle(process.hProcess);
    return static_cast<int>(code);
}

}  // namespace bridge32::tool
