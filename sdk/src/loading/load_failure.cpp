#include "loading/load_failure.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <system_error>

#include "bridge32/detail/library_loader.hpp"
#include "bridge32/detail/suggest.hpp"
#include "loading/system_message.hpp"

namespace bridge32::loading {
namespace {

constexpr std::size_t kMaxFiles = 1000;  // of one library's dependencies

const std::string kHost = kOwnBits == 32 ? "host32" : "host64";
const std::string kBits = std::to_string(kOwnBits) + "-bit";

std::string quoted(const std::filesystem::path& path) { return "`" + detail::text_of(path) + "`"; }

std::string list(const Paths& folders) {
    std::string text;
    for (const std::filesystem::path& folder : folders) {
        text += (text.empty() ? "" : ", ") + detail::text_of(folder);
    }
    return text.empty() ? "no folder" : text;
}

bool contains(const Paths& folders, const std::filesystem::path& folder) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::filesystem::path& other) {
        std::error_code ignored;
        return std::filesystem::equivalent(folder, other, ignored);
    });
}

/// "Did you mean …?" with the files of `folders` that are named like `name`.
std::string similar_files(const std::string& name, const Paths& folders) {
    std::vector<std::string> names;
    for (const std::filesystem::path& folder : folders) {
        std::error_code error;
        for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
             file.increment(error)) {
            names.push_back(detail::text_of(file->path().filename()));
        }
    }
    std::erase(names, name);
    const std::string question = detail::did_you_mean(detail::nearest(name, names));
    return question.empty() ? "" : " " + question;
}

std::string wrong_bitness(const std::filesystem::path& path, const Image& image) {
    const std::string what =
        quoted(path) + " is " + image.description + "; " + kHost + " loads " + kBits + " ones. ";
    return what + (kOwnBits == 32 ? "Use host64, or load it directly."
                                  : "Use host32: the 32-bit build of the plugin, without "
                                    "`mode = in_process`.");
}

/// What is wrong with the file itself, from its header. Nothing when it could be loaded.
std::optional<std::string> file_problem(const std::filesystem::path& path, const Image& image) {
    const std::string is = quoted(path) + " is " + image.description;
    if (image.format == Format::unreadable) {
        return quoted(path) +
               " cannot be read (permission denied?). Make the file readable and "
               "its folders searchable for the user who runs the host.";
    }
    if (image.format == Format::empty) {
        return is + ": a download or a build that failed may have left it. Get the library again.";
    }
    if (image.format == Format::other) {
        return is + ", not a library. Give the path of the library itself.";
    }
    if (image.format != kNativeFormat) {
        return is +
               ", and this system does not load such files. Get the library's build for this "
               "system, or use bridge32's build for the library's.";
    }
    if (image.bits == 0) {
        return is + ". Get the file again.";
    }
    if (image.bits != kOwnBits && image.is_library) {
        return wrong_bitness(path, image);
    }
    if (!image.machine.empty() && !is_loadable(image)) {
        return is + " for " + image.machine + "; " + kHost + " loads " + kBits + " ones for " +
               kOwnMachine + ".";
    }
    if (image.is_damaged) {
        return is +
               ", damaged or cut short: parts that its header names lie beyond its end. Get "
               "the file again.";
    }
    if (!image.is_library) {
        return is + ". Give the path of the library that the plugin wraps.";
    }
    return std::nullopt;
}

/// "`a` needs `b`, which needs `c`"
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

std::string missing_dependency(const LoadedFile& file, const std::string& name,
                               const FoundDependency& search, const std::filesystem::path& folder,
                               const Paths& library_path) {
    std::string text =
        chain(file, name) + ", which was not found in: " + list(search.searched) + ". ";
    if (!search.wrong_bits.empty()) {
        text += quoted(search.wrong_bits) + " is " + read_image(search.wrong_bits).description +
                " and does not serve. ";
    }
    Paths candidates = library_path;
    candidates.insert(candidates.begin(), {file.path.parent_path(), folder});
    for (const std::filesystem::path& place : candidates) {
        if (place.empty() || contains(search.searched, place) ||
            !is_loadable(read_image(place / name))) {
            continue;
        }
        text += "It lies in " + quoted(place) + ", where the system does not look: ";
        if (contains(library_path, place)) {
            return text +
                   "that folder is in library_path, but the system takes it up only when a "
                   "process starts. Start the host with it in LD_LIBRARY_PATH.";
        }
        return text + "add that folder to library_path.";
    }
    return text + "Install its " + kBits + " build, or add its folder to library_path.";
}

