// Windows' error codes of LoadLibraryEx. Its own texts name neither the file nor the reason.
#include "binary/load_failure.hpp"

#include <windows.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <string_view>

#include "binary/dependencies.hpp"
#include "binary/exports.hpp"
#include "binary/library_search.hpp"
#include "binary/windows_sources.hpp"
#include "os/path.hpp"
#include "os/windows/api.hpp"

namespace bridge32::binary {

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
    std::string utf8 = os::utf8(std::wstring_view(text, size));
    ::LocalFree(text);
    utf8.resize(utf8.find_last_not_of(" .\r\n") + 1);
    return utf8;
}

/// What to do about an error that the file itself does not explain.
const char* advice(DWORD error) {
    switch (error) {
        case ERROR_MOD_NOT_FOUND:
            return "All its dependencies were found. One of their own dependencies may be missing, "
                   "or it loads another library when it is initialised. Add the folder of the "
                   "missing library to library_path.";
        case ERROR_PROC_NOT_FOUND:
            return "It uses a function that one of its dependencies does not export. A library of "
                   "another version may be in its folder or in library_path.";
        case ERROR_BAD_EXE_FORMAT:
            return "It or one of its dependencies has the wrong bitness or is damaged.";
        case ERROR_DLL_INIT_FAILED:
            return "Its initialisation failed: its DllMain, or that of a dependency, returned "
                   "FALSE. The library may need a device, a licence, a registry setting, or files "
                   "in the working directory: see its documentation, and the options `environment` "
                   "and `working_directory`.";
        case ERROR_NOACCESS:
            return "Its initialisation crashed: its DllMain, or that of a dependency, accessed "
                   "invalid memory.";
        case ERROR_ACCESS_DENIED:
            return "Make the file readable for the host's user, and check whether a virus scanner "
                   "blocks it.";
        case ERROR_SXS_CANT_GEN_ACTCTX:
            return "Its manifest requires a library that is not installed, usually the Visual C++ "
                   "2005 or 2008 Redistributable (x86). Install that.";
        default:
            return "";
    }
}

using Exports = std::function<bool(const std::string&)>;

/// Checks the library that this process has loaded.
Exports exports_of_loaded(const std::string& name) {
    const HMODULE module = ::GetModuleHandleW(os::path_from_utf8(name).c_str());
    return [module](const std::string& symbol) {
        // An API set has no module here, and the loader has what it stands for.
        return module == nullptr || symbol.front() == '#' ||
               ::GetProcAddress(module, symbol.c_str()) != nullptr;
    };
}

/// Checks the file; exports without a name are unknown.
Exports exports_of_file(const std::filesystem::path& file) {
    return [names = exported_names(file)](const std::string& symbol) {
        return symbol.front() == '#' || std::binary_search(names.begin(), names.end(), symbol);
    };
}

/// A missing import of `path` or a dependency, and what to do; empty if there is none.
std::string missing_procedure(const std::filesystem::path& path) {
    std::string problem;
    const auto check = [&](const LoadedFile& file, const std::string& name,
                           const FoundDependency& found) {
        const Exports exports =
            found.already_loaded ? exports_of_loaded(name) : exports_of_file(found.path);
        for (const Imports& imports : imported_names(file.path)) {
            if (library_key(imports.library) != library_key(name)) continue;
            for (const std::string& symbol : imports.names) {
                if (problem.empty() && !symbol.empty() && !exports(symbol)) {
                    problem = quoted(file.path) + " uses `" + symbol + "` of `" + name +
                              "`, which " +
                              (found.already_loaded ? std::string("the copy in this process")
                                                    : quoted(found.path)) +
                              " does not export. It was built for another version of that library, "
                              "or of Windows if `" +
                              name +
                              "` is part of Windows. Install the version that it was built for, or "
                              "put it beside the library.";
                }
            }
        }
        return problem.empty();
    };
    walk_dependencies(path, read_image(path), [&](const Dependency& dependency) {
        return check(dependency.needed_by, dependency.name, dependency.found);
    });
    return problem;
}

}  // namespace

std::string explain_system_message(const std::filesystem::path& path, const std::string& message) {
    const DWORD error = error_in(message);
    if (error == ERROR_PROC_NOT_FOUND) {
        if (std::string problem = missing_procedure(path); !problem.empty()) return problem;
    }
    std::string text = "cannot load the library " + quoted(path) + ": " + message;
    if (error != 0) text += " (" + text_of(error) + ")";
    const std::string_view what = advice(error);
    return what.empty() ? text : text.append(". ").append(what);
}

std::string dependency_source(const std::string& name) {
    return windows_library_source(name, kOwnBits);
}

}  // namespace bridge32::binary
