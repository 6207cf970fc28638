#include "interface/spelling.hpp"

#include <array>
#include <utility>

#include "interface/writer.hpp"

namespace bridge32::interfaces {

const char* text_of(Scalar scalar) noexcept {
    static constexpr std::array<const char*, kScalars> kNames{"void",
                                                              "bool",
                                                              "char",
                                                              "signed char",
                                                              "unsigned char",
                                                              "short",
                                                              "unsigned short",
                                                              "int",
                                                              "unsigned int",
                                                              "long",
                                                              "unsigned long",
                                                              "long long",
                                                              "unsigned long long",
                                                              "float",
                                                              "double",
                                                              "long double",
                                                              "float _Complex",
                                                              "double _Complex",
                                                              "wchar_t",
                                                              "char16_t",
                                                              "char32_t",
                                                              "ssize_t",
                                                              "size_t"};
    return kNames[static_cast<std::size_t>(scalar)];
}

const char* name_of(Convention convention) noexcept {
    switch (convention) {
        case Convention::stdcall:
            return "stdcall";
        case Convention::fastcall:
            return "fastcall";
        case Convention::thiscall:
            return "thiscall";
        case Convention::regparm1:
        case Convention::regparm2:
        case Convention::regparm3:
            return "regparm";
        default:
            return "cdecl";
    }
}

std::string text_of(Convention convention) {
    switch (convention) {
        case Convention::unstated:
            return "";
        case Convention::cdecl_:
            return "__cdecl ";
        case Convention::stdcall:
            return "__stdcall ";
        case Convention::fastcall:
            return "__fastcall ";
        case Convention::thiscall:
            return "__thiscall ";
        case Convention::regparm1:
            return "__attribute__((regparm(1))) ";
        case Convention::regparm2:
            return "__attribute__((regparm(2))) ";
        case Convention::regparm3:
            return "__attribute__((regparm(3))) ";
    }
    return "";
}

namespace {

/// `*const`: of what only a pointer can be.
bool is_const_pointer(const Type& type) noexcept {
    return type.kind == TypeKind::alias && type.is_const && type.name.empty() &&
           type.of->kind == TypeKind::pointer;
}

/// Null: `type` is a base.
const Type* next_of(const Type& type) noexcept {
    switch (type.kind) {
        case TypeKind::pointer:
        case TypeKind::array:
            return type.of;
        case TypeKind::function:
            return type.signature.result;
        default:
            return is_const_pointer(type) ? type.of : nullptr;
    }
}

std::string parameters_of(const Signature& signature, bool whole) {
    std::string text;
    for (const Parameter& parameter : signature.parameters) {
        if (!text.empty()) text += ", ";
        text += spell(*parameter.type, parameter.name, whole);
        if (whole) text += text_of(parameter.attributes);
    }
    if (signature.variadic) text += text.empty() ? "..." : ", ...";
    return "(" + (text.empty() ? "void" : text) + ")";
}

}  // namespace

const Type& base_of(const Type& type) noexcept {
    const Type* base = &type;
    while (const Type* const next = next_of(*base)) {
        base = next;
    }
    return *base;
}

std::string declarator(const Type& type, std::string name, bool whole) {
    const char* sign = "*";
    for (const Type* at = &type; at != nullptr; at = next_of(*at)) {
        if (at->kind == TypeKind::pointer) {
            name.insert(0, sign);
            sign = "*";
            if (at->of->kind == TypeKind::function) {
                name = "(" + text_of(at->of->signature.convention) + name + ")";
            } else if (at->of->kind == TypeKind::array) {
                name = "(" + name + ")";
            }
        } else if (at->kind == TypeKind::array) {
            name += at->length == 0 ? "[]" : "[" + std::to_string(at->length) + "]";
        } else if (at->kind == TypeKind::function) {
            if (at == &type) name.insert(0, text_of(at->signature.convention));
            name += parameters_of(at->signature, whole);
        } else if (is_const_pointer(*at)) {
            sign =
                name.empty() || name.front() == '[' || name.front() == '(' ? "*const" : "*const ";
        }
    }
    return name;
}

std::string text_of_base(const Type& base, bool whole) {
    switch (base.kind) {
        case TypeKind::scalar:
            return (base.is_const ? "const " : "") + std::string(text_of(base.scalar));
        case TypeKind::alias:
            if (base.is_const) {
                return "const " + (base.name.empty() ? text_of_base(*base.of, whole) : base.name);
            }
            return base.name;
        case TypeKind::record:
        case TypeKind::enumeration: {
            if (whole && base.name.empty()) return text_of_definition(base);
            const std::string what = base.kind == TypeKind::enumeration ? "enum"
                                     : base.is_union                    ? "union"
                                                                        : "struct";
            return what + " " + (base.name.empty() ? "{...}" : base.name);
        }
        default:
            return "";  // no base
    }
}

std::string spell(const Type& type, std::string name, bool whole) {
    const std::string around = declarator(type, std::move(name), whole);
    const std::string base = text_of_base(base_of(type), whole);
    return around.empty() ? base : base + " " + around;
}

}  // namespace bridge32::interfaces
