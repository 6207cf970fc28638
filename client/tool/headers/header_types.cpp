#include "tool/headers/header_types.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "interface/writer.hpp"
#include "tool/headers/annotations.hpp"

namespace bridge32::tool {

using interfaces::Convention;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

/// Calls `visit` for each type that `type` is made of, once; it returns false to go no further.
template <class Visit>
void walk(std::vector<const Type*> open, std::set<const Type*>& seen, Visit visit) {
    while (!open.empty()) {
        const Type* const type = open.back();
        open.pop_back();
        if (type == nullptr || !seen.insert(type).second || !visit(*type)) continue;
        open.push_back(type->of);
        for (const auto& member : type->members)
            open.push_back(member.type);
        open.push_back(type->signature.result);
        for (const auto& parameter : type->signature.parameters)
            open.push_back(parameter.type);
    }
}

void settle_members(Type& record, interfaces::Target target) {
    for (std::size_t i = 0; i < record.members.size(); ++i) {
        auto& attributes = record.members[i].attributes.all;
        interfaces::Attributes said;
        const auto of_layout = [](const auto& one) {
            return one.name == "aligned" || one.name == "packed";
        };
        std::copy_if(attributes.begin(), attributes.end(), std::back_inserter(said.all),
                     [&](const auto& one) { return !of_layout(one); });
        std::erase_if(attributes, [&](const auto& one) { return !of_layout(one); });
        const std::string text = interfaces::text_of(said);  // " [[…]]"
        if (text.size() > 5) annotate(record, i, text.substr(3, text.size() - 5), target);
    }
}

}  // namespace

std::vector<const Type*> types_of(const interfaces::Signature& signature) {
    std::vector<const Type*> types{signature.result};
    for (const auto& parameter : signature.parameters)
        types.push_back(parameter.type);
    return types;
}

void settle_signature(interfaces::Signature& signature, interfaces::Target target) {
    if (signature.convention == Convention::unstated) signature.convention = Convention::cdecl_;
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        auto& attributes = signature.parameters[i].attributes;
        if (attributes.all.empty()) continue;
        std::string text = interfaces::text_of(attributes);  // " [[…]]"
        attributes.all.clear();
        if (text.size() > 5) annotate(signature, i, text.substr(3, text.size() - 5), target);
    }
}

void settle_types(interfaces::Interface& all) {
    std::vector<const Type*> open(all.types.begin(), all.types.end());
    for (const auto& function : all.functions)
        for (const auto* type : types_of(function.signature))
            open.push_back(type);
    for (const auto& variable : all.variables)
        open.push_back(variable.type);
    std::set<const Type*> seen;
    walk(std::move(open), seen, [&](const Type& type) {
        if (type.kind == TypeKind::record) settle_members(const_cast<Type&>(type), all.target);
        if (type.kind != TypeKind::function) return true;
        auto& signature = const_cast<Type&>(type).signature;  // made here
        settle_signature(signature, all.target);
        for (auto& parameter : signature.parameters)
            if (parameter.type->kind == TypeKind::array) {
                parameter.type = &all.pointer_to(*parameter.type->of);
            }
        return true;
    });
}

void keep_needed_types(interfaces::Interface& all,
                       const std::function<bool(const Type&)>& is_wanted) {
    std::vector<const Type*> needed;
    for (const Type* type : all.types)
        if (is_wanted(*type)) needed.push_back(type);
    for (const auto& function : all.functions)
        for (const auto* type : types_of(function.signature))
            needed.push_back(type);
    for (const auto& variable : all.variables)
        needed.push_back(variable.type);
    std::set<const Type*> seen;
    std::set<std::string> aliases;  // of const ones there are several
    walk(std::move(needed), seen, [&](const Type& type) {
        if (type.kind == TypeKind::alias) aliases.insert(type.name);
        return true;
    });
    std::erase_if(all.types, [&](const Type* type) {
        if (type->kind == TypeKind::record && !type->is_complete) return true;
        if (type->kind == TypeKind::alias) return !aliases.contains(type->name);
        return !seen.contains(type);
    });
}

}  // namespace bridge32::tool
