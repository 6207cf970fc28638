#include "tool/headers/header_content.hpp"

#include <map>
#include <set>

#include "bridge32/internal/text/path_text.hpp"
#include "tool/headers/type_kinds.hpp"

namespace bridge32::tool {

namespace {

/// `#define LOW LOW` beside an enumeration that has LOW, as some headers have it.
void drop_repeated_constants(interfaces::Interface& declared) {
    std::set<std::string> enumerators;
    for (const auto* type : declared.types) {
        const auto& body = interfaces::meaning(*type);
        for (const auto& one : body.enumerators)
            enumerators.insert(one.name);
    }
    std::erase_if(declared.constants,
                  [&](const auto& one) { return enumerators.contains(one.name); });
}

/// The most frequent one, so that few functions have to name theirs.
void choose_convention(interfaces::Interface& declared) {
    std::map<interfaces::Convention, std::size_t> counts;
    for (const auto& function : declared.functions)
        ++counts[function.signature.convention];
    std::size_t most = 0;
    for (const auto& [convention, count] : counts) {
        if (count <= most) continue;
        most = count;
        declared.library.convention = convention;
    }
}

}  // namespace

void settle(HeaderContent& content) {
    std::erase_if(content.declared.variables, [&](const auto& variable) {
        if (is_readable(*variable.type)) return false;
        content.left_out.push_back(
            {variable.name, "a variable that points to something, or has no known length"});
        return true;
    });
    drop_repeated_constants(content.declared);
    choose_convention(content.declared);
}

/// A folder in which the headers of many libraries lie.
bool is_shared_folder(const std::filesystem::path& folder) {
    const std::string name = detail::utf8_of(folder.filename());
    const std::string above = detail::utf8_of(folder.parent_path().filename());
    return name == "include" ||
           (above == "include" && name.find("-linux-gnu") != std::string::npos);
}

}  // namespace bridge32::tool
