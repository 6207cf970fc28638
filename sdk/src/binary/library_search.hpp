// Where a library and the libraries that it needs are found.
//
// Finding the library itself is bridge32's own rule. Finding its dependencies is the
// operating system's, and it tells nobody where it looked: `find_dependency` repeats its
// search, so that an error can name the places. Nothing here loads anything.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "binary/image.hpp"

namespace bridge32::binary {

using Paths = std::vector<std::filesystem::path>;

/// Where the search for a library led.
struct FoundLibrary {
    /// The file; or, when none was found, the name for the system's own search.
    std::filesystem::path path;
    bool found = false;
    /// The folders in which it was looked for, in order; the system's not among them.
    Paths searched;
};

/// The file of the library `name`. An absolute path stays as it is; anything else is looked
/// for in `folder`, then in `library_path`, never in the working directory. A name without
/// an extension gets the platform's, and `lib` in front where that exists. A file
/// of this process's bitness further on is preferred over one of the other bitness.
FoundLibrary find_library(const std::filesystem::path& name, const std::filesystem::path& folder,
                          const Paths& library_path);

/// The file names that `name` may stand for, the most likely first.
std::vector<std::string> library_file_names(const std::string& name);

/// What people call the library `file_name`: "plain" for `libplain.so.1`, `plain.dll`.
std::string library_stem(const std::string& file_name);

/// Names with the same key are names of one library, whatever the case on Windows.
std::string library_key(const std::string& name);

/// Whether the system's loader relies on a file's header, and ends the process when the file is
/// shorter than that says.
extern const bool kLoaderTrustsHeaders;

/// Makes this process search `library_path`, where it can be told to (Windows: see
/// AddDllDirectory, and PATH for what searches that). Folders stay once they are added.
void add_library_folders(const Paths& library_path);

/// From now on this process's loader leaves the working directory out, in which Windows looks for
/// what a library needs: anybody may have put files there.
void leave_out_working_directory();

/// A file that is being loaded, and why.
struct LoadedFile {
    std::filesystem::path path;
    Image image;
    const LoadedFile* needed_by = nullptr;  ///< null for the first
};

struct FoundDependency {
    std::filesystem::path path;        ///< empty when it was not found
    std::filesystem::path wrong_bits;  ///< a file of that name, of the other bitness
    Paths searched;                    ///< the folders, in order
    /// This process has it, or the system has no file for it; `path` is empty.
    bool already_loaded = false;
    bool of_system = false;  ///< comes with the operating system, as all that it needs does
};

/// For which process a search is made.
struct Searcher {
    int bits = kOwnBits;
    bool own_process = true;  ///< what this process has loaded already need not be found
    Paths library_path = {};  ///< folders that it was started with, beyond this process's
    /// Also in what the system has in store, which takes a millisecond. (Windows: always.)
    bool system_folders = true;
};

/// Where the system would find the library `name` that `needed_by` needs.
FoundDependency find_dependency(const std::string& name, const LoadedFile& needed_by,
                                const Searcher& searcher = {});

/// Where the system would find `name` when nothing but the program asks for it.
FoundDependency find_in_system(const std::string& name);

}  // namespace bridge32::binary
