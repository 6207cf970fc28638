#include "interface/interface.hpp"

#include <utility>

namespace bridge32::interfaces {

Interface::Interface(Target for_target) : target(for_target) {
    for (std::size_t i = 0; i < kScalars; ++i) {
        Type plain;
        plain.scalar = static_cast<Scalar>(i);
        scalars_[i] = &add(plain);
        plain.is_const = true;
        plain.of = scalars_[i];
        scalars_[kScalars + i] = &add(std::move(plain));
    }
    add_built_in();
}

Type& Interface::add(Type type) { return owned_.emplace_back(std::move(type)); }

const Type& Interface::scalar(Scalar scalar) { return *scalars_[static_cast<std::size_t>(scalar)]; }

const Type& Interface::pointer_to(const Type& type) {
    Type pointer;
    pointer.kind = TypeKind::pointer;
    pointer.of = &type;
    return add(std::move(pointer));
}

const Type& Interface::array_of(const Type& type, std::uint64_t length) {
    Type array;
    array.kind = TypeKind::array;
    array.of = &type;
    array.length = length;
    return add(std::move(array));
}

const Type& Interface::constant(const Type& type) {
    if (type.is_const || type.kind == TypeKind::function) return type;
    if (type.kind == TypeKind::scalar) {
        return *scalars_[kScalars + static_cast<std::size_t>(type.scalar)];
    }
    if (type.kind == TypeKind::array) return array_of(constant(*type.of), type.length);
    Type alias;
    alias.kind = TypeKind::alias;
    alias.is_const = true;
    alias.of = &type;
    if (type.kind == TypeKind::alias) {
        alias.name = type.name;
        alias.at = type.at;
        alias.attributes = type.attributes;
        alias.is_built_in = type.is_built_in;
    }
    return add(std::move(alias));
}

const Type* Interface::alias(std::string_view name) const noexcept {
    const auto found = aliases_.find(name);
    return found == aliases_.end() ? nullptr : found->second;
}

const Type* Interface::tagged(std::string_view name) const noexcept {
    const auto found = tags_.find(name);
    return found == tags_.end() ? nullptr : found->second;
}

const Function* Interface::function(std::string_view name) const noexcept {
    for (const Function& function : functions) {
        if (function.name == name) return &function;
    }
    return nullptr;
}

const Constant* Interface::constant(std::string_view name) const noexcept {
    for (const Constant& constant : constants) {
        if (constant.name == name) return &constant;
    }
    return nullptr;
}

std::vector<std::string> Interface::alias_names() const {
    std::vector<std::string> names;
    for (const auto& [name, type] : aliases_)
        names.push_back(name);
    return names;
}

void Interface::know(const Type& type) {
    (type.kind == TypeKind::alias ? aliases_ : tags_).insert_or_assign(type.name, &type);
}

}  // namespace bridge32::interfaces
