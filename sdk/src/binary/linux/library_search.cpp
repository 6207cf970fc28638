// The search of glibc's dynamic loader, as `man ld.so` describes it. The cache is not read:
// it holds what the folders of ld.so.conf held, and these can be named.
#include "binary/library_search.hpp"

#include <dlfcn.h>
#include <glob.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "os/environment.hpp"

namespace bridge32::binary {

namespace {

constexpr int kMaxIncludeDepth = 8;

void add(Paths& paths, const std::filesystem::path& path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
}

/// Folders separated by colons, with the loader's variables replaced. `$LIB` and `$PLATFORM` depend
/// on the loader's build, so each common value gives a folder.
void add_list(Paths& paths, const std::string& list, const std::filesystem::path& origin,
              int bits) {
    const std::vector<std::string> libs =
        bits == 32 ? std::vector<std::string>{"lib", "lib32", "lib/i386-linux-gnu"}
                   : std::vector<std::string>{"lib64", "lib", "lib/x86_64-linux-gnu"};
    const auto replace = [](std::string text, const std::string& name, const std::string& value) {
        for (const std::string& form : {"${" + name + "}", "$" + name}) {
            for (std::size_t at = text.find(form); at != std::string::npos;
                 at = text.find(form, at + value.size())) {
                text.replace(at, form.size(), value);
            }
        }
        return text;
    };
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ':');) {
        if (part.empty()) {
            continue;  // the loader takes this as the working directory
        }
        part = replace(part, "ORIGIN", origin.string());
        part = replace(part, "PLATFORM", bits == 32 ? "i686" : "x86_64");
        if (part.find("$LIB") == std::string::npos && part.find("${LIB}") == std::string::npos) {
            add(paths, std::filesystem::path(part).lexically_normal());
            continue;
        }
        for (const std::string& lib : libs) {
            add(paths, std::filesystem::path(replace(part, "LIB", lib)).lexically_normal());
        }
    }
}

void add_configured(Paths& paths, const std::string& file, int depth) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        line.resize(std::min(line.find('#'), line.size()));
        std::istringstream words(line);
        std::string word;
        if (!(words >> word)) continue;
        if (word == "hwcap") continue;
        if (word != "include") {
            add(paths, word);
            continue;
        }
        while (depth < kMaxIncludeDepth && words >> word) {
            const std::filesystem::path pattern =
                word.front() == '/' ? std::filesystem::path(word)
                                    : std::filesystem::path(file).parent_path() / word;
            glob_t matches{};
            if (glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
                for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
                    add_configured(paths, matches.gl_pathv[i], depth + 1);
                }
            }
            globfree(&matches);
        }
    }
}

void add_environment(Paths& paths, int bits) {
    if (auto list = os::environment_variable("LD_LIBRARY_PATH")) {
        std::replace(list->begin(), list->end(), ';', ':');
        add_list(paths, *list, std::filesystem::path(), bits);
    }
}

/// A folder that holds libraries for another machine, by its name.
bool is_foreign(const std::filesystem::path& folder, int bits) {
    static const std::vector<std::string> kNot32{"x86_64-linux-gnu", "lib64", "libx32"};
    static const std::vector<std::string> kNot64{"i386-linux-gnu", "lib32", "libx32"};
    const std::vector<std::string>& foreign = bits == 32 ? kNot32 : kNot64;
    return std::any_of(folder.begin(), folder.end(), [&](const std::filesystem::path& part) {
        return std::find(foreign.begin(), foreign.end(), part.string()) != foreign.end();
    });
}

void add_system(Paths& paths) {
    Paths folders;
    add_configured(folders, "/etc/ld.so.conf", 0);
    for (const char* folder :
         {"/lib32", "/usr/lib32", "/lib64", "/usr/lib64", "/lib/i386-linux-gnu",
          "/usr/lib/i386-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib",
          "/usr/lib"}) {
        add(folders, folder);
    }
    Paths real;  // /lib and /usr/lib are often one folder
    for (const std::filesystem::path& folder : folders) {
        std::error_code error;
        const std::filesystem::path canonical = std::filesystem::canonical(folder, error);
        if (!error && std::find(real.begin(), real.end(), canonical) == real.end()) {
            real.push_back(canonical);
            add(paths, folder);
        }
    }
}

