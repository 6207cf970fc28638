#include "tool/command/doctor.hpp"

#include "binary/image.hpp"
#include "binary/library_search.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::tool {

namespace {

using State = Finding::State;

/// A 32-bit library in the system's own folder.
Finding library(const std::string& name, const std::string& what) {
    const binary::LoadedFile nothing{};
    const auto found = binary::find_dependency(name, nothing, {32, false, {}});
    if (!found.path.empty()) return {State::good, name, "The 32-bit one is there.", ""};
    return {State::hint, name,
            "The 32-bit one is not there: libraries need it that were built with " + what + ".",
            "Only if yours does: install the Visual C++ Redistributable for it, in x86."};
}

}  // namespace

Finding explain_no_start(const std::filesystem::path& host, const std::string& reason) {
    return {State::problem, "", detail::utf8_of(host) + " does not run: " + reason,
            "Look whether a virus scanner blocks it, and run it by hand with --version. Windows "
            "needs WOW64 for 32-bit programs, which a server without it must have added."};
}

std::vector<Finding> look_at_memory() { return {}; }

std::vector<Finding> look_for_packages() {
    return {library("vcruntime140.dll", "Visual Studio 2015 or later"),
            library("msvcr100.dll", "Visual Studio 2010")};
}

}  // namespace bridge32::tool
