#include "lengths.hpp"

#include <cstring>
#include <optional>

#include "numbers.hpp"

namespace bridge32::ffi {

using interfaces::Expression;

namespace {

constexpr std::int64_t kMostElements = 0x7fffffff;

const std::byte* pointer_at(const std::byte* word) {
    const std::byte* pointer = nullptr;
    std::memcpy(&pointer, word, sizeof pointer);
    return pointer;
}

std::size_t named(const Plan& plan, const std::string& name) {
    for (std::size_t i = 0; i < plan.parameters.size(); ++i) {
        if (plan.parameters[i].name == name) {
            return i;
        }
    }
    return kNone;
}

/// The name that `*name`, `name`, `name.member` begin with.
std::size_t parameter_of(const Plan& plan, const Expression& expression) {
    return expression.kind == Expression::Kind::name ? named(plan, expression.text) : kNone;
}

std::optional<std::int64_t> member_of(const ParameterPlan& parameter, const std::byte* at,
                                      const std::string& name) {
    for (const MemberValue& member : parameter.value.members) {
        if (member.name == name && member.bits == 0 && member.value->is_integer()) {
            return integer_at(*member.value, at + member.offset);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> constant_of(const interfaces::Interface& file,
                                        const std::string& name) {
    if (const interfaces::Constant* const constant = file.constant(name)) {
        if (const auto* const number = std::get_if<std::int64_t>(&constant->value)) {
            return *number;
        }
        if (const auto* const number = std::get_if<std::uint64_t>(&constant->value)) {
            return static_cast<std::int64_t>(*number);
        }
    }
    for (const interfaces::Type* const type : file.types) {
        for (const auto& enumerator : interfaces::meaning(*type).enumerators) {
            if (enumerator.name == name) {
                return enumerator.value;
            }
        }
    }
    return std::nullopt;
}

std::int64_t Values::evaluate(const Plan& plan, const Expression& expression) const {
    const auto look_up = [&](const Expression& its) -> std::optional<std::int64_t> {
        if (its.kind == Expression::Kind::name) {
            if (its.text == "result" && result() != nullptr) {
                return *result();
            }
            const std::size_t i = named(plan, its.text);
            if (i == kNone) {
                return constant_of(*plan.file, its.text);
            }
            const ParameterPlan& parameter = plan.parameters[i];
            const bool direct = parameter.pass == Pass::value || parameter.pass == Pass::size ||
                                (parameter.pass == Pass::length && !parameter.is_pointer);
            const std::byte* const at = word(i);
            if (at == nullptr) {
                return std::nullopt;
            }
            if (!direct) {  // compared with null
                return reinterpret_cast<std::uintptr_t>(pointer_at(at));
            }
            return integer_at(parameter.value, at);
        }
        if ((its.kind != Expression::Kind::dereference && its.kind != Expression::Kind::member) ||
            its.of.empty()) {
            return std::nullopt;
        }
        const std::size_t i = parameter_of(plan, its.of.front());
        const std::byte* const at = i == kNone ? nullptr : word(i);
        if (at == nullptr) {
            return std::nullopt;
        }
        const ParameterPlan& parameter = plan.parameters[i];
        const bool by_value = parameter.pass == Pass::value;
        const std::byte* const object = by_value ? at : pointer_at(at);
        if (object == nullptr) {
            return std::nullopt;
        }
        return its.kind == Expression::Kind::member
                   ? member_of(parameter, object, its.text)
                   : std::optional(integer_at(parameter.value, object));
    };
    return interfaces::evaluate(expression, look_up);
}

std::int64_t tag_of(const Values& values, const Plan& plan, const ParameterPlan& parameter) {
    const ParameterPlan& tag = plan.parameters[parameter.tag];
    const std::byte* at = values.word(parameter.tag);
    if (tag.pass == Pass::pointer) {
        at = pointer_at(at);
    }
    if (at == nullptr) {
        throw Error("`" + tag.name + "`, which says what is in the union, is null");
    }
    return integer_at(tag.value, at);
}

std::size_t length_of(const Values& values, const Plan& plan, const Length& length,
                      std::size_t size) {
    if (length.expression == nullptr) {
        return static_cast<std::size_t>(length.constant);
    }
    const std::int64_t count = values.evaluate(plan, *length.expression);
    const std::int64_t most = kMostElements / static_cast<std::int64_t>(size);
    if (count < 0 || (length.in_bytes ? count / static_cast<std::int64_t>(size) : count) > most) {
        throw Error("`" + interfaces::text_of(*length.expression) + "` is " +
                    std::to_string(count) + ", which is no possible length");
    }
    if (!length.in_bytes) {
        return static_cast<std::size_t>(count);
    }
    if (static_cast<std::size_t>(count) % size != 0) {
        throw Error("`" + interfaces::text_of(*length.expression) + "` is " +
                    std::to_string(count) + " bytes, which is no whole number of elements of " +
                    std::to_string(size));
    }
    return static_cast<std::size_t>(count) / size;
}

}  // namespace bridge32::ffi
