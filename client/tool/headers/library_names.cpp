#include "tool/headers/library_names.hpp"

#include <algorithm>
#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "interface/layout.hpp"
#include "interface/spelling.hpp"

namespace bridge32::tool {

namespace {

using interfaces::Convention;

bool agree(binary::Convention decorated, Convention declared) {
    switch (decorated) {
        case binary::Convention::kStdcall:
            return declared == Convention::stdcall;
        case binary::Convention::kFastcall:
            return declared == Convention::fastcall;
        default:
            return true;
    }
}

/// What is wrong with a declaration, by the decorated name; empty if nothing.
std::string contradiction(const interfaces::Function& function, const binary::ExportName& name,
                          interfaces::Target target) {
    if (!name.argument_bytes) return {};
    if (!agree(name.convention, function.signature.convention)) {
        return std::string(kOfLibrary) + name.name + ", which is " +
               binary::text_of(name.convention) + "; the header says " +
               interfaces::name_of(function.signature.convention);
    }
    const auto bytes = interfaces::argument_bytes(function.signature, target);
    if (bytes == *name.argument_bytes) return {};
    return std::string(kOfLibrary) + name.name + ", which takes " +
           std::to_string(*name.argument_bytes) +
           " bytes of arguments; as the header declares it, " + std::to_string(bytes);
}

void miss(interfaces::Attributes& to, const std::string& question) {
    std::erase_if(to.all, [](const auto& one) { return one.name == "missing"; });
    to.all.push_back({"missing", {{std::nullopt, question}}, {}});
}

}  // namespace

LibraryNames::LibraryNames(const std::vector<binary::Export>& exports) {
    for (const auto& one : exports) {
        if (one.name.empty()) {
            numbers_.push_back(one.ordinal);
            continue;
        }
        auto name = binary::read_export_name(one.name);
        if (name.form != binary::NameForm::kPlain) continue;
        const std::string base = name.argument_bytes ? name.base : name.name;
        names_.insert(base);
        // A plain name beside a decorated one is the same function.
        if (base != name.name && by_name_.contains(base) && by_name_.at(base).argument_bytes)
            continue;
        by_name_.insert_or_assign(base, std::move(name));
    }
}

const binary::ExportName* LibraryNames::find(std::string_view name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : &at->second;
}

LibraryDifferences hold_against(interfaces::Interface& declared, const LibraryNames& library) {
    LibraryDifferences differences;
    std::set<std::string, std::less<>> known;
    for (const auto& function : declared.functions)
        known.insert(function.name);
    for (const auto& variable : declared.variables)
        known.insert(variable.name);
    for (const auto& name : library.names())
        if (!known.contains(name)) differences.not_declared.push_back(name);

    const bool has_numbers = !library.numbers().empty();
    for (auto& function : declared.functions) {
        const auto* exported = library.find(function.name);
        if (exported == nullptr) {
            if (has_numbers && !function.attributes.has("ordinal")) {
                miss(function.attributes, std::string(kOfLibrary) + "it by a number: by which?");
            }
            continue;
        }
        const auto wrong = contradiction(function, *exported, declared.target);
        if (wrong.empty()) continue;
        miss(function.attributes, wrong);
        differences.contradictions.push_back(function.name + ": " + wrong);
    }
    const auto is_absent = [&](const auto& one) {
        if (library.find(one.name) != nullptr || one.attributes.has("ordinal")) return false;
        differences.not_exported.push_back(one.name);
        return true;
    };
    if (has_numbers) {
        for (const auto& function : declared.functions)
            is_absent(function);
    } else {
        std::erase_if(declared.functions, is_absent);
    }
    std::erase_if(declared.variables, is_absent);
    return differences;
}

std::string library_name(const std::filesystem::path& file) {
    std::string name = detail::utf8_of(file.filename());
    if (name.ends_with(".dll") || name.ends_with(".DLL")) return name.substr(0, name.size() - 4);
    if (name.starts_with("lib") && name.ends_with(".so") && name.size() > 6) {
        return name.substr(3, name.size() - 6);
    }
    return name;
}

}  // namespace bridge32::tool
