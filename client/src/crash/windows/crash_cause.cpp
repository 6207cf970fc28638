#include "client/crash/crash_cause.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <string_view>

namespace bridge32::client {

namespace {

constexpr std::uint32_t kAccessViolation = 0xC000'0005;
constexpr std::uint32_t kInPageError = 0xC000'0006;

constexpr std::array<std::string_view, 9> kRuntime = {"ntdll.",    "kernel32.", "kernelbase.",
                                                      "msvcrt.",   "ucrtbase.", "libgcc_s",
                                                      "libstdc++", "msvcp",     "vcruntime"};

/// "meaning" of "NAME (meaning)".
CrashCause in_parts(const os::ExitStatus& status) {
    CrashCause cause{status.name(), ""};
    const std::string words = status.in_words();
    if (words.size() > cause.name.size() + 3 && words.ends_with(')')) {
        cause.meaning = words.substr(cause.name.size() + 2);
        cause.meaning.pop_back();
    }
    return cause;
}

const char* access(std::uint32_t detail) {
    switch (detail) {
        case 0:
            return "reading";
        case 1:
            return "writing";
        case 8:
            return "executing";
        default:
            return "access";
    }
}

}  // namespace

CrashCause cause_of_report(wire::CrashKind kind, std::uint32_t code, std::uint32_t detail) {
    if (kind == wire::CrashKind::kExit) return {"exit", "exit was called"};
    if (kind == wire::CrashKind::kSignal) {
        if (code == SIGABRT) return {"SIGABRT", "abort was called"};
        return {"signal " + std::to_string(code), ""};
    }
    auto cause = in_parts({true, true, static_cast<int>(code)});
    if (code == kAccessViolation || code == kInPageError) {
        cause.meaning += std::string(", ") + access(detail);
    }
    return cause;
}

CrashCause cause_of_status(const os::ExitStatus& status) {
    if (!status.known) {
        return {"unknown", "it left no crash report; it was terminated or called ExitProcess"};
    }
    return in_parts(status);
}

bool is_runtime(const std::string& module) {
    std::string name = module.substr(module.find_last_of("/\\") + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::any_of(kRuntime.begin(), kRuntime.end(),
                       [&name](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace bridge32::client