/// Searches `folders` for `name`. Like the loader, it skips files of other bitness. Folders for
/// other machines are searched, too, to tell the user what is there.
FoundDependency find_in(const std::string& name, const Paths& folders, int bits) {
    FoundDependency result;
    std::copy_if(folders.begin(), folders.end(), std::back_inserter(result.searched),
                 [&](const std::filesystem::path& folder) { return !is_foreign(folder, bits); });
    for (const std::filesystem::path& folder : folders) {
        const std::filesystem::path file = folder / name;
        std::error_code ignored;
        if (!std::filesystem::exists(file, ignored)) continue;
        const Image image = read_image(file);
        if (is_loadable(image, bits) ||
            (image.format != Format::kElf && !is_foreign(folder, bits))) {
            result.path = file;
            return result;
        }
        if (result.wrong_bits.empty() && image.bits != bits) result.wrong_bits = file;
    }
    return result;
}

bool is_loaded(const std::string& name) {
    void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) {
        dlerror();  // nobody else should read that it is not
        return false;
    }
    dlclose(handle);
    return true;
}

}  // namespace

const bool kLoaderTrustsHeaders = true;

std::string library_stem(const std::string& file_name) {
    const std::string stem = file_name.substr(0, file_name.find(".so"));
    return stem.size() > 3 && stem.starts_with("lib") ? stem.substr(3) : stem;
}

std::string library_key(const std::string& name) { return name; }

// glibc reads LD_LIBRARY_PATH only when the process starts.
void add_library_folders(const Paths& /*library_path*/) {}

void leave_out_working_directory() {}

std::vector<std::string> library_file_names(const std::string& name) {
    const std::filesystem::path path(name);
    const std::string file = path.filename().string();
    const auto in_folder = [&](const std::string& other) {
        return path.has_parent_path() ? (path.parent_path() / other).string() : other;
    };
    std::vector<std::string> names;
    const bool is_shared = file.ends_with(".so") || file.find(".so.") != std::string::npos;
    if (is_shared || path.has_extension()) names.push_back(name);
    if (!is_shared) names.push_back(in_folder(file + ".so"));
    if (!file.starts_with("lib")) {
        names.push_back(in_folder("lib" + file + (is_shared ? "" : ".so")));
    }
    return names;
}

FoundDependency find_in_system(const std::string& name) {
    Paths folders;
    add_environment(folders, kOwnBits);
    add_system(folders);
    return find_in(name, folders, kOwnBits);
}

FoundDependency find_dependency(const std::string& name, const LoadedFile& needed_by,
                                const Searcher& searcher) {
    FoundDependency result;
    const auto loaded_already = [&] { return searcher.own_process && is_loaded(name); };
    if (searcher.system_folders && loaded_already()) {
        result.already_loaded = true;
        return result;
    }
    if (name.find('/') != std::string::npos) {  // a path, relative to the working directory
        std::error_code ignored;
        result.searched.push_back(std::filesystem::path(name).parent_path());
        if (std::filesystem::exists(name, ignored)) result.path = name;
        return result;
    }
    Paths folders;
    if (needed_by.image.runpath.empty()) {
        for (const LoadedFile* file = &needed_by; file != nullptr; file = file->needed_by) {
            if (file->image.runpath.empty()) {
                add_list(folders, file->image.rpath, file->path.parent_path(), searcher.bits);
            }
        }
    }
    for (const std::filesystem::path& folder : searcher.library_path) {
        add(folders, folder);
    }
    add_environment(folders, searcher.bits);
    add_list(folders, needed_by.image.runpath, needed_by.path.parent_path(), searcher.bits);
    if (searcher.system_folders) {
        add_system(folders);
        return find_in(name, folders, searcher.bits);
    }
    // Asking whether it is loaded makes the loader search.
    result = find_in(name, folders, searcher.bits);
    result.already_loaded = !result.path.empty() && loaded_already();
    if (result.already_loaded) result.path.clear();
    return result;
}

}  // namespace bridge32::binary
