#include "binary/load_failure.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/names.hpp"
#include "binary/dependencies.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "os/file_access.hpp"
#include "os/path.hpp"

namespace bridge32::binary {

namespace {

constexpr const char* kHost = kOwnBits == 32 ? "host32" : "host64";
constexpr const char* kBits = kOwnBits == 32 ? "32-bit" : "64-bit";

/// "/a, /b"
std::string folder_list(const Paths& folders) {
    std::string text;
    for (const std::filesystem::path& folder : folders) {
        text += (text.empty() ? "" : ", ") + os::utf8_of(folder);
    }
    return text.empty() ? "no folder" : text;
}

/// "`a` needs `b`, which needs `c`", where `c` is `name` and `b` is `file`.
std::string chain(const LoadedFile& file, const std::string& name) {
    std::string text = ", which needs `" + name + "`";
    for (const LoadedFile* step = &file; step != nullptr; step = step->needed_by) {
        if (step->needed_by == nullptr) {
            return quoted(step->path) + text.substr(std::string_view(", which").size());
        }
        text = ", which needs " + quoted(step->path.filename()) + text;
    }
    return text;
}

std::string wrong_bitness(const std::filesystem::path& path, const Image& image) {
    const std::string what =
        quoted(path) + " is " + image.description + "; " + kHost + " loads " + kBits + " ones. ";
    return what + (kOwnBits == 32 ? "Use host64, or load it directly."
                                  : "Use host32: the 32-bit build of the plugin, without "
                                    "`mode = in_process`.");
}

/// What is wrong with the file itself, from its header; empty if it can be loaded.
std::optional<std::string> file_problem(const std::filesystem::path& path, const Image& image) {
    const std::string is = quoted(path) + " is " + image.description;
    if (image.format == Format::kUnreadable) {
        return quoted(path) +
               " cannot be read (permission denied?). Make the file readable and its folders "
               "searchable for the host's user.";
    }
    if (image.format == Format::kEmpty) {
        return is + ", perhaps from a failed download or build. Get the library again.";
    }
    if (image.format == Format::kOther) {
        return quoted(path) + " is not a shared library: it is " + image.description +
               ". Give the path of the library.";
    }
    if (image.format != kNativeFormat) {
        return is +
               ", which this system cannot load. Get a build of the library for this system, or "
               "use bridge32's build for the library's system.";
    }
    if (image.bits == 0) return is + ". Get the file again.";
    if (image.bits != kOwnBits && image.is_library) return wrong_bitness(path, image);
    if (!image.machine.empty() && !is_loadable(image)) {
        return is + " for " + image.machine + "; " + kHost + " loads " + kBits + " ones for " +
               kOwnMachine + ".";
    }
    if (image.is_damaged) {
        return is +
               ", damaged or truncated: parts listed in its header are missing. Get the file "
               "again.";
    }
    if (!image.is_library) return is + ". Give the path of the library that the plugin wraps.";
    return std::nullopt;
}

bool contains(const Paths& folders, const std::filesystem::path& folder) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::filesystem::path& other) {
        std::error_code ignored;
        return std::filesystem::equivalent(folder, other, ignored);
    });
}

std::string missing_dependency(const Dependency& dependency, const std::filesystem::path& folder,
                               const Paths& library_path) {
    const auto& [file, name, search, none] = dependency;
    std::string text =
        chain(file, name) + ", which was not found in: " + folder_list(search.searched) + ". ";
    if (!search.wrong_bits.empty()) {
        text += quoted(search.wrong_bits) + " is " + read_image(search.wrong_bits).description +
                " and cannot be used. ";
    }
    Paths candidates = library_path;
    candidates.insert(candidates.begin(), {file.path.parent_path(), folder});
    for (const std::filesystem::path& place : candidates) {
        if (place.empty() || contains(search.searched, place) ||
            !is_loadable(read_image(place / os::path_from_utf8(name)))) {
            continue;
        }
        text += "It is in " + quoted(place) + ", where the system does not search: ";
        if (contains(library_path, place)) {
            return text +
                   "the folder is in library_path, but the system reads that only when a process "
                   "starts. Start the host with the folder in LD_LIBRARY_PATH.";
        }
        return text + "add that folder to library_path.";
    }
    if (const std::string source = dependency_source(name); !source.empty()) return text + source;
    return text + "Install its " + kBits + " build, or add its folder to library_path.";
}

std::string bad_dependency(const Dependency& dependency) {
    const auto problem = file_problem(dependency.found.path, dependency.image);
    return problem ? chain(dependency.needed_by, dependency.name) + ". " + *problem : "";
}

/// What is wrong with the first of `path`'s dependencies that is missing or cannot be loaded; empty
/// if none is. `folder` and `library_path`: other places where a user may have put it.
std::string dependency_problem(const std::filesystem::path& path, const Image& image,
                               const std::filesystem::path& folder, const Paths& library_path) {
    std::string problem;
    walk_dependencies(path, image, [&](const Dependency& dependency) {
        if (!dependency.found.already_loaded) {
            problem = dependency.found.path.empty()
                          ? missing_dependency(dependency, folder, library_path)
                          : bad_dependency(dependency);
        }
        return problem.empty();
    });
    return problem;
}

