#include "client/hosts/find_host.hpp"

#include <boost/dll/runtime_symbol_info.hpp>
#include <string>
#include <vector>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/environment.hpp"
#include "os/path.hpp"
#include "os/process.hpp"

namespace bridge32::client {

namespace fs = std::filesystem;
using detail::utf8_of;

namespace {

/// The absolute path of `path`, or of what it links to: the other host and `plugins/` are beside
/// the program itself (`bin/host32` of an installed prefix is a link). Empty if there is no file.
fs::path resolved(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return {};
    if (!fs::is_symlink(path, ignored)) return os::absolute_path(path);
    const fs::path target = os::canonical_path(path, ignored);
    return target.empty() ? os::absolute_path(path) : target;
}

fs::path existing(const fs::path& path, const std::string& origin) {
    fs::path found = resolved(path);
    if (found.empty()) {
        throw StartupError("cannot start the host: " + utf8_of(path) + ", which " + origin +
                           " names, does not exist");
    }
    return found;
}

/// The client library, or the program that it is a part of.
fs::path own_file() {
    const fs::path file = boost::dll::this_line_location();
    // glibc names a program as it was called: without a folder when it was found in PATH.
    fs::path own = os::is_absolute(file) ? file : fs::path(boost::dll::program_location());
    fs::path found = resolved(own);
    return found.empty() ? own : found;  // empty: it was replaced while it runs
}

}  // namespace

fs::path find_host(const fs::path& given) {
    if (!given.empty()) return existing(given, "host_executable");
    const auto variable = os::environment_variable("BRIDGE32_HOST");
    if (variable && !variable->empty()) {
        return existing(detail::path_from_utf8(*variable),
                        "the environment variable BRIDGE32_HOST");
    }
    const std::string file = os::executable_file("host32");
    const fs::path library = own_file().parent_path();
    std::string places;
    // The last is the installed prefix, seen from a program in its bin/ that holds the library.
    for (const auto& folder :
         {library, library / "bridge32", library.parent_path() / BRIDGE32_LIBDIR / "bridge32"}) {
        if (fs::path found = resolved(folder / file); !found.empty()) return found;
        places += (places.empty() ? "" : " and ") + utf8_of(folder / file);
    }
    throw StartupError(
        "cannot find the host: searched for " + places +
        ". Set host_executable or the environment variable BRIDGE32_HOST to its path");
}

}  // namespace bridge32::client
