#include "tool/report/machine_check.hpp"

#include "binary/image.hpp"
#include "binary/library_search.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::tool {

namespace {

using State = Finding::State;

/// A 32-bit runtime library in the system's folder.
Finding library(const std::string& name, const std::string& compiler) {
    const binary::LoadedFile nothing{};
    const auto found = binary::find_dependency(name, nothing, {32, false, {}});
    if (!found.path.empty()) return {State::kGood, name, "The 32-bit library is installed.", ""};
    return {State::kHint, name,
            "The 32-bit library is missing; libraries built with " + compiler + " need it.",
            "If yours does, install the matching x86 Visual C++ Redistributable."};
}

}  // namespace

Finding explain_no_start(const std::filesystem::path& host, const std::string& reason) {
    return {State::kProblem, "", detail::utf8_of(host) + " does not run: " + reason,
            "Check whether a virus scanner blocks it, and run it by hand with --version. Windows "
            "needs WOW64 for 32-bit programs; some servers must have it added."};
}

std::vector<Finding> check_memory() { return {}; }

std::vector<Finding> check_packages() {
    return {library("vcruntime140.dll", "Visual Studio 2015 or later"),
            library("msvcr100.dll", "Visual Studio 2010")};
}

}  // namespace bridge32::tool
