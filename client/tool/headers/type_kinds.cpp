#include "tool/headers/type_kinds.hpp"

#include <algorithm>
#include <array>

namespace bridge32::tool {

using interfaces::Attributes;
using interfaces::meaning;
using interfaces::Scalar;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

// Attributes that say how something is passed. Who has written one has decided.
constexpr std::array kDecides{
    "in",    "out",    "inout",    "count",           "bytes",          "string",  "handle",
    "scope", "within", "retain",   "zero_terminated", "closure",        "missing", "tree",
    "peek",  "path",   "transfer", "writable",        "owned_by_caller"};

const Type* scalar_in(const Type& type) {
    const Type& real = meaning(type);
    return real.kind == TypeKind::scalar ? &real : nullptr;
}

/// The name of an alias, or of one that it is made of, for which `is` holds.
template <class Is>
bool any_alias(const Type& type, Is is) {
    const Type* at = &type;
    for (; at->kind == TypeKind::alias; at = at->of)
        if (is(*at)) return true;
    return false;
}

/// `type` or what is in it, by value.
template <class Is>
bool any_inside(const Type& type, Is is) {
    const Type& real = meaning(type);
    if (is(real)) return true;
    if (real.kind == TypeKind::array) return any_inside(*real.of, is);
    if (real.kind != TypeKind::record) return false;
    return std::any_of(real.members.begin(), real.members.end(), [&](const auto& member) {
        return !is_decided(member.attributes) && any_inside(*member.type, is);
    });
}

}  // namespace

bool is_decided(const Attributes& attributes) {
    return std::any_of(kDecides.begin(), kDecides.end(),
                       [&](const char* name) { return attributes.has(name); });
}

bool is_const(const Type& type) {
    return type.is_const || (type.kind == TypeKind::alias && is_const(*type.of));
}

const Type* pointee_of(const Type& type) {
    const Type& real = meaning(type);
    return real.kind == TypeKind::pointer ? real.of : nullptr;
}

bool is_scalar(const Type& type, Scalar scalar) {
    const Type* const found = scalar_in(type);
    return found != nullptr && found->scalar == scalar;
}

bool is_character(const Type& type) {
    return is_scalar(type, Scalar::char_) || is_scalar(type, Scalar::wchar) ||
           is_scalar(type, Scalar::char16);
}

bool is_integer(const Type& type) {
    const Type* const found = scalar_in(type);
    if (found == nullptr) return false;
    switch (found->scalar) {
        case Scalar::void_:
        case Scalar::bool_:
        case Scalar::char_:
        case Scalar::float_:
        case Scalar::double_:
        case Scalar::long_double:
        case Scalar::float_complex:
        case Scalar::double_complex:
            return false;
        default:
            return true;
    }
}

bool is_signed(const Type& type, interfaces::Target target) {
    const Type* const found = scalar_in(type);
    if (found == nullptr) return false;
    switch (found->scalar) {
        case Scalar::char_:
        case Scalar::signed_char:
        case Scalar::short_:
        case Scalar::int_:
        case Scalar::long_:
        case Scalar::long_long:
        case Scalar::signed_size:
            return true;
        case Scalar::wchar:
            return target.platform == interfaces::Platform::linux_;
        default:
            return false;
    }
}

bool is_handle(const Type& type) {
    if (any_alias(type, [](const Type& alias) { return alias.attributes.has("handle"); })) {
        return true;
    }
    const Type* const to = pointee_of(type);
    if (to == nullptr) return false;
    const Type& real = meaning(*to);
    return real.kind == TypeKind::record && (!real.is_complete || real.attributes.has("handle"));
}

bool is_plain(const Type& type) {
    return !any_inside(type, [](const Type& inside) {
        return inside.kind == TypeKind::pointer || inside.kind == TypeKind::function ||
               (inside.kind == TypeKind::record && (inside.is_union || !inside.is_complete)) ||
               (inside.kind == TypeKind::array && inside.length == 0) ||
               (inside.kind == TypeKind::scalar && inside.scalar == Scalar::void_);
    });
}

std::string impossible(const Type& type) {
    if (any_alias(type, [](const Type& alias) { return alias.name == "va_list"; })) {
        return "a va_list is a place in the caller's stack";
    }
    const Type* const to = pointee_of(type);
    if (to == nullptr) return {};
    const auto is_file = [](const std::string& name) {
        return name == "_IO_FILE" || name == "_iobuf" || name == "FILE";
    };
    if (is_file(meaning(*to).name) ||
        any_alias(*to, [&](const Type& alias) { return is_file(alias.name); })) {
        return "a FILE * belongs to the C library of one process";
    }
    if (any_alias(*to, [](const Type& a) { return a.name == "jmp_buf" || a.name == "sigjmp_buf"; }))
        return "a jmp_buf is a place in the caller's stack";
    return impossible(*to);
}

const Type* function_of(const Type& type) {
    const Type* const to = pointee_of(type);
    if (to == nullptr) return nullptr;
    const Type& real = meaning(*to);
    return real.kind == TypeKind::function ? &real : nullptr;
}

bool is_readable(const Type& type) {
    const Type* const to = pointee_of(type);
    if (to == nullptr) return is_plain(type);
    return is_handle(type) || (is_character(*to) && is_const(*to));
}

}  // namespace bridge32::tool
