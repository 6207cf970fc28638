#include "find_host.hpp"

#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "bridge32/error.hpp"

namespace bridge32::client {

namespace fs = std::filesystem;

namespace {

#if defined(_WIN32)
constexpr const char* kHostFile = "host32.exe";
#else
constexpr const char* kHostFile = "host32";
#endif

fs::path existing(const fs::path& path, const std::string& origin) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        throw StartupError("cannot start the host: " + path.string() + ", which " + origin +
                           " names, does not exist");
    }
    return fs::absolute(path);
}

}  // namespace

fs::path find_host(const fs::path& given) {
    if (!given.empty()) return existing(given, "host_executable");
    const char* variable = std::getenv("BRIDGE32_HOST");
    if (variable != nullptr && *variable != '\0') {
        return existing(variable, "the environment variable BRIDGE32_HOST");
    }
    const fs::path library = boost::dll::this_line_location().parent_path();
    std::string places;
    for (const auto& folder : {library, library / "bridge32"}) {
        std::error_code ignored;
        if (fs::exists(folder / kHostFile, ignored)) return fs::absolute(folder / kHostFile);
        places += (places.empty() ? "" : " and ") + (folder / kHostFile).string();
    }
    throw StartupError("cannot find the host: looked for " + places +
                       ". Set host_executable or the environment variable BRIDGE32_HOST to it");
}

}  // namespace bridge32::client
