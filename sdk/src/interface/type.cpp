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

std::string declaration(const Type& type, std::string_view name) {
    return spell(type, std::string(name), false);
}

}  // namespace bridge32::interfaces
