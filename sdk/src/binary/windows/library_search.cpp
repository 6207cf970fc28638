// The search of Windows' loader, as library/windows/load_module.hpp asks for it:
// https://learn.microsoft.com/windows/win32/dlls/dynamic-link-library-search-order
#include "binary/library_search.hpp"

#include <windows.h>

#include <algorithm>
#include <mutex>
#include <string>

#include "os/environment.hpp"
#include "os/path.hpp"

namespace bridge32::binary {

namespace {

using os::path_from_utf8;
using os::utf8_of;
namespace fs = std::filesystem;

bool is_same(const fs::path& a, const fs::path& b) {
    return library_key(utf8_of(a)) == library_key(utf8_of(b));
}

void add(Paths& paths, fs::path path) {
    path = os::normal_path(path);
    if (std::none_of(paths.begin(), paths.end(),
                     [&](const fs::path& other) { return is_same(path, other); })) {
        paths.push_back(path);
    }
}

/// The text that `get(buffer, size)` writes, which returns the size that it needs or has written.
template <class Get>
std::wstring text_from(const Get& get) {
    std::wstring text(MAX_PATH, L'\0');
    for (;;) {
        const DWORD size = get(text.data(), static_cast<DWORD>(text.size()));
        if (size < text.size()) {
            text.resize(size);
            return text;
        }
        text.resize(std::max<std::size_t>(size + 1, 2 * text.size()));
    }
}

std::wstring search_path() {
    return os::path_from_utf8(os::environment_variable("PATH").value_or("")).native();
}

/// The folders of PATH. One with a semicolon in its name stands in quotes.
Paths folders_of_path() {
    Paths folders;
    std::wstring folder;
    bool quoted = false;
    for (const wchar_t c : search_path() + L';') {
        if (c == L'"') {
            quoted = !quoted;
        } else if (c != L';' || quoted) {
            folder += c;
        } else {
            if (os::is_absolute(folder)) add(folders, folder);
            folder.clear();
        }
    }
    return folders;
}

fs::path program_folder() {
    return fs::path(text_from([](wchar_t* to, DWORD size) {
               return ::GetModuleFileNameW(nullptr, to, size);
           }))
        .parent_path();
}

/// Where the system's own libraries of that bitness lie.
fs::path system_folder(int bits = kOwnBits) {
    const std::wstring redirected =
        text_from([](wchar_t* to, DWORD size) { return ::GetSystemWow64DirectoryW(to, size); });
    return bits == 32 && !redirected.empty()
               ? redirected
               : text_from([](wchar_t* to, DWORD size) { return ::GetSystemDirectoryW(to, size); });
}

std::mutex added_mutex;
Paths& added_folders() {
    static Paths folders;
    return folders;
}

void add_system(Paths& folders, const Searcher& searcher = {}) {
    if (searcher.own_process) add(folders, program_folder());
    for (const fs::path& folder : searcher.library_path) {
        add(folders, folder);
    }
    {
        const std::lock_guard lock(added_mutex);
        for (const fs::path& folder : added_folders()) {
            add(folders, folder);
        }
    }
    add(folders, system_folder(searcher.bits));
    add(folders,
        text_from([](wchar_t* to, DWORD size) { return ::GetWindowsDirectoryW(to, size); }));
    for (const fs::path& folder : folders_of_path()) {
        add(folders, folder);
    }
}

/// The loader takes the first file of that name, and fails when that one does not serve.
FoundDependency find_in(const fs::path& name, const Paths& folders, int bits = kOwnBits) {
    FoundDependency result;
    result.searched = folders;
    for (const fs::path& folder : folders) {
        std::error_code ignored;
        if (fs::exists(folder / name, ignored)) {
            result.path = folder / name;
            result.of_system = is_same(folder, system_folder(bits));
            break;
        }
    }
    return result;
}

/// Names of sets of functions, which the loader itself translates to libraries:
/// https://learn.microsoft.com/windows/win32/apiindex/windows-apisets
bool is_api_set(const std::string& name) {
    const std::string key = library_key(name);
    return key.starts_with("api-ms-") || key.starts_with("ext-ms-");
}

}  // namespace

// It maps what is there, and refuses what is not.
const bool kLoaderTrustsHeaders = false;

std::string library_stem(const std::string& file_name) {
    const std::string key = library_key(file_name);
    const std::string stem = file_name.substr(0, key.rfind(".dll"));
    return stem.size() > 3 && stem.starts_with("lib") ? stem.substr(3) : stem;
}

std::string library_key(const std::string& name) {
    std::wstring text = path_from_utf8(name).native();
    ::CharLowerBuffW(text.data(), static_cast<DWORD>(text.size()));
    return utf8_of(fs::path(text));
}

void add_library_folders(const Paths& library_path) {
    const std::lock_guard lock(added_mutex);
    std::wstring path = search_path();
    const Paths in_path = folders_of_path();
    // Backwards: each is put in front.
    for (auto it = library_path.rbegin(); it != library_path.rend(); ++it) {
        fs::path folder = *it;
        folder.make_preferred();
        Paths& added = added_folders();
        const auto same = [&](const fs::path& other) { return is_same(folder, other); };
        if (std::any_of(added.begin(), added.end(), same) ||
            ::AddDllDirectory(folder.c_str()) == nullptr) {  // which fails when it does not exist
            continue;
        }
        added.insert(added.begin(), folder);
        // For libraries that load others by themselves: that search does not ask for the former.
        if (std::none_of(in_path.begin(), in_path.end(), same)) {
            const bool quote = folder.native().find(L';') != std::wstring::npos;
            path = (quote ? L'"' + folder.native() + L'"' : folder.native()) + L';' + path;
            ::SetEnvironmentVariableW(L"PATH", path.c_str());
        }
    }
}

// A folder that takes its place, and that is searched anyway. An empty name would do on Windows,
// but not under Wine.
void leave_out_working_directory() { ::SetDllDirectoryW(system_folder().c_str()); }

std::vector<std::string> library_file_names(const std::string& name) {
    const fs::path path = path_from_utf8(name);
    const std::string file = utf8_of(path.filename());
    const auto in_folder = [&](const std::string& other) {
        return path.has_parent_path() ? utf8_of(path.parent_path() / path_from_utf8(other)) : other;
    };
    const bool is_dll = library_key(file).ends_with(".dll");
    std::vector<std::string> names;
    if (is_dll || path.has_extension()) names.push_back(name);
    if (!is_dll) names.push_back(in_folder(file + ".dll"));
    if (!file.starts_with("lib")) {  // MinGW's linkers name libraries so
        names.push_back(in_folder("lib" + file + (is_dll ? "" : ".dll")));
    }
    return names;
}

FoundDependency find_in_system(const std::string& name) {
    Paths folders;
    add_system(folders);
    return find_in(path_from_utf8(name), folders);
}

FoundDependency find_dependency(const std::string& name, const LoadedFile& needed_by,
                                const Searcher& searcher) {
    const fs::path file = path_from_utf8(name);
    if (is_api_set(name) || (searcher.own_process && ::GetModuleHandleW(file.c_str()) != nullptr)) {
        FoundDependency result;
        result.already_loaded = true;
        return result;
    }
    // The folder of the library that is asked for, not that of the one in between.
    const LoadedFile* first = &needed_by;
    while (first->needed_by != nullptr) {
        first = first->needed_by;
    }
    Paths folders;
    if (first->path.has_parent_path()) add(folders, first->path.parent_path());
    add_system(folders, searcher);
    return find_in(file, folders, searcher.bits);
}

}  // namespace bridge32::binary
