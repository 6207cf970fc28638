#include "binary/missing_procedure.hpp"

#ifndef NOMINMAX
#define NOMINMAX
#endif
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <algorithm>
#include <functional>

#include "binary/dependency_walk.hpp"
#include "binary/load_failure_parts.hpp"

namespace bridge32::binary {
namespace {

using Exports = std::function<bool(const std::string&)>;

/// Asks the library that this process has loaded.
Exports exports_of_loaded(const std::string& name) {
    const HMODULE module = ::GetModuleHandleW(detail::path_from_utf8(name).c_str());
    return [module](const std::string& symbol) {
        // An API set has no module here, and the loader has what it stands for.
        return module == nullptr || symbol.front() == '#' ||
               ::GetProcAddress(module, symbol.c_str()) != nullptr;
    };
}

/// Asks the file; what it exports by number only is not known.
Exports exports_of_file(const std::filesystem::path& file) {
    return [names = exported_names(file)](const std::string& symbol) {
        return symbol.front() == '#' || std::binary_search(names.begin(), names.end(), symbol);
    };
}

}  // namespace

std::string missing_procedure(const std::filesystem::path& path) {
    std::string problem;
    const auto check = [&](const LoadedFile& file, const std::string& name,
                           const FoundDependency& found) {
        const Exports exports =
            found.already_loaded ? exports_of_loaded(name) : exports_of_file(found.path);
        for (const Imports& imports : imported_names(file.path)) {
            if (library_key(imports.library) != library_key(name)) {
                continue;
            }
            for (const std::string& symbol : imports.names) {
                if (problem.empty() && !symbol.empty() && !exports(symbol)) {
                    problem = quoted(file.path) + " uses `" + symbol + "` of `" + name +
                              "`, which " +
                              (found.already_loaded ? std::string("the one in this process")
                                                    : quoted(found.path)) +
                              " does not export. It was built for another version of that library"
                              ", or of Windows when `" +
                              name +
                              "` is a part of it. Install the version that it was built for, or "
                              "put that beside it.";
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

}  // namespace bridge32::binary
