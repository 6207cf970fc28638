#include "binary/dependencies.hpp"

#include <deque>
#include <set>

#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::binary {

namespace {

constexpr std::size_t kMaxFiles = 1000;  // of one library's dependencies

}  // namespace

void walk_dependencies(const std::filesystem::path& path, const Image& image,
                       const std::function<bool(const Dependency&)>& visit, const Finder& find) {
    std::deque<LoadedFile> files;  // never moves what `needed_by` points to
    std::set<std::string> seen{library_key(image.soname),
                               library_key(detail::utf8_of(path.filename()))};
    files.push_back({path, image});
    for (std::size_t i = 0; i < files.size() && i < kMaxFiles; ++i) {
        const LoadedFile& file = files[i];
        for (const std::string& name : file.image.needed) {
            if (!seen.insert(library_key(name)).second) continue;
            const FoundDependency found = find ? find(name, file) : find_dependency(name, file);
            const bool is_file = !found.already_loaded && !found.path.empty();
            const Dependency dependency{file, name, found,
                                        is_file ? read_image(found.path) : Image{}};
            if (!visit(dependency)) return;
            if (is_file && !found.of_system) files.push_back({found.path, dependency.image, &file});
        }
    }
}

}  // namespace bridge32::binary
