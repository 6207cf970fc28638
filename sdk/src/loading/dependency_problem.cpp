#include <algorithm>
#include <deque>
#include <set>
#include <string_view>
#include <system_error>

#include "loading/load_failure_parts.hpp"

namespace bridge32::loading {
namespace {

constexpr std::size_t kMaxFiles = 1000;  // of one library's dependencies

bool contains(const Paths& folders, const std::filesystem::path& folder) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::filesystem::path& other) {
        std::error_code ignored;
        return std::filesystem::equivalent(folder, other, ignored);
    });
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
        chain(file, name) + ", which was not found in: " + folder_list(search.searched) + ". ";
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

/// Calls `visit` for each dependency of `path`, direct or not, in the loader's order, with
/// the file that needs it, its name, where it is and what it is (null when it is nowhere).
/// `visit` returns whether to go on.
template <class Visit>
void walk_dependencies(const std::filesystem::path& path, const Image& image, const Visit& visit) {
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
                if (!visit(file, name, found, nullptr)) {
                    return;
                }
                continue;
            }
            const Image dependency = read_image(found.path);
            if (!visit(file, name, found, &dependency)) {
                return;
            }
            files.push_back({found.path, dependency, &file});
        }
    }
}

std::string bad_dependency(const LoadedFile& needed_by, const std::string& name,
                           const std::filesystem::path& path, const Image& image) {
    const auto problem = file_problem(path, image);
    return problem ? chain(needed_by, name) + ". " + *problem : "";
}

}  // namespace

std::string folder_list(const Paths& folders) {
    std::string text;
    for (const std::filesystem::path& folder : folders) {
        text += (text.empty() ? "" : ", ") + detail::text_of(folder);
    }
    return text.empty() ? "no folder" : text;
}

std::string dependency_problem(const std::filesystem::path& path, const Image& image,
                               const std::filesystem::path& folder, const Paths& library_path) {
    std::string problem;
    walk_dependencies(path, image,
                      [&](const LoadedFile& needed_by, const std::string& name,
                          const FoundDependency& found, const Image* dependency) {
                          problem =
                              dependency == nullptr
                                  ? missing_dependency(needed_by, name, found, folder, library_path)
                                  : bad_dependency(needed_by, name, found.path, *dependency);
                          return problem.empty();
                      });
    return problem;
}

std::string damage_before_loading(const std::filesystem::path& path) {
    const std::filesystem::path file =
        path.has_parent_path() ? path : find_in_system(detail::text_of(path)).path;
    const Image image = read_image(file);
    if (!is_loadable(image)) {
        return {};
    }
    if (image.is_damaged) {
        return file_problem(file, image).value_or("");
    }
    std::string damaged;
    walk_dependencies(
        file, image,
        [&](const LoadedFile& needed_by, const std::string& name, const FoundDependency& found,
            const Image* dependency) {
            if (dependency != nullptr && is_loadable(*dependency) && dependency->is_damaged) {
                damaged = bad_dependency(needed_by, name, found.path, *dependency);
            }
            return damaged.empty();
        });
    return damaged;
}

}  // namespace bridge32::loading
