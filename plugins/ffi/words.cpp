#include "words.hpp"

#include <iterator>
#include <string_view>

namespace bridge32::ffi {

namespace {

using interfaces::Type;
using interfaces::TypeKind;

/// Those before `enumeration`, by their numbers.
constexpr std::string_view kWords[] = {"int8",    "uint8",     "int16",      "uint16",  "int32",
                                       "uint32",  "int64",     "uint64",     "float32", "float64",
                                       "float64", "complex64", "complex128", "bool"};
static_assert(std::size(kWords) == static_cast<std::size_t>(Form::enumeration));

/// The name of an alias or a tag; the declaration of what has none.
std::string name_of(const Type& type) {
    for (const Type* its = &type; its != nullptr; its = its->of) {
        if (!its->name.empty()) {
            return its->name;
        }
        if (its->kind != TypeKind::alias && !its->is_const) {
            break;
        }
    }
    return interfaces::declaration(type, "");
}

const Type& pointed_to(const Type& type) {
    const Type& its = interfaces::meaning(type);
    return its.of == nullptr ? its : *its.of;
}

std::string elements_word(const Value& value, const Type& element, bool in_a_matrix) {
    if (value.form <= Form::u8 && !in_a_matrix) {
        return "bytes";
    }
    return (in_a_matrix ? "n-dimensional array of " : "array of ") + word_of(value, element);
}

/// What a parameter passes in, or gives back.
std::string parameter_word(const Plan& plan, std::size_t i) {
    const ParameterPlan& parameter = plan.parameters[i];
    const Type& type = *plan.signature->parameters[i].type;
    switch (parameter.pass) {
        case Pass::array:
            return elements_word(parameter.value, pointed_to(type), !parameter.dimensions.empty());
        case Pass::lent:
            return elements_word(parameter.value, pointed_to(pointed_to(type)), false);
        case Pass::text:
            return "string";
        case Pass::callback:
            return "function";
        case Pass::pointer:
            return word_of(parameter.value, pointed_to(type));
        default:
            return word_of(parameter.value, parameter.is_pointer ? pointed_to(type) : type);
    }
}

}  // namespace

std::string word_of(const Value& value, const Type& type) {
    const std::string optional = value.nullable ? "optional " : "";
    switch (value.form) {
        case Form::text:
            return optional + "string";
        case Form::characters:
            return "string";
        case Form::handle:
            return optional + "handle of " + value.handle.name;
        case Form::array:
        case Form::counted:
            return elements_word(*value.element, pointed_to(type), false);
        case Form::enumeration:
        case Form::record:
        case Form::variant:
            return name_of(type);
        default:
            return std::string(kWords[static_cast<std::size_t>(value.form)]);
    }
}

std::string argument_word(const Plan& plan, std::size_t parameter) {
    if (!plan.missing.empty()) {
        return interfaces::declaration(*plan.signature->parameters[parameter].type, "");
    }
    const std::string word = parameter_word(plan, parameter);
    const bool is_optional = plan.parameters[parameter].optional && !word.starts_with("optional ");
    return is_optional ? "optional " + word : word;
}

std::string result_word(const Plan& plan) {
    if (!plan.missing.empty()) {
        return interfaces::declaration(*plan.signature->result, "");
    }
    std::string text;
    std::size_t count = 0;
    const auto add = [&](const std::string& name, const std::string& word) {
        text += (count++ == 0 ? "" : ", ");
        text += plan.results > 1 ? name + ": " + word : word;
    };
    if (plan.returns != Return::nothing) {
        const Type& type = *plan.signature->result;
        add("return",
            plan.returns == Return::array     ? elements_word(plan.result, pointed_to(type), false)
            : plan.returns == Return::pointee ? "optional " + word_of(plan.result, pointed_to(type))
                                              : word_of(plan.result, type));
    }
    for (std::size_t i = 0; i < plan.parameters.size(); ++i) {
        if (plan.parameters[i].out) {
            add(plan.parameters[i].name, parameter_word(plan, i));
        }
    }
    return count == 0 ? "void" : count == 1 ? text : "(" + text + ")";
}

namespace {

Json member_of(const interfaces::Member& member, const Context& context) {
    Json json{{"name", member.name}};
    try {
        json["type"] = word_of(value_of(member, context), *member.type);
    } catch (const Error&) {
        json["type"] = interfaces::declaration(*member.type, "");
    }
    if (member.bits) {
        json["bits"] = *member.bits;
    }
    return json;
}

}  // namespace

Json types_of(const Context& context) {
    Json types = Json::object();
    for (const Type* const type : context.file.types) {
        const Type& its = interfaces::meaning(*type);
        if (its.kind == TypeKind::record && its.is_complete) {
            Json members = Json::array();
            for (const interfaces::Member& member : its.members) {
                members.push_back(member_of(member, context));
            }
            types[type->name] = {{"kind", its.is_union ? "union" : "struct"},
                                 {"members", std::move(members)}};
        } else if (its.kind == TypeKind::enumeration) {
            Json values = Json::object();
            for (const interfaces::Enumerator& one : its.enumerators) {
                values[one.name] = one.value;
            }
            types[type->name] = {{"kind", "enum"}, {"values", std::move(values)}};
        }
    }
    return types;
}

}  // namespace bridge32::ffi
