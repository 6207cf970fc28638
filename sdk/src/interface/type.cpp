#include "interface/type.hpp"

#include "interface/spelling.hpp"

namespace bridge32::interfaces {

const Attribute* Attributes::find(std::string_view name) const noexcept {
    for (const Attribute& attribute : all) {
        if (attribute.name == name) return &attribute;
    }
    return nullptr;
}

const Expression* Attributes::expression(std::string_view name) const noexcept {
    const Attribute* const found = find(name);
    if (found == nullptr || found->arguments.empty()) return nullptr;
    const auto& argument = found->arguments.front().expression;
    return argument ? &*argument : nullptr;
}

std::string_view Attributes::text(std::string_view name) const noexcept {
    const Attribute* const found = find(name);
    if (found == nullptr || found->arguments.empty()) return {};
    const Attribute::Argument& argument = found->arguments.front();
    if (argument.text) return *argument.text;
    if (argument.expression && argument.expression->kind == Expression::Kind::name) {
        return argument.expression->text;
    }
    return {};
}

const Type& meaning(const Type& type) noexcept {
    const Type* found = &type;
    while (found->kind == TypeKind::alias || (found->kind == TypeKind::scalar && found->is_const)) {
        found = found->of;
    }
    return *found;
}

bool is_void(const Type& type) noexcept {
    const Type& its = meaning(type);
    return its.kind == TypeKind::scalar && its.scalar == Scalar::void_;
}

const Type* function_type(const Type& type) noexcept {
    const Type& its = meaning(type);
    if (its.kind == TypeKind::function) {
        return &its;
    }
    if (its.kind != TypeKind::pointer) {
        return nullptr;
    }
    const Type& pointee = meaning(*its.of);
    return pointee.kind == TypeKind::function ? &pointee : nullptr;
}

Attributes with_alias(const Type& type, const Attributes& own) {
    Attributes all = own;
    for (const Type* at = &type; at->kind == TypeKind::alias; at = at->of) {
        for (const auto& attribute : at->attributes.all) {
            if (attribute.name != "doc" && !all.has(attribute.name)) {
                all.all.push_back(attribute);
            }
        }
    }
    return all;
}

std::string declaration(const Type& type, std::string_view name) {
    return spell(type, std::string(name), false);
}

}  // namespace bridge32::interfaces
