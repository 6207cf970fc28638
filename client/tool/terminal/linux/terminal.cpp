#include "tool/terminal/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "os/environment.hpp"

namespace bridge32::tool {

namespace {
constexpr std::size_t kUsualWidth = 80;

int descriptor(Device device) noexcept {
    return device == Device::kIn    ? STDIN_FILENO
           : device == Device::kOut ? STDOUT_FILENO
                                    : STDERR_FILENO;
}
}  // namespace

bool is_terminal(Device device) noexcept { return isatty(descriptor(device)) == 1; }

bool is_color_terminal(Device device) noexcept {
    if (!is_terminal(device)) return false;
    const auto kind = os::environment_variable("TERM");
    return kind && *kind != "dumb";
}

std::size_t terminal_width() noexcept {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : kUsualWidth;
}

void prepare_streams() noexcept {
    // The next file or segment opened would take a closed stream's number, and our output would go
    // there. Each closed stream is opened in the wrong mode, so that using it fails.
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(number, F_GETFD) != -1) continue;
        if (open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1) return;
    }
}

}  // namespace bridge32::tool
