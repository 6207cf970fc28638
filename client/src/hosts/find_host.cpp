#include "client/hosts/find_host.hpp"

#include <boost/dll/runtime_symbol_info.hpp>
#include <string>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/environment.hpp"
#include "os/file_access.hpp"
#include "os/path.hpp"
#include "os/process.hpp"

namespace bridge32::client {

namespace fs = std::filesystem;
using detail::utf8_of;

namespace {

/// The host that was found as `path`, unless others can replace it.
fs::path checked(const fs::path& path, bool allow_unsafe) {
    const std::string problem = "cannot start the host " + utf8_of(path) + ": ";
    if (const auto kind = os::kind_unless_regular(path); !kind.empty()) {
        throw StartupError(problem + "it is " + kind + ", not a program");
    }
    if (allow_unsafe) {
        std::error_code unknown;
        fs::path resolved = os::canonical_path(path, unknown);
        return unknown ? os::absolute_path(path) : resolved;
    }
    auto closed = os::closed_file(path);
    if (closed) return std::move(closed.path);
    const bool known = closed.refusal == os::ClosedPath::Refusal::kForeign;
    throw StartupError(
        problem +
        (known ? "other users could replace it: " : "it cannot be told who could replace it: ") +
        closed.text() + ". Either " + closed.remedy +
        ", or, if you trust these users, set ClientOptions::allow_unsafe_plugins");
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

fs::path existing(const fs::path& path, const std::string& origin, bool allow_unsafe) {
    if (is_there(path)) return checked(path, allow_unsafe);
    throw StartupError("cannot start the host: " + utf8_of(path) + ", which " + origin +
                       " names, does not exist");
}

/// The client library, or the program that it is a part of.
fs::path own_file() {
    const fs::path file = boost::dll::this_line_location();
    // glibc names a program as it was called: without a folder when it was found in PATH.
    fs::path own = os::is_absolute(file) ? file : fs::path(boost::dll::program_location());
    std::error_code unknown;
    fs::path found = os::canonical_path(own, unknown);
    return unknown ? own : found;  // it was replaced while it runs
}

}  // namespace

fs::path find_host(const fs::path& given, bool allow_unsafe) {
    if (!given.empty()) return existing(given, "host_executable", allow_unsafe);
    const auto variable = os::environment_variable("BRIDGE32_HOST");
    if (variable && !variable->empty()) {
        return existing(detail::path_from_utf8(*variable), "the environment variable BRIDGE32_HOST",
                        allow_unsafe);
    }
    const std::string file = os::executable_file("host32");
    const fs::path library = own_file().parent_path();
    std::string places;
    // The last is the installed prefix, seen from a program in its bin/ that holds the library.
    for (const auto& folder :
         {library, library / "bridge32", library.parent_path() / BRIDGE32_LIBDIR / "bridge32"}) {
        if (is_there(folder / file)) return checked(folder / file, allow_unsafe);
        places += (places.empty() ? "" : " and ") + utf8_of(folder / file);
    }
    throw StartupError(
        "cannot find the host: searched for " + places +
        ". Set host_executable or the environment variable BRIDGE32_HOST to its path");
}

}  // namespace bridge32::client
