// Windows' error codes of LoadLibraryEx. Its own texts name neither the file nor the reason.
#include "loading/system_message.hpp"

#ifndef NOMINMAX
#define NOMINMAX
#endif
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <charconv>
#include <string_view>

#include "loading/library_search.hpp"
#include "loading/load_failure_parts.hpp"
#include "loading/missing_procedure.hpp"

namespace bridge32::loading {
namespace {

/// The number in "Windows error 126"; 0 when `message` is something else.
DWORD error_in(std::string_view message) {
    constexpr std::string_view kBefore = "Windows error ";
    DWORD error = 0;
    if (message.starts_with(kBefore)) {
        message.remove_prefix(kBefore.size());
        std::from_chars(message.data(), message.data() + message.size(), error);
    }
    return error;
}

std::string text_of(DWORD error) {
    wchar_t* text = nullptr;
    const DWORD size =
        ::FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                             FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
                         nullptr, error, 0, reinterpret_cast<wchar_t*>(&text), 0, nullptr);
    std::string utf8 = detail::utf8_of_native(std::wstring(text, size));
    ::LocalFree(text);
    utf8.resize(utf8.find_last_not_of(" .\r\n") + 1);
    return utf8;
}

/// What to do about an error that the file itself does not explain.
const char* advice(DWORD error) {
    switch (error) {
        case ERROR_MOD_NOT_FOUND:
            return "Everything that it names was found: one of the libraries that these need may "
                   "be missing, or it loads another one by itself when it is initialised. Add the "
                   "folder of that one to library_path.";
        case ERROR_PROC_NOT_FOUND:
            return "It uses a function that one of the libraries that it needs does not have: a "
                   "library of another version may lie in its folder or in library_path.";
        case ERROR_BAD_EXE_FORMAT:
            return "It, or a library that it needs, is of the other bitness or damaged.";
        case ERROR_DLL_INIT_FAILED:
            return "Its initialisation failed: its DllMain, or that of a library that it needs, "
                   "returned FALSE. Such a library may expect a device, a licence, a setting in "
                   "the registry, or files in the working directory: see its documentation, and "
                   "the options `environment` and `working_directory`.";
        case ERROR_NOACCESS:
            return "Its initialisation crashed: its DllMain, or that of a library that it needs, "
                   "used memory that is not there.";
        case ERROR_ACCESS_DENIED:
            return "Make the file readable for the user who runs the host, and look whether a "
                   "virus scanner blocks it.";
        case ERROR_SXS_CANT_GEN_ACTCTX:
            return "Its manifest asks for a library that is not installed, most often the Visual "
                   "C++ 2005 or 2008 Redistributable (x86). Install that.";
        default:
            return "";
    }
}

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

}  // namespace

std::string explain_system_message(const std::filesystem::path& path, const std::string& message) {
    const DWORD error = error_in(message);
    if (error == ERROR_PROC_NOT_FOUND) {
        if (std::string problem = missing_procedure(path); !problem.empty()) {
            return problem;
        }
    }
    std::string text = "cannot load the library " + quoted(path) + ": " + message;
    if (error != 0) {
        text += " (" + text_of(error) + ")";
    }
    const std::string_view what = advice(error);
    return what.empty() ? text : text.append(". ").append(what);
}

std::string dependency_source(const std::string& name) {
    const std::string key = library_key(name);
    if (is_debug_runtime(key)) {
        return "It belongs to debug builds and comes with Visual Studio only: get the library's "
               "release build.";
    }
    for (const Source& source : kSources) {
        if (key.starts_with(source.beginning)) {
            return "It comes with " + std::string(source.where) +
                   (kOwnBits == 32 ? ": install that, in 32 bit (x86)."
                                   : ": install that, in 64 bit (x64).");
        }
    }
    if (key.starts_with("libgcc_s") || key.starts_with("libstdc++") ||
        key.starts_with("libwinpthread") || key.starts_with("libgfortran") ||
        key.starts_with("libquadmath")) {
        return "It belongs to the MinGW compiler that built the library: put that compiler's " +
               std::string(kBits) + " file beside the library, or link the library with -static.";
    }
    return {};
}

}  // namespace bridge32::loading
