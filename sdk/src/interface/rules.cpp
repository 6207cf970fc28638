#include "interface/rules.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/internal/support/suggest.hpp"

namespace bridge32::interfaces {

namespace {

/// What an attribute stands on.
enum On : unsigned {
    kParameter = 1,
    kMember = 2,
    kResult = 4,  // a function
    kAlias = 8,
    kRecord = 16,
    kEnumeration = 32,
    kEnumerator = 64,
    kConstant = 128,
    kVariable = 256,
    kValue = kParameter | kMember | kResult | kAlias,
    kAnything = 511,
};

/// Of which type it must be.
enum class Of : std::uint8_t { any, pointer, sequence, text, integer, function, handle, tagged };

/// What stands in its parentheses.
enum class Takes : std::uint8_t {
    nothing,
    expression,   ///< over parameters, members and constants
    expressions,  ///< one a dimension
    outcome,      ///< over `result` too, and perhaps the name of a function
    function,
    name,           ///< of a parameter or member
    optional_name,  ///< the same, or nothing
    names,          ///< of members of what is pointed to
    word,           ///< one of `words`
    number,
    text,
};

struct Rule {
    std::string_view name;
    unsigned on;
    Of of;
    Takes takes;
    std::string_view words = {};
};

constexpr Rule kRules[]{
    {"in", kParameter, Of::any, Takes::nothing},
    {"out", kParameter | kMember, Of::sequence, Takes::nothing},
    {"inout", kParameter, Of::sequence, Takes::nothing},
    {"optional", kParameter | kMember, Of::pointer, Takes::nothing},
    {"count", kValue, Of::sequence, Takes::expressions},
    {"bytes", kValue, Of::sequence, Takes::expression},
    {"used", kParameter, Of::sequence, Takes::outcome},
    {"string", kValue, Of::text, Takes::nothing},
    {"zero_terminated", kValue, Of::sequence, Takes::nothing},
    {"text", kValue, Of::text, Takes::word, "utf8 system windows_1252 windows_1251 latin_1"},
    {"handle", kValue, Of::handle, Takes::nothing},
    {"free", kValue | kRecord, Of::any, Takes::function},
    {"transfer", kParameter | kResult | kMember, Of::pointer, Takes::word, "full none"},
    {"closure", kParameter, Of::handle, Takes::optional_name},
    {"scope", kParameter | kMember | kAlias, Of::function, Takes::word,
     "call async notified forever"},
    {"ends", kParameter | kMember | kAlias, Of::function, Takes::function},
    {"sizeof", kParameter | kMember, Of::integer, Takes::nothing},
    {"switch", kParameter | kMember, Of::tagged, Takes::name},
    {"case", kMember, Of::any, Takes::expressions},
    {"within", kParameter | kResult, Of::pointer, Takes::name},
    {"retain", kParameter, Of::pointer, Takes::function},
    {"writable", kParameter | kResult, Of::pointer, Takes::function},
    {"owned_by_caller", kValue | kRecord, Of::any, Takes::expression},
    {"allocator", kParameter | kResult | kMember | kAlias, Of::any, Takes::function},
    {"tree", kAlias | kRecord | kResult, Of::any, Takes::names},
    {"peek", kAlias | kMember | kResult, Of::any, Takes::number},
    {"cursor", kMember, Of::pointer, Takes::expression},
    {"path", kParameter | kResult | kMember | kAlias, Of::text, Takes::nothing},
    {"errno", kResult, Of::any, Takes::nothing},
    {"last_error", kResult, Of::any, Takes::nothing},
    {"fails", kResult | kAlias, Of::any, Takes::outcome},
    {"tail", kResult, Of::any, Takes::text},
    {"ordinal", kResult | kVariable, Of::any, Takes::number},
    {"flags", kEnumeration, Of::any, Takes::nothing},
    {"pack", kRecord, Of::any, Takes::number},
    {"packed", kMember, Of::any, Takes::nothing},
    {"aligned", kMember | kAlias | kRecord, Of::any, Takes::number},
    {"doc", kAnything, Of::any, Takes::text},
    {"assumed", kAnything, Of::any, Takes::nothing},
    {"missing", kAnything, Of::any, Takes::text},
};

/// Those that cannot both be true, and what to write instead.
constexpr std::string_view kContradictions[][3]{
    {"in", "out", "a parameter that is read and written is `inout`"},
    {"in", "inout", "`inout` says both"},
    {"out", "inout", "`inout` says both"},
    {"count", "bytes", "keep the one whose unit the length has: elements or bytes"},
    {"in", "used", "`used` tells how much of an `out` or `inout` buffer was filled"},
    {"string", "handle", "a handle has no text"},
    {"count", "handle", "a handle has no elements"},
    {"bytes", "handle", "a handle has no elements"},
    {"out", "closure", "user data is passed on, never filled"},
    {"out", "scope", "a callback is passed in"},
    {"errno", "last_error", "keep the one that the library sets"},
    {"assumed", "missing", "what is missing was not assumed: keep one"},
    {"sizeof", "out", "`sizeof` is passed in"},
};

constexpr const char* kSystemFunctions[]{"free", "LocalFree", "GlobalFree", "SysFreeString",
                                         "CoTaskMemFree"};

std::string ticked(std::string_view word) { return "`" + std::string(word) + "`"; }

std::string in_words(unsigned on) {
    static constexpr std::pair<unsigned, const char*> kNames[]{
        {kParameter, "parameters"}, {kMember, "members"},     {kResult, "functions"},
        {kAlias, "typedefs"},       {kRecord, "structs"},     {kEnumeration, "enumerations"},
        {kEnumerator, "values"},    {kConstant, "constants"}, {kVariable, "variables"}};
    std::vector<std::string> words;
    for (const auto& [bit, name] : kNames) {
        if ((on & bit) != 0) words.emplace_back(name);
    }
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    }
    return text;
}

const char* in_words(Of of) {
    switch (of) {
        case Of::any:
            return "any type";
        case Of::pointer:
            return "a pointer";
        case Of::sequence:
            return "a pointer or array";
        case Of::text:
            return "a pointer to characters or an array of them";
        case Of::integer:
            return "an integer";
        case Of::function:
            return "a pointer to a function";
        case Of::handle:
            return "a pointer or an integer";
        case Of::tagged:
            return "a union or a pointer to one";
    }
    return "";
}

bool is_integer(const Type& type) {
    if (type.kind == TypeKind::enumeration) return true;
    if (type.kind != TypeKind::scalar) return false;
    switch (type.scalar) {
        case Scalar::void_:
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

/// Pointers to pointers to characters too: a text that the library allocates comes through them.
bool is_text(const Type& type) {
    const Type* at = &type;
    for (int levels = 0; levels < 2; ++levels) {
        if (at->kind != TypeKind::pointer && at->kind != TypeKind::array) break;
        at = &meaning(*at->of);
    }
    if (at == &type || at->kind != TypeKind::scalar) return false;
    switch (at->scalar) {
        case Scalar::char_:
        case Scalar::signed_char:
        case Scalar::unsigned_char:
        case Scalar::wchar:
        case Scalar::char16:
        case Scalar::char32:
        case Scalar::unsigned_short:
        case Scalar::void_:
            return true;
        default:
            return false;
    }
}

/// Of a union: by value, through a pointer, in an array.
bool is_union(const Type& type) {
    const bool is_indirect = type.kind == TypeKind::pointer || type.kind == TypeKind::array;
    const Type& record = is_indirect ? meaning(*type.of) : type;
    return record.kind == TypeKind::record && record.is_union;
}

bool is_of(const Type& declared, Of of) {
    const Type& type = meaning(declared);
    const bool is_pointer = type.kind == TypeKind::pointer;
    switch (of) {
        case Of::any:
            return true;
        case Of::pointer:
            return is_pointer;
        case Of::sequence:
            return is_pointer || type.kind == TypeKind::array;
        case Of::text:
            return is_text(type);
        case Of::integer:
            return is_integer(type);
        case Of::function:
            return type.kind == TypeKind::function ||
                   (is_pointer && meaning(*type.of).kind == TypeKind::function);
        case Of::handle:
            return is_pointer || is_integer(type);
        case Of::tagged:
            return is_union(type);
    }
    return false;
}

const Rule* rule_of(std::string_view name) {
    const auto* const found = std::find_if(std::begin(kRules), std::end(kRules),
                                           [&](const Rule& rule) { return rule.name == name; });
    return found == std::end(kRules) ? nullptr : found;
}

/// What a name in an expression can mean at one place, and its type; null if it has none.
using Names = std::map<std::string, const Type*, std::less<>>;

class Checker {
public:
    explicit Checker(const Interface& all) : all_(all) {
        for (const Constant& constant : all.constants)
            constants_.insert(constant.name);
        for (const Function& function : all.functions)
            functions_.insert(function.name);
        for (const Type* const type : all.types) {
            note_enumerators(type->kind == TypeKind::alias ? *type->of : *type);
        }
    }

    void run() {
        for (const Type* const type : all_.types) {
            if (type->kind == TypeKind::alias) {
                const Names own = names_of(type->of);
                Names and_result = own;
                and_result.emplace("result", type->of);
                attributes(type->attributes, kAlias, type->of, own, and_result, ticked(type->name));
                unnamed(*type->of);
            } else {
                definition(*type, {});
            }
        }
        for (const Constant& constant : all_.constants) {
            attributes(constant.attributes, kConstant, constant.type, {}, {},
                       ticked(constant.name));
        }
        for (const Variable& variable : all_.variables) {
            attributes(variable.attributes, kVariable, variable.type, {}, {},
                       ticked(variable.name));
            unnamed(*variable.type);
        }
        for (const Function& function : all_.functions) {
            const Names own = signature(function.signature, "of " + ticked(function.name));
            attributes(function.attributes, kResult, function.signature.result, own, own,
                       ticked(function.name));
            if (const Attribute* const tail = function.attributes.find("tail");
                tail != nullptr && !function.signature.variadic) {
                fail(*tail, "`tail` tells what stands in place of `...`, and " +
                                ticked(function.name) + " has none");
            }
        }
    }

private:
    [[noreturn]] void fail(const Attribute& attribute, const std::string& what) const {
        throw SyntaxError(all_.file, attribute.at, what);
    }

    void note_enumerators(const Type& type) {
        const Type* at = &type;
        while (at->kind == TypeKind::pointer || at->kind == TypeKind::array)
            at = at->of;
        for (const Enumerator& one : at->enumerators)
            constants_.insert(one.name);
        for (const Member& member : at->members) {
            if (at->kind == TypeKind::record && member.type != nullptr) {
                const Type* inner = member.type;
                while (inner->kind == TypeKind::pointer || inner->kind == TypeKind::array) {
                    inner = inner->of;
                }
                // Named ones are noted by themselves.
                if (inner->kind != TypeKind::alias && inner->name.empty()) note_enumerators(*inner);
            }
        }
    }

    /// The members of a record or of what a pointer points to, those of unnamed ones in it too.
    static Names names_of(const Type* type) {
        Names names;
        if (type == nullptr) return names;
        const Type* record = &meaning(*type);
        if (record->kind == TypeKind::pointer) record = &meaning(*record->of);
        if (record->kind == TypeKind::record) add_members(*record, names);
        return names;
    }
    static void add_members(const Type& record, Names& names) {
        for (const Member& member : record.members) {
            if (!member.name.empty()) {
                names.emplace(member.name, member.type);
            } else if (member.type->kind == TypeKind::record) {
                add_members(*member.type, names);
            }
        }
    }

    /// What is declared within a declaration: callbacks and unnamed records.
    void unnamed(const Type& type, const Names& outer = {}) {
        const Type* at = &type;
        while (at->kind == TypeKind::pointer || at->kind == TypeKind::array ||
               (at->kind == TypeKind::alias && at->is_const && at->name.empty())) {
            at = at->of;
        }
        if (at->kind == TypeKind::function) signature(at->signature, "of the callback");
        const bool has_tag = !at->name.empty();
        if (at->kind != TypeKind::alias && !has_tag) definition(*at, outer);
    }

    void definition(const Type& type, const Names& outer) {
        const std::string what = type.name.empty() ? "this type" : ticked(type.name);
        if (type.kind == TypeKind::enumeration) {
            attributes(type.attributes, kEnumeration, nullptr, {}, {}, what);
            for (const Enumerator& one : type.enumerators) {
                attributes(one.attributes, kEnumerator, nullptr, {}, {}, ticked(one.name));
            }
        }
        if (type.kind != TypeKind::record) return;
        Names own = outer;
        add_members(type, own);
        attributes(type.attributes, kRecord, nullptr, own, own, what);
        for (const Member& member : type.members) {
            if (!type.is_union) {
                if (const Attribute* const given = member.attributes.find("case")) {
                    fail(*given, "`case` stands on members of a union");
                }
            }
            attributes(member.attributes, kMember, member.type, own, own, ticked(member.name));
            unnamed(*member.type, own);
        }
    }

    /// Returns the names of the parameters.
    Names signature(const Signature& signature, const std::string& whose) {
        Names own;
        for (const Parameter& parameter : signature.parameters) {
            if (!parameter.name.empty()) own.emplace(parameter.name, parameter.type);
        }
        Names and_result = own;
        and_result.emplace("result", signature.result);
        for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
            const Parameter& parameter = signature.parameters[i];
            const std::string what = parameter.name.empty()
                                         ? "parameter " + std::to_string(i + 1) + " " + whose
                                         : ticked(parameter.name);
            attributes(parameter.attributes, kParameter, parameter.type, own, and_result, what);
            unnamed(*parameter.type);
        }
        unnamed(*signature.result);
        return and_result;
    }

    void attributes(const Attributes& given, unsigned on, const Type* type, const Names& names,
                    const Names& and_result, const std::string& what) {
        for (const Attribute& one : given.all) {
            const Rule* const rule = rule_of(one.name);
            if (rule == nullptr) unknown(one);
            if (given.find(one.name) != &one) {
                fail(one, ticked(one.name) + " stands twice on " + what);
            }
            if ((rule->on & on) == 0) {
                fail(one, ticked(one.name) + " stands on " + in_words(rule->on) + ", not on " +
                              what + ", which is one of the " + in_words(on));
            }
            const bool of_any = on == kConstant || on == kVariable ||
                                (on == kMember && one.name == "out");  // the library sets it
            if (type != nullptr && !of_any && !is_of(*type, rule->of)) {
                fail(one, ticked(one.name) + " needs " + in_words(rule->of) + ", and " + what +
                              " is " + ticked(declaration(*type, "")));
            }
            arguments(one, *rule, rule->takes == Takes::outcome ? and_result : names, type);
        }
        contradictions(given, what);
        if (on == kParameter) parameter(given, *type, what);
    }

    [[noreturn]] void unknown(const Attribute& one) const {
        std::vector<std::string> known;
        for (const Rule& rule : kRules)
            known.emplace_back(rule.name);
        const std::string near = detail::did_you_mean(detail::nearest(one.name, known, 2));
        fail(one, "found the attribute " + ticked(one.name) + ", which does not exist. " +
                      (near.empty() ? "sdk/INTERFACES.md lists those that do." : near));
    }

    void contradictions(const Attributes& given, const std::string& what) const {
        for (const auto& [first, second, remedy] : kContradictions) {
            const Attribute* const one = given.find(second);
            if (one != nullptr && given.has(first)) {
                fail(*one, ticked(first) + " and " + ticked(second) + " contradict each other on " +
                               what + ": " + std::string(remedy));
            }
        }
        const Attribute* const ends = given.find("ends");
        if (ends != nullptr && (given.text("scope") == "call" || !given.has("scope"))) {
            fail(*ends,
                 "`ends` names the function after which a callback is not called any more: " +
                     what + " needs `scope(notified)` for that");
        }
        const Attribute* const free = given.find("free");
        if (free != nullptr && given.text("transfer") == "none") {
            fail(*free, "`transfer(none)` and `free` contradict each other on " + what +
                            ": what the caller frees has `transfer(full)`");
        }
    }

    void parameter(const Attributes& given, const Type& type, const std::string& what) const {
        const Attribute* const filled = given.has("out") ? given.find("out") : given.find("inout");
        const Type& pointer = meaning(type);
        if (filled != nullptr && pointer.of->is_const) {
            fail(*filled, what + " points to const, so nothing can be written there: remove " +
                              ticked(filled->name) + " or `const`");
        }
        const Attribute* const used = given.find("used");
        if (used != nullptr && !given.has("count") && !given.has("bytes")) {
            fail(*used,
                 "`used` needs the buffer's length: add `count(n)` or `bytes(n)` to " + what);
        }
    }

    void arguments(const Attribute& one, const Rule& rule, const Names& names,
                   const Type* type) const {
        const std::size_t count = one.arguments.size();
        const auto need = [&](bool holds, const char* what) {
            if (!holds) fail(one, ticked(rule.name) + " takes " + what);
        };
        const auto word = [&](std::size_t i) -> std::string_view {
            if (i >= count || !one.arguments[i].expression) return {};
            const Expression& given = *one.arguments[i].expression;
            return given.kind == Expression::Kind::name ? std::string_view(given.text)
                                                        : std::string_view{};
        };
        const auto expression = [&](std::size_t i) {
            need(i < count && one.arguments[i].expression.has_value(), "an expression");
            uses(one, *one.arguments[i].expression, names);
            length(one, rule, *one.arguments[i].expression);
        };
        switch (rule.takes) {
            case Takes::nothing:
                return need(count == 0, "nothing in parentheses");
            case Takes::expression:
                need(count == 1, "one expression");
                return expression(0);
            case Takes::expressions:
                need(count >= 1 && count <= 8, "one expression for each dimension, at most 8");
                for (std::size_t i = 0; i < count; ++i)
                    expression(i);
                return;
            case Takes::outcome:
                need(count >= 1, "an expression");
                if (rule.name == "fails") {
                    need(count <= 2, "an expression, and perhaps what gives the text");
                    if (count == 2 && names.count(word(1)) == 0) function(one, word(1));
                    return expression(0);
                }
                need(count <= 8, "one expression for each dimension, at most 8");
                for (std::size_t i = 0; i < count; ++i)
                    expression(i);
                return;
            case Takes::function:
                need(count == 1 && !word(0).empty(), "the name of a function");
                return function(one, word(0));
            case Takes::optional_name:
                if (count == 0) return;
                [[fallthrough]];
            case Takes::name:
                need(count == 1 && !word(0).empty(), "the name of a parameter or member");
                if (names.find(word(0)) == names.end()) not_there(one, word(0), names);
                return;
            case Takes::names: {
                need(count >= 1 && count <= 8, "names of members");
                const Names members = names_of(type);
                for (std::size_t i = 0; i < count; ++i) {
                    need(!word(i).empty(), "names of members");
                    const Names& known = type == nullptr ? names : members;
                    if (known.find(word(i)) == known.end()) not_there(one, word(i), known);
                }
                return;
            }
            case Takes::word: {
                const std::string list(rule.words);
                std::string wanted = "one of: " + list;
                need(count == 1, wanted.c_str());
                const std::string given(word(0));
                wanted += ", not " + ticked(given);
                need(!given.empty() &&
                         (" " + list + " ").find(" " + given + " ") != std::string::npos,
                     wanted.c_str());
                return;
            }
            case Takes::number:
                need(count == 1 && one.arguments[0].expression &&
                         one.arguments[0].expression->kind == Expression::Kind::number &&
                         one.arguments[0].expression->number >= 0,
                     "one number that is not negative");
                if (rule.name == "ordinal") {
                    need(one.arguments[0].expression->number <= 65535, "a number up to 65535");
                }
                return;
            case Takes::text:
                return need(count == 1 && one.arguments[0].text, "one text in quotes");
        }
    }

    static bool is_constant(const Expression& expression) {
        if (expression.kind != Expression::Kind::unary &&
            expression.kind != Expression::Kind::binary) {
            return expression.kind == Expression::Kind::number;
        }
        return std::all_of(expression.of.begin(), expression.of.end(), is_constant);
    }

    /// What can be said of a value before any call.
    void length(const Attribute& one, const Rule& rule, const Expression& expression) const {
        if (!is_constant(expression)) return;
        std::int64_t value = 0;
        try {
            value = evaluate(expression, {});
        } catch (const Error& error) {
            fail(one, error.what());
        }
        if (value < 0 && rule.name != "fails" && rule.name != "case") {
            fail(one,
                 ticked(rule.name) + " is a length, and " + std::to_string(value) + " is none");
        }
    }

    void function(const Attribute& one, std::string_view name) const {
        if (functions_.count(name) != 0) return;
        for (const char* const known : kSystemFunctions) {
            if (name == known) return;
        }
        const std::vector<std::string> known(functions_.begin(), functions_.end());
        fail(one, ticked(one.name) + " names the function " + ticked(name) +
                      ", which is not declared. " +
                      or_remedy(detail::did_you_mean(detail::nearest(name, known, 2)),
                                "Add its declaration."));
    }

    static std::string or_remedy(const std::string& near, const char* remedy) {
        return near.empty() ? remedy : near;
    }

    [[noreturn]] void not_there(const Attribute& one, std::string_view name,
                                const Names& names) const {
        std::vector<std::string> known(constants_.begin(), constants_.end());
        for (const auto& [each, type] : names)
            known.push_back(each);
        fail(one, ticked(one.name) + " names " + ticked(name) +
                      ", which is no parameter, member or constant here. " +
                      or_remedy(detail::did_you_mean(detail::nearest(name, known, 2)),
                                "Correct the name, or declare it."));
    }

    /// Are all names of an expression there? Returns the type of what it stands for, if it is a
    /// name, what a name points to, or a member.
    const Type* uses(const Attribute& one, const Expression& expression, const Names& names) const {
        switch (expression.kind) {
            case Expression::Kind::number:
            case Expression::Kind::size_of:
                return nullptr;
            case Expression::Kind::name: {
                const auto found = names.find(expression.text);
                if (found != names.end()) return found->second;
                if (constants_.count(expression.text) == 0) not_there(one, expression.text, names);
                return nullptr;
            }
            case Expression::Kind::dereference: {
                const Type* const of = uses(one, expression.of.at(0), names);
                if (of == nullptr || meaning(*of).kind != TypeKind::pointer) {
                    fail(one, ticked(text_of(expression)) + " needs a pointer after `*`: write " +
                                  ticked(text_of(expression.of.at(0))));
                }
                return meaning(*of).of;
            }
            case Expression::Kind::member: {
                const Type* const of = uses(one, expression.of.at(0), names);
                const Names members =
                    of == nullptr || meaning(*of).kind != TypeKind::record ? Names{} : names_of(of);
                const auto found = members.find(expression.text);
                if (found == members.end()) {
                    std::vector<std::string> known;
                    for (const auto& [each, type] : members)
                        known.push_back(each);
                    fail(one, ticked(text_of(expression)) + ": there is no member " +
                                  ticked(expression.text) + ". " +
                                  or_remedy(detail::did_you_mean(
                                                detail::nearest(expression.text, known, 2)),
                                            "Declare the struct with its members; through a "
                                            "pointer they are reached by ->."));
                }
                return found->second;
            }
            case Expression::Kind::unary:
            case Expression::Kind::binary:
                for (const Expression& part : expression.of)
                    uses(one, part, names);
                return nullptr;
        }
        return nullptr;
    }

    const Interface& all_;
    std::set<std::string, std::less<>> constants_{};
    std::set<std::string, std::less<>> functions_{};
};

}  // namespace

std::vector<std::string_view> attribute_names() {
    std::vector<std::string_view> names;
    for (const Rule& rule : kRules) {
        names.push_back(rule.name);
    }
    return names;
}

void check(const Interface& all) { Checker(all).run(); }

}  // namespace bridge32::interfaces
