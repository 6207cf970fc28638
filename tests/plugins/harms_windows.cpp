// What a library can do to the process that it runs in, on Windows only.
#include <windows.h>

#include <bridge32/plugin.hpp>
#include <cstdint>

class HarmsWindows : public bridge32::Plugin {
public:
    HarmsWindows() {
        method("exit_process", [](std::uint32_t code) { ::ExitProcess(code); });
        method("terminate_process",
               [](std::uint32_t code) { ::TerminateProcess(::GetCurrentProcess(), code); });
        method("raise", [](std::uint32_t code) { ::RaiseException(code, 0, 0, nullptr); });
        method("replace_filter", [] { ::SetUnhandledExceptionFilter(nullptr); });
        // What would hold up who waits for the host.
        property("has_console", [] { return ::GetConsoleWindow() != nullptr; });
        property("error_mode", [] { return static_cast<std::uint32_t>(::GetErrorMode()); });
        method(
            "add", [](int a, int b) { return a + b; }, {"a", "b"}, "Does no harm.");
    }
};

BRIDGE32_PLUGIN(HarmsWindows)
