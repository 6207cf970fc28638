#include "binary/windows_sources.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace bridge32::binary {

namespace {

struct Source {
    std::string_view beginning;  ///< of the name, in lower case
    std::string_view where;
};

constexpr Source kSources[] = {
    {"vcruntime140", "the Visual C++ 2015-2022 Redistributable"},
    {"msvcp140", "the Visual C++ 2015-2022 Redistributable"},
    {"mfc140", "the Visual C++ 2015-2022 Redistributable"},
    {"msvcr120", "the Visual C++ 2013 Redistributable"},
    {"msvcp120", "the Visual C++ 2013 Redistributable"},
    {"msvcr110", "the Visual C++ 2012 Redistributable"},
    {"msvcp110", "the Visual C++ 2012 Redistributable"},
    {"msvcr100", "the Visual C++ 2010 Redistributable"},
    {"msvcp100", "the Visual C++ 2010 Redistributable"},
    {"mfc100", "the Visual C++ 2010 Redistributable"},
    {"msvcr90", "the Visual C++ 2008 Redistributable"},
    {"msvcp90", "the Visual C++ 2008 Redistributable"},
    {"mfc90", "the Visual C++ 2008 Redistributable"},
    {"msvcr80", "the Visual C++ 2005 Redistributable"},
    {"msvcp80", "the Visual C++ 2005 Redistributable"},
    {"mfc80", "the Visual C++ 2005 Redistributable"},
    {"msvbvm60", "the Visual Basic 6.0 run-time files"},
    {"lvrt", "LabVIEW's run-time engine of that version"},
};

bool is_debug_runtime(std::string_view key) {
    return (key.starts_with("msvcr") || key.starts_with("msvcp") || key.starts_with("vcruntime") ||
            key == "ucrtbased.dll") &&
           key.ends_with("d.dll");
}

// The parts of Windows that applications link to, without ".dll".
constexpr std::string_view kOfWindows[] = {
    "activeds",     "advapi32", "atl",      "authz",    "avicap32", "avifil32",   "avrt",
    "bcrypt",       "cabinet",  "cfgmgr32", "comctl32", "comdlg32", "credui",     "crypt32",
    "cryptui",      "d2d1",     "d3d9",     "d3d10",    "d3d11",    "d3d12",      "dbghelp",
    "dciman32",     "ddraw",    "dinput",   "dinput8",  "dnsapi",   "dsound",     "dwmapi",
    "dwrite",       "dxgi",     "dxva2",    "gdi32",    "gdiplus",  "glu32",      "hid",
    "hhctrl.ocx",   "imagehlp", "imm32",    "iphlpapi", "kernel32", "kernelbase", "lz32",
    "mf",           "mfplat",   "mpr",      "mscms",    "mscoree",  "msacm32",    "msi",
    "msimg32",      "mswsock",  "msvcrt",   "msvcrt40", "msvfw32",  "mfc42",      "msvcp60",
    "ncrypt",       "netapi32", "newdev",   "ntdll",    "normaliz", "odbc32",     "odbccp32",
    "ole32",        "oleacc",   "oleaut32", "oledlg",   "olepro32", "opengl32",   "pdh",
    "powrprof",     "propsys",  "psapi",    "quartz",   "rasapi32", "rpcrt4",     "rtm",
    "secur32",      "sensapi",  "setupapi", "sfc",      "shcore",   "shell32",    "shfolder",
    "shlwapi",      "tapi32",   "ucrtbase", "urlmon",   "user32",   "userenv",    "usp10",
    "uxtheme",      "version",  "wevtapi",  "winhttp",  "wininet",  "winmm",      "winscard",
    "winspool.drv", "wintrust", "winusb",   "wldap32",  "ws2_32",   "wsock32",    "wtsapi32",
    "xinput1_4"};

/// In lower case, as these names compare.
std::string key_of(std::string_view name) {
    std::string key(name);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return key;
}

}  // namespace

bool comes_with_windows(const std::string& name) {
    std::string key = key_of(name);
    if (key.starts_with("api-ms-") || key.starts_with("ext-ms-")) return true;
    if (key.ends_with(".dll")) key.resize(key.size() - 4);
    return std::find(std::begin(kOfWindows), std::end(kOfWindows), key) != std::end(kOfWindows);
}

std::string windows_library_source(const std::string& name, int bits) {
    const std::string key = key_of(name);
    const std::string width = std::to_string(bits) + "-bit";
    if (is_debug_runtime(key)) {
        return "Only debug builds need it, and only Visual Studio installs it. Get the library's "
               "release build.";
    }
    for (const Source& source : kSources) {
        if (key.starts_with(source.beginning)) {
            return "It comes with " + std::string(source.where) +
                   (bits == 32 ? "; install the 32-bit version (x86)."
                               : "; install the 64-bit version (x64).");
        }
    }
    if (key.starts_with("libgcc_s") || key.starts_with("libstdc++") ||
        key.starts_with("libwinpthread") || key.starts_with("libgfortran") ||
        key.starts_with("libquadmath")) {
        return "It belongs to the MinGW compiler that built the library. Put that compiler's " +
               width + " file beside the library, or link the library with -static.";
    }
    return {};
}

}  // namespace bridge32::binary
