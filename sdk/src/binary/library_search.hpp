// Where a library and its dependencies are found.
//
// The library itself is found by bridge32's rules. Its dependencies are found by the operating
// system, which does not report where it searched: `find_dependency` repeats that search, so that
// an error can list the folders. Nothing here loads a library.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "binary/image.hpp"

namespace bridge32::binary {

using Paths = std::vector<std::filesystem::path>;

/// The result of a search for a library.
struct FoundLibrary {
    /// The file, or the name for the system's own search if none was found.
    std::filesystem::path path;
    bool found = false;
    /// The folders searched, in order, without the system's.
    Paths searched;
};

/// The file of the library `name`. An absolute path is taken as it is; anything else is searched
/// for in `folder`, then in `library_path`, never in the working directory. A name without an
/// extension gets the platform's, and a `lib` prefix if such a file exists. A file of this
/// process's bitness is preferred, even from a later folder.
FoundLibrary find_library(const std::filesystem::path& name, const std::filesystem::path& folder,
                          const Paths& library_path);

/// The file names that `name` can mean, most likely first.
std::vector<std::string> library_file_names(const std::string& name);

/// The base name of the library `file_name`: "plain" for `libplain.so.1`, `plain.dll`.
std::string library_stem(const std::string& file_name);

/// Names with the same key mean the same library; on Windows, case is ignored.
std::string library_key(const std::string& name);

/// True if the system's loader trusts a file's header and crashes if the file is shorter than it
/// says.
extern const bool kLoaderTrustsHeaders;

/// Makes this process search `library_path`, if the system supports that (Windows: AddDllDirectory,
/// and PATH for libraries that search it). Folders are never removed.
void add_library_folders(const Paths& library_path);

/// Excludes the working directory from the loader's search, in which Windows includes it: others
/// may have put files there.
void leave_out_working_directory();

/// A file being loaded, and the file that needs it.
struct LoadedFile {
    std::filesystem::path path;
    Image image;
    const LoadedFile* needed_by = nullptr;  ///< null for the first
};

struct FoundDependency {
    std::filesystem::path path;        ///< empty when it was not found
    std::filesystem::path wrong_bits;  ///< a file of that name, of the other bitness
    Paths searched;                    ///< the folders, in order
    /// Already loaded, or without a file on this system; `path` is empty.
    bool already_loaded = false;
    bool of_system = false;  ///< comes with the operating system, as all that it needs does
};

/// The process that a search is made for.
struct Searcher {
    int bits = kOwnBits;
    bool own_process = true;  ///< what this process has loaded already need not be found
    Paths library_path = {};  ///< folders that it was started with, beyond this process's
    /// Also search the system's cache, which takes a millisecond. (Windows: always.)
    bool system_folders = true;
};

/// Where the system would find the library `name` for `needed_by`.
FoundDependency find_dependency(const std::string& name, const LoadedFile& needed_by,
                                const Searcher& searcher = {});

/// Where the system would find `name` for the program itself.
FoundDependency find_in_system(const std::string& name);

}  // namespace bridge32::binary
