#include <algorithm>
#include <string_view>
#include <system_error>

#include "binary/dependency_walk.hpp"
#include "binary/load_failure_parts.hpp"
#include "binary/system_message.hpp"

namespace bridge32::binary {
namespace {

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
                " and does not serve. ";
    }
    Paths candidates = library_path;
    candidates.insert(candidates.begin(), {file.path.parent_path(), folder});
    for (const std::filesystem::path& place : candidates) {
        if (place.empty() || contains(search.searched, place) ||
            !is_loadable(read_image(place / detail::path_from_utf8(name)))) {
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
    if (const std::string source = dependency_source(name); !source.empty()) {
        return text + source;
    }
    return text + "Install its " + kBits + " build, or add its folder to library_path.";
}

std::string bad_dependency(const Dependency& dependency) {
    const auto problem = file_problem(dependency.found.path, dependency.image);
    return problem ? chain(dependency.needed_by, dependency.name) + ". " + *problem : "";
}

}  // namespace

std::string folder_list(const Paths& folders) {
    std::string text;
    for (const std::filesystem::path& folder : folders) {
        text += (text.empty() ? "" : ", ") + detail::utf8_of(folder);
    }
    return text.empty() ? "no folder" : text;
}

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

std::string damage_before_loading(const std::filesystem::path& path) {
    if (!kLoaderTrustsHeaders) {
        return {};
    }
    const std::filesystem::path file =
        path.has_parent_path() ? path : find_in_system(detail::utf8_of(path)).path;
    const Image image = read_image(file);
    if (!is_loadable(image)) {
        return {};
    }
    if (image.is_damaged) {
        return file_problem(file, image).value_or("");
    }
    std::string damaged;
    const auto is_sound = [&](const Dependency& dependency) {
        if (is_loadable(dependency.image) && dependency.image.is_damaged) {
            damaged = bad_dependency(dependency);
        }
        return damaged.empty();
    };
    // This comes before each loading, and must be quick: what the system has in store is taken
    // to be whole.
    walk_dependencies(file, image, is_sound,
                      [](const std::string& name, const LoadedFile& needed_by) {
                          return find_dependency(name, needed_by, {.system_folders = false});
                      });
    return damaged;
}

}  // namespace bridge32::binary
