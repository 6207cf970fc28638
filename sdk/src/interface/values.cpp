// Values that declarations need while they are read, and sizes.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/internal/support/suggest.hpp"
#include "interface/declaration_reader.hpp"

namespace bridge32::interfaces {

std::int64_t DeclarationReader::value_of(const Expression& expression, Position where) {
    try {
        return evaluate(expression, [&](const Expression& part) {
            if (part.kind == Expression::Kind::size_of) {
                const Type& type = DeclarationReader(part.text, file_, all_).one_type();
                const Extent extent = size_of(type, where, part.text);
                return std::optional(static_cast<std::int64_t>(extent.size));
            }
            const auto found = values_.find(part.text);
            if (part.kind != Expression::Kind::name || found == values_.end()) {
                throw UnknownName{text_of(part)};
            }
            return std::optional(found->second);
        });
    } catch (const SyntaxError&) {
        throw;
    } catch (const Error& error) {
        fail(where, error.what());
    }
}

std::int64_t DeclarationReader::known_value(const Expression& expression, Position where) {
    try {
        return value_of(expression, where);
    } catch (const UnknownName& unknown) {
        std::vector<std::string> known;
        for (const auto& [each, value] : values_)
            known.push_back(each);
        const std::string near = detail::did_you_mean(detail::nearest(unknown.name, known, 2));
        fail(where, "the value of `" + unknown.name + "` is not known here. " +
                        (near.empty() ? "Declare it before: `const int " + unknown.name + " = 1;`."
                                      : near));
    }
}

std::int64_t DeclarationReader::constant_value() {
    const Position where = here();
    return known_value(expression(), where);
}

Extent DeclarationReader::size_of(const Type& type, Position where, const std::string& what) {
    try {
        return extent_of(type, all_.target);
    } catch (const SyntaxError&) {
        throw;
    } catch (const Error& error) {
        fail(where, "`" + what + "`: " + error.what());
    }
}

void DeclarationReader::complete(const Type& declared, Position where, const std::string& what) {
    const Type* type = &meaning(declared);
    while (type->kind == TypeKind::array)
        type = &meaning(*type->of);
    const std::string named = what.empty() ? "this" : "`" + what + "`";
    if (is_void(*type)) fail(where, named + " cannot be void: write `void *` for a pointer");
    if (type->kind == TypeKind::function) {
        fail(where, named + " cannot be a function: write a pointer, `(*" +
                        (what.empty() ? "f" : what) + ")(...)`");
    }
    if (type->kind != TypeKind::record || type->is_complete) return;
    const std::string record = "`" + declaration(*type, "") + "`";
    if (open_.count(type) != 0) {
        fail(where, record + " contains itself in " + named + ": use a pointer to it");
    }
    fail(where, named + " is " + record +
                    ", whose members are not declared: declare them "
                    "before, or use a pointer to it");
}

void DeclarationReader::new_name(const std::string& name, Position where) {
    const auto [entry, is_new] = names_.emplace(name, where);
    if (!is_new) {
        fail(where, "`" + name + "` was declared before, in line " +
                        std::to_string(entry->second.line) + ": keep one of the two");
    }
}

bool DeclarationReader::is_real(const Type& type) noexcept {
    return type.kind == TypeKind::scalar &&
           (type.scalar == Scalar::float_ || type.scalar == Scalar::double_ ||
            type.scalar == Scalar::long_double);
}

}  // namespace bridge32::interfaces