/// The first file of `path`'s tree of dependencies, in the loader's order, that is missing
/// or that cannot be loaded.
std::optional<std::string> dependency_problem(const std::filesystem::path& path, const Image& image,
                                              const std::filesystem::path& folder,
                                              const Paths& library_path) {
    std::deque<LoadedFile> files;  // never moves what `needed_by` points to
    std::set<std::string> seen{image.soname, detail::text_of(path.filename())};
    files.push_back({path, image});
    for (std::size_t i = 0; i < files.size() && i < kMaxFiles; ++i) {
        const LoadedFile& file = files[i];
        for (const std::string& name : file.image.needed) {
            if (!seen.insert(name).second) {
                continue;
            }
            const FoundDependency found = find_dependency(name, file);
            if (found.already_loaded) {
                continue;
            }
            if (found.path.empty()) {
                return missing_dependency(file, name, found, folder, library_path);
            }
            const Image dependency = read_image(found.path);
            if (const auto problem = file_problem(found.path, dependency)) {
                return chain(file, name) + ". " + *problem;
            }
            files.push_back({found.path, dependency, &file});
        }
    }
    return std::nullopt;
}

std::string not_found(const std::string& name, const std::filesystem::path& folder,
                      const Paths& library_path, const FoundDependency& search) {
    Paths own;
    if (!folder.empty()) {
        own.push_back(folder);
    }
    own.insert(own.end(), library_path.begin(), library_path.end());
    Paths searched = own;
    searched.insert(searched.end(), search.searched.begin(), search.searched.end());
    std::string text = "the library `" + name + "` was not found in: " + list(searched) + ".";
    if (!search.wrong_bits.empty()) {
        text += " " + quoted(search.wrong_bits) + " is " +
                read_image(search.wrong_bits).description + "; " + kHost + " loads " + kBits +
                " ones.";
    }
    text += similar_files(name, searched);
    return text +
           " Put the library beside the plugin, add its folder to library_path, or give "
           "its absolute path.";
}

std::string absent_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_symlink(path, error)) {
        return quoted(path) + " is a symbolic link to " +
               quoted(std::filesystem::read_symlink(path, error)) +
               ", which does not exist. Install the file that it stands for.";
    }
    const std::filesystem::path place = path.parent_path();
    if (!std::filesystem::is_directory(place, error)) {
        return "the library " + quoted(path) + " was not found: there is no folder " +
               quoted(place) + ". Correct the path.";
    }
    return "the library " + quoted(path) + " was not found: its folder exists, the file does not." +
           similar_files(detail::text_of(path.filename()), {place}) + " Correct the path.";
}

}  // namespace

std::string explain_load_failure(const std::filesystem::path& path,
                                 const std::filesystem::path& folder, const Paths& library_path,
                                 const std::string& system_message) {
    std::filesystem::path file = path;
    if (!path.has_parent_path()) {
        const std::string name = detail::text_of(path);
        const FoundDependency search = find_in_system(name);
        if (search.path.empty()) {
            return not_found(name, folder, library_path, search);
        }
        file = search.path;
    }
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        return absent_file(file);
    }
    if (std::filesystem::is_directory(status)) {
        return quoted(file) + " is a folder, not a library. Give the path of the library itself.";
    }
    const Image image = read_image(file);
    if (auto problem = file_problem(file, image)) {
        return *problem;
    }
    if (auto problem = dependency_problem(file, image, folder, library_path)) {
        return *problem;
    }
    return explain_system_message(file, system_message);
}

}  // namespace bridge32::loading
