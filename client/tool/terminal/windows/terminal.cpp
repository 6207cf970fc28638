#define WIN32_LEAN_AND_MEAN
#include "tool/terminal/terminal.hpp"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <stdio.h>

namespace bridge32::tool {

namespace {
constexpr std::size_t kUsualWidth = 80;

HANDLE handle(Device device) noexcept {
    return ::GetStdHandle(device == Device::kIn    ? STD_INPUT_HANDLE
                          : device == Device::kOut ? STD_OUTPUT_HANDLE
                                                   : STD_ERROR_HANDLE);
}
}  // namespace

bool is_terminal(Device device) noexcept {
    DWORD mode = 0;
    return ::GetConsoleMode(handle(device), &mode) != 0;
}

bool is_color_terminal(Device device) noexcept {
    constexpr DWORD kEscapes = 0x0004;  // ENABLE_VIRTUAL_TERMINAL_PROCESSING
    DWORD mode = 0;
    return ::GetConsoleMode(handle(device), &mode) != 0 &&
           ::SetConsoleMode(handle(device), mode | kEscapes) != 0;
}

std::size_t terminal_width() noexcept {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    if (::GetConsoleScreenBufferInfo(handle(Device::kOut), &info) == 0) return kUsualWidth;
    return static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
}

void prepare_streams() noexcept {
    if (is_terminal(Device::kOut)) ::SetConsoleOutputCP(CP_UTF8);
    // Results are bytes, and lines end as on other systems.
    ::_setmode(::_fileno(stdin), _O_BINARY);
    ::_setmode(::_fileno(stdout), _O_BINARY);
}

}  // namespace bridge32::tool