/// Why loading must not be tried; empty if it can be. The system's loader maps what a damaged
/// file's header promises, and the process dies of SIGBUS when it touches that.
std::string damage_before_loading(const std::filesystem::path& path) {
    if (!kLoaderTrustsHeaders) return {};
    const std::filesystem::path file =
        os::is_bare_name(path) ? find_in_system(os::utf8_of(path)).path : path;
    const Image image = read_image(file);
    // The loader waits for a pipe's other end; a folder it refuses by itself.
    if (const auto kind = os::kind_unless_regular(file); !kind.empty() && kind != "a folder") {
        return quoted(file) + " is " + kind + ", not a library. Give the path of the library.";
    }
    if (!is_loadable(image)) return {};
    if (image.is_damaged) return file_problem(file, image).value_or("");
    std::string damaged;
    const auto is_sound = [&](const Dependency& dependency) {
        if (is_loadable(dependency.image) && dependency.image.is_damaged) {
            damaged = bad_dependency(dependency);
        }
        return damaged.empty();
    };
    // This runs before each load and must be fast, so the system's own libraries are assumed to be
    // intact.
    walk_dependencies(file, image, is_sound,
                      [](const std::string& name, const LoadedFile& needed_by) {
                          return find_dependency(name, needed_by, {.system_folders = false});
                      });
    return damaged;
}

/// "Did you mean …?" with libraries in `folders` that have similar names.
std::string similar_files(const std::string& name, const Paths& folders) {
    std::map<std::string, std::vector<std::string>> files;
    std::vector<std::string> stems;
    for (const std::filesystem::path& folder : folders) {
        std::error_code error;
        for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
             file.increment(error)) {
            const std::string file_name = os::utf8_of(file->path().filename());
            // Plugins are not candidates, least of all the one being loaded.
            if (file_name != name && !file_name.ends_with(plugin_suffix())) {
                stems.push_back(library_stem(file_name));
                files[stems.back()].push_back(file_name);
            }
        }
    }
    std::vector<std::string> names;
    for (const std::string& stem : detail::nearest(library_stem(name), stems)) {
        std::sort(files[stem].begin(), files[stem].end());
        names.push_back(files[stem].front());
    }
    return detail::did_you_mean(names);
}

std::string not_found(const std::string& name, const std::filesystem::path& folder,
                      const Paths& library_path, const FoundDependency& search) {
    Paths own;
    if (!folder.empty()) own.push_back(folder);
    own.insert(own.end(), library_path.begin(), library_path.end());
    Paths searched = own;
    searched.insert(searched.end(), search.searched.begin(), search.searched.end());
    std::string text = "the library " + detail::quoted_list(library_file_names(name), "or") +
                       " was not found in: " + folder_list(searched) + ". ";
    if (!search.wrong_bits.empty()) {
        return text + quoted(search.wrong_bits) + " is " +
               read_image(search.wrong_bits).description + "; " + kHost + " loads " + kBits +
               " ones. Install the library's " + kBits +
               " build, or add its folder to library_path.";
    }
    std::string question = similar_files(name, own);
    if (question.empty()) question = similar_files(name, search.searched);
    return text + question + (question.empty() ? "" : " ") +
           "Put the library beside the plugin, add its folder to library_path, or give its "
           "absolute path.";
}

std::string absent_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_symlink(path, error)) {
        return quoted(path) + " is a symbolic link to " +
               quoted(std::filesystem::read_symlink(path, error)) +
               ", which does not exist. Install that file.";
    }
    const std::filesystem::path place = path.parent_path();
    if (!std::filesystem::is_directory(place, error)) {
        return "the library " + quoted(path) + " was not found: no folder " + quoted(place) +
               ". Correct the path.";
    }
    const std::string question = similar_files(os::utf8_of(path.filename()), {place});
    return "the library " + quoted(path) + " was not found: its folder exists, but not the file. " +
           (question.empty() ? "Correct the path." : question);
}

}  // namespace

std::string quoted(const std::filesystem::path& path) { return "`" + os::utf8_of(path) + "`"; }

std::string explain_load_failure(const std::filesystem::path& path,
                                 const std::filesystem::path& folder, const Paths& library_path,
                                 const std::string& system_message) {
    if (system_message.empty()) return damage_before_loading(path);
    std::filesystem::path file = path;
    if (os::is_bare_name(path)) {
        const std::string name = os::utf8_of(path);
        const FoundDependency search = find_in_system(name);
        if (search.path.empty()) return not_found(name, folder, library_path, search);
        file = search.path;
    }
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) return absent_file(file);
    if (std::filesystem::is_directory(status)) {
        return quoted(file) + " is a folder, not a library. Give the path of the library.";
    }
    const Image image = read_image(file);
    if (auto problem = file_problem(file, image)) return *problem;
    if (std::string problem = dependency_problem(file, image, folder, library_path);
        !problem.empty()) {
        return problem;
    }
    return explain_system_message(file, system_message);
}

}  // namespace bridge32::binary
