#include <algorithm>
#include <boost/core/demangle.hpp>
#include <string_view>

#include "bridge32/detail/path_text.hpp"
#include "bridge32/detail/suggest.hpp"
#include "loading/load_failure.hpp"

namespace bridge32::loading {
namespace {

constexpr std::size_t kListed = 10;

/// An exported name, and what its writer called the function.
struct Export {
    std::string name;      ///< as the file has it
    std::string readable;  ///< demangled: `geometry::area(int, int)`; else the same
    std::string base;      ///< without decorations, scopes and parameters: `area`
    std::string bytes;     ///< the N of `f@N`, or empty
};

/// `geometry::area(int, int)` gives `area`.
std::string base_of_cpp(std::string_view readable) {
    const std::string_view before = readable.substr(0, readable.find_first_of("(<["));
    const std::size_t scope = before.rfind("::");
    return std::string(scope == std::string_view::npos ? before : before.substr(scope + 2));
}

Export read_name(const std::string& name) {
    Export result{name, name, name, {}};
    if (name.starts_with("_Z")) {
        result.readable = boost::core::demangle(name.c_str());
        result.base = base_of_cpp(result.readable);
        return result;
    }
    if (name.starts_with('?')) {  // Microsoft's: ?area@geometry@@YAHHH@Z
        result.base = name.substr(1, name.find('@') - 1);
        return result;
    }
    const std::size_t at = name.rfind('@');
    if (at != std::string::npos && at > 0 && at + 1 < name.size()) {
        result.bytes = name.substr(at + 1);
        result.base = name.substr(0, at);
    }
    if (result.base.size() > 1 && (result.base.front() == '_' || result.base.front() == '@')) {
        result.base.erase(0, 1);
    } else if (result.base.size() > 1 && result.base.back() == '_') {
        result.base.pop_back();
    }
    return result;
}

/// What to write to get this export, when it is the function that was meant.
std::string advice(const Export& found) {
    if (found.name != found.readable || found.name.starts_with('?')) {
        return "It is a C++ function: ask for `" + found.name +
               "`, or have the library export it with extern \"C\".";
    }
    if (found.bytes.empty()) {
        return "Ask for `" + found.name + "`.";
    }
    const bool fastcall = found.name.starts_with('@');
    return "That is a " + std::string(fastcall ? "fastcall" : "stdcall") + " function with " +
           found.bytes + " bytes of arguments: write " +
           (fastcall ? "BRIDGE32_FASTCALL" : "BRIDGE32_STDCALL") +
           " in the signature, and parameters that take that much.";
}

std::string display(const Export& found) {
    return found.name == found.readable ? "`" + found.name + "`"
                                        : "`" + found.readable + "` as `" + found.name + "`";
}

std::string overview(const std::vector<std::string>& names) {
    if (names.empty()) {
        return " It exports no names: it may be damaged, or built with all its functions hidden.";
    }
    const std::vector<std::string> first(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kListed)));
    const bool all = first.size() == names.size();
    return " It exports " + (all ? "" : std::to_string(names.size()) + " names, among them ") +
           detail::quoted_list(first, "and") + ".";
}

}  // namespace

std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol) {
    return explain_missing_symbol(path, symbol, exported_names(path));
}

std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol,
                                   const std::vector<std::string>& names) {
    std::string text = "`" + detail::utf8_of(path) + "` does not export `" + symbol + "`.";
    if (std::find(names.begin(), names.end(), symbol) != names.end()) {
        return text +
               " It has the name, but for a function of another library, which is missing "
               "or lacks it: load that library first, or add its folder to library_path.";
    }
    std::vector<Export> exports;
    std::transform(names.begin(), names.end(), std::back_inserter(exports), read_name);

    std::vector<Export> same;
    std::copy_if(exports.begin(), exports.end(), std::back_inserter(same),
                 [&](const Export& e) { return e.base == symbol; });
    if (!same.empty()) {
        text += " It exports " + display(same.front());
        for (std::size_t i = 1; i < std::min(same.size(), kListed); ++i) {
            text += ", " + display(same[i]);
        }
        return text + ". " + advice(same.front());
    }

    std::vector<std::string> candidates = names;
    std::transform(exports.begin(), exports.end(), std::back_inserter(candidates),
                   [](const Export& e) { return e.base; });
    std::vector<std::string> near;
    for (const std::string& name : detail::nearest(symbol, candidates)) {
        const auto found = std::find_if(exports.begin(), exports.end(), [&](const Export& e) {
            return e.name == name || e.base == name;
        });
        if (std::find(near.begin(), near.end(), found->name) == near.end()) {
            near.push_back(found->name);
        }
    }
    return text + (near.empty() ? overview(names) : " " + detail::did_you_mean(near));
}

}  // namespace bridge32::loading
