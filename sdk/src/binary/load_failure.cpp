#include "binary/load_failure.hpp"

#include <algorithm>
#include <map>
#include <system_error>

#include "base/names.hpp"
#include "binary/load_failure_parts.hpp"
#include "binary/system_message.hpp"
#include "bridge32/internal/support/suggest.hpp"

namespace bridge32::binary {
namespace {

/// "Did you mean …?" with the libraries of `folders` that are named like `name`.
std::string similar_files(const std::string& name, const Paths& folders) {
    std::map<std::string, std::vector<std::string>> files;
    std::vector<std::string> stems;
    for (const std::filesystem::path& folder : folders) {
        std::error_code error;
        for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
             file.increment(error)) {
            const std::string file_name = detail::utf8_of(file->path().filename());
            // A plugin is no library, least of all the one that is being loaded.
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
    if (!folder.empty()) {
        own.push_back(folder);
    }
    own.insert(own.end(), library_path.begin(), library_path.end());
    Paths searched = own;
    searched.insert(searched.end(), search.searched.begin(), search.searched.end());
    std::string text = "the library " + detail::quoted_list(library_file_names(name), "or") +
                       " was not found in: " + folder_list(searched) + ". ";
    if (!search.wrong_bits.empty()) {
        return text + quoted(search.wrong_bits) + " is " +
               read_image(search.wrong_bits).description + "; " + kHost + " loads " + kBits +
               " ones. Install the library's " + kBits +
               " build, or add the folder of one to library_path.";
    }
    std::string question = similar_files(name, own);
    if (question.empty()) {
        question = similar_files(name, search.searched);
    }
    return text + question + (question.empty() ? "" : " ") +
           "Put the library beside the plugin, add its folder to library_path, or give its "
           "absolute path.";
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
    const std::string question = similar_files(detail::utf8_of(path.filename()), {place});
    return "the library " + quoted(path) +
           " was not found: its folder exists, the file does not. " +
           (question.empty() ? "Correct the path." : question);
}

}  // namespace

std::string explain_load_failure(const std::filesystem::path& path,
                                 const std::filesystem::path& folder, const Paths& library_path,
                                 const std::string& system_message) {
    if (system_message.empty()) {
        return damage_before_loading(path);
    }
    std::filesystem::path file = path;
    if (!path.has_parent_path()) {
        const std::string name = detail::utf8_of(path);
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
    if (std::string problem = dependency_problem(file, image, folder, library_path);
        !problem.empty()) {
        return problem;
    }
    return explain_system_message(file, system_message);
}

}  // namespace bridge32::binary
