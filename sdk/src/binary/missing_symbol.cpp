#include "binary/missing_symbol.hpp"

#include <algorithm>
#include <iterator>

#include "binary/decorated_name.hpp"
#include "binary/exports.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::binary {

namespace {

constexpr std::size_t kMostListed = 10;

/// What to write for this export if it is the intended function.
std::string advice_for(const ExportName& found) {
    if (found.form == NameForm::kCpp || found.form == NameForm::kCppMicrosoft) {
        return "It is a C++ function: use the name `" + found.name +
               "`, or export it with extern \"C\".";
    }
    if (!found.argument_bytes) return "Ask for `" + found.name + "`.";
    const std::string what = "That is a " + std::string(text_of(found.convention)) +
                             " function with " + std::to_string(*found.argument_bytes) +
                             " bytes of arguments: ";
    if (found.convention == Convention::kVectorcall) {
        return what + "write a small library that calls it and exports it as cdecl or stdcall.";
    }
    return what + "write " +
           (found.convention == Convention::kFastcall ? "BRIDGE32_FASTCALL" : "BRIDGE32_STDCALL") +
           " in the signature, with parameters of that size.";
}

std::string display(const ExportName& found) {
    return found.name == found.readable ? "`" + found.name + "`"
                                        : "`" + found.readable + "` as `" + found.name + "`";
}

std::string overview(const std::vector<std::string>& names) {
    if (names.empty()) {
        return " It exports no names; it may be damaged, or built with all functions hidden.";
    }
    const std::vector<std::string> first(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostListed)));
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
               " It forwards the name to another library, which is missing or does not export it. "
               "Load that library first, or add its folder to library_path.";
    }
    std::vector<ExportName> exports;
    std::transform(names.begin(), names.end(), std::back_inserter(exports),
                   [](const std::string& name) { return read_export_name(name); });

    std::vector<ExportName> same;
    std::copy_if(exports.begin(), exports.end(), std::back_inserter(same),
                 [&](const ExportName& e) { return e.base == symbol; });
    if (!same.empty()) {
        text += " It exports " + display(same.front());
        for (std::size_t i = 1; i < std::min(same.size(), kMostListed); ++i) {
            text += ", " + display(same[i]);
        }
        return text + ". " + advice_for(same.front());
    }

    std::vector<std::string> candidates = names;
    std::transform(exports.begin(), exports.end(), std::back_inserter(candidates),
                   [](const ExportName& e) { return e.base; });
    std::vector<std::string> near;
    for (const std::string& name : detail::nearest(symbol, candidates)) {
        const auto found = std::find_if(exports.begin(), exports.end(), [&](const ExportName& e) {
            return e.name == name || e.base == name;
        });
        if (std::find(near.begin(), near.end(), found->name) == near.end()) {
            near.push_back(found->name);
        }
    }
    return text + (near.empty() ? overview(names) : " " + detail::did_you_mean(near));
}

}  // namespace bridge32::binary
