#include "tool/headers/rules.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "tool/headers/parameter_names.hpp"
#include "tool/headers/type_kinds.hpp"

namespace bridge32::tool {

namespace {

using interfaces::Attributes;
using interfaces::Expression;
using interfaces::meaning;
using interfaces::Parameter;
using interfaces::Scalar;
using interfaces::Signature;
using interfaces::Type;
using interfaces::TypeKind;

void add(Attributes& to, const std::string& name) { to.all.push_back({name, {}, {}}); }

void add(Attributes& to, const std::string& name, Expression value) {
    to.all.push_back({name, {{std::move(value), std::nullopt}}, {}});
}

void assume(Attributes& to) {
    if (!to.has("assumed")) add(to, "assumed");
}

void ask(Attributes& to, std::string question) {
    if (to.has("missing")) return;
    to.all.push_back({"missing", {{std::nullopt, std::move(question)}}, {}});
}

Expression name_of(const std::string& name) {
    Expression expression;
    expression.kind = Expression::Kind::name;
    expression.text = name;
    return expression;
}

Expression behind(const std::string& name) {
    Expression expression;
    expression.kind = Expression::Kind::dereference;
    expression.of.push_back(name_of(name));
    return expression;
}

/// Decides for the parameters of one function, or of one that the library calls.
class Rules {
public:
    /// `name`: the function's; empty for a callback.
    Rules(Signature& signature, Attributes& function, std::string_view name)
        : all_(signature.parameters),
          signature_(signature),
          function_(function),
          is_callback_(name.empty()),
          of_arrays_(lower(name).find("array") != std::string::npos) {}

    void apply() {
        for (const auto& one : all_) {
            const std::string why = impossible(*one.type);
            if (!why.empty()) return ask(function_, kRefused + why);
        }
        if (const auto why = impossible(*signature_.result); !why.empty()) {
            return ask(function_, kRefused + why);
        }
        if (signature_.variadic && !is_decided(function_)) {
            ask(function_, "what follows the declared parameters, and how is it known?");
        }
        name_all();
        for (std::size_t i = 0; i < all_.size(); ++i)
            if (!is_decided(all_[i].attributes)) decide(i);
        if (!is_decided(function_)) decide_result();
    }

private:
    /// Expressions need names.
    void name_all() {
        for (std::size_t i = 0; i < all_.size(); ++i)
            if (all_[i].name.empty()) unnamed_.insert(i);
    }

    void decide(std::size_t i) {
        Parameter& one = all_[i];
        const Type& real = meaning(*one.type);
        if (real.kind == TypeKind::array) return decide_array(i, real);
        if (real.kind == TypeKind::record) {
            if (!is_plain(real)) ask(one.attributes, "a struct with pointers or unions in it");
            return;
        }
        if (real.kind == TypeKind::function) return decide_callback(i, real);
        if (real.kind != TypeKind::pointer || is_handle(*one.type)) return;
        if (const Type* const function = function_of(*one.type))
            return decide_callback(i, *function);
        const Type& to = *real.of;
        const Type& target = meaning(to);
        if (is_void(to)) return decide_memory(i, is_const(to));
        if (is_character(to) && is_const(to)) return decide_text(i);
        if (is_handle(to)) return decide_handles(i, is_const(to));
        if (target.kind == TypeKind::pointer) {
            return ask(one.attributes, "what does it point to, who allocates it and who frees it?");
        }
        if (target.kind == TypeKind::record && !is_plain(to)) {
            return ask(one.attributes, "a struct with pointers or unions in it");
        }
        if (target.kind == TypeKind::array) {
            return ask(one.attributes, "how many rows does it have?");
        }
        if (decide_length(i, is_const(to))) return;
        if (is_character(to)) {
            return ask(one.attributes, "how much room does it need, or is it only read?");
        }
        if (is_callback_ && target.kind == TypeKind::scalar && !is_const(to)) {
            return ask(one.attributes, "is it one that is set, or an array, and how long?");
        }
        if (looks_like_array(one.name) || (of_arrays_ && target.kind == TypeKind::scalar)) {
            return ask(one.attributes, "how many elements does it have?");
        }
        if (next_is_stride(i)) {
            return ask(one.attributes, "how many elements does it have, with that stride?");
        }
        add(one.attributes, is_const(to) ? "in" : "inout");
        assume(one.attributes);
    }

    bool next_is_stride(std::size_t i) const {
        return i + 1 < all_.size() && is_integer(*all_[i + 1].type) && is_stride(all_[i + 1].name);
    }

    /// `double x[3]`, `double x[]`.
    void decide_array(std::size_t i, const Type& array) {
        Parameter& one = all_[i];
        if (!is_plain(*array.of)) {
            return ask(one.attributes, "an array of what has pointers or unions in it");
        }
        const bool read_only = is_const(*array.of);
        if (array.length != 0) {
            Expression length;
            length.number = static_cast<std::int64_t>(array.length);
            const bool is_text = !read_only && is_scalar(*array.of, Scalar::char_);
            if (!read_only) add(one.attributes, is_text ? "out" : "inout");
            if (is_text) add(one.attributes, "string");
            add(one.attributes, "count", length);
            if (!read_only) assume(one.attributes);
            return;
        }
        if (next_is_stride(i)) {
            return ask(one.attributes, "how many elements does it have, with that stride?");
        }
        if (!decide_length(i, read_only, true)) {
            ask(one.attributes, "how many elements does it have?");
        }
    }

    /// `const char *`
    void decide_text(std::size_t i) {
        const auto length = length_for(i, false);
        const bool unsure = length ? lower(length->text) == "n" : has_unnamed_number_behind(i);
        if (unsure) {
            return ask(all_[i].attributes, "is the number behind it the length of the text?");
        }
        if (!length) {
            add(all_[i].attributes, "string");
            return;
        }
        add(all_[i].attributes, "in");
        add(all_[i].attributes, "string");
        add(all_[i].attributes,
            is_scalar(*pointee_of(*all_[i].type), Scalar::char_) ? "bytes" : "count", *length);
        assume(all_[i].attributes);
    }

    bool has_unnamed_number_behind(std::size_t i) const {
        return all_[i].name.empty() && i + 1 < all_.size() && all_[i + 1].name.empty() &&
               is_integer(*all_[i + 1].type) &&
               meaning(*all_[i + 1].type).kind != TypeKind::enumeration;
    }

    /// `void *`
    void decide_memory(std::size_t i, bool read_only) {
        Parameter& one = all_[i];
        if (is_closure(i)) {
            add(one.attributes, "closure");
            assume(one.attributes);
            return;
        }
        const auto length = length_for(i, false);
        if (!length) {
            return ask(one.attributes, read_only ? "what does it point to, and how long is it?"
                                                 : "what does it point to?");
        }
        add(one.attributes, read_only ? "in" : "inout");
        add(one.attributes, "bytes", *length);
        assume(one.attributes);
    }

    /// `T *x` with a length; false if it has none.
    bool decide_length(std::size_t i, bool read_only, bool is_array = false) {
        const auto length = length_for(i, is_array);
        if (!length) return false;
        Parameter& one = all_[i];
        const Type& real = meaning(*one.type);
        const Type& of = *real.of;
        const bool is_text = is_character(of);
        const bool in_bytes = is_text && is_scalar(of, Scalar::char_);
        const bool dereferenced = length->kind == Expression::Kind::dereference;
        add(one.attributes, read_only ? "in" : is_text || dereferenced ? "out" : "inout");
        if (is_text) add(one.attributes, "string");
        add(one.attributes, in_bytes ? "bytes" : "count", *length);
        if (dereferenced && !read_only && !is_text) add(one.attributes, "used", *length);
        assume(one.attributes);
        return true;
    }

    void decide_handles(std::size_t i, bool read_only) {
        Parameter& one = all_[i];
        if (is_callback_) {
            return ask(one.attributes, "is it one that is set, or an array, and how long?");
        }
        if (const auto length = length_for(i, false)) {
            add(one.attributes, "in");
            add(one.attributes, "count", *length);
        } else {
            add(one.attributes, read_only ? "in" : "out");
        }
        assume(one.attributes);
    }

    void decide_callback(std::size_t i, const Type& function) {
        Parameter& one = all_[i];
        if (is_callback_) return ask(one.attributes, "a function that a callback is given");
        // The parameters of a named type are decided once, with the type.
        auto& signature = const_cast<Type&>(function).signature;
        Attributes inside;
        Rules(signature, inside, {}).apply();
        std::string question;
        std::size_t number = 0;
        for (const auto& parameter : signature.parameters) {
            ++number;
            const auto text = parameter.attributes.text("missing");
            if (text.empty() || !question.empty()) continue;
            question = "its parameter " +
                       (parameter.name.empty() ? std::to_string(number) : parameter.name) + ": " +
                       std::string(text);
        }
        if (const auto text = inside.text("missing"); !text.empty()) question = text;
        if (!question.empty()) return ask(one.attributes, question);
        if (takes_closure(signature) && !has_closure()) {
            return ask(one.attributes, "which argument does it get, and until when is that kept?");
        }
        add(one.attributes, "scope", name_of("call"));
        assume(one.attributes);
    }

    /// A `void *` that the library gives back to a callback.
    bool is_closure(std::size_t i) {
        if (is_callback_) {
            // The only one without a length, first or last.
            if (!is_user_data(all_[i].name) || (i != 0 && i + 1 != all_.size())) return false;
            return !length_for(i, false) &&
                   std::count_if(all_.begin(), all_.end(), [](const auto& other) {
                       const Type* const to = pointee_of(*other.type);
                       return to != nullptr && is_void(*to);
                   }) == 1;
        }
        const auto is_callback = [&](std::size_t at) {
            return at < all_.size() && function_of(*all_[at].type) != nullptr;
        };
        return is_user_data(all_[i].name) && (is_callback(i + 1) || (i > 0 && is_callback(i - 1)));
    }

    /// As a function has it that frees what another argument was.
    static bool takes_closure(const Signature& callback) {
        return callback.parameters.size() == 1 && callback.parameters[0].attributes.has("closure");
    }

    /// A parameter that is, or will be, the user data of a callback.
    bool has_closure() {
        for (std::size_t at = 0; at < all_.size(); ++at) {
            const Type* const to = pointee_of(*all_[at].type);
            if (all_[at].attributes.has("closure") ||
                (to != nullptr && is_void(*to) && !is_decided(all_[at].attributes) &&
                 is_closure(at)))
                return true;
        }
        return false;
    }

    void decide_result() {
        const Type& real = meaning(*signature_.result);
        if (real.kind == TypeKind::record) {
            if (!is_plain(real))
                ask(function_, "it returns a struct with pointers or unions in it");
            return;
        }
        if (real.kind != TypeKind::pointer || is_handle(*signature_.result)) return;
        if (real.of->kind == TypeKind::function || function_of(*signature_.result) != nullptr) {
            return ask(function_, "it returns a function: what for?");
        }
        if (is_character(*real.of)) {
            if (!is_const(*real.of)) return ask(function_, "who frees the text that it returns?");
            if (is_callback_) return ask(function_, "who frees the text that it returns?");
            add(function_, "transfer", name_of("none"));
            return assume(function_);
        }
        ask(function_, is_void(*real.of) ? "what does it return, and who frees it?"
                                         : "how much does it return, and who frees it?");
    }

    /// The parameter that says how long parameter `i` is; `is_array`: it is surely an array.
    std::optional<Expression> length_for(std::size_t i, bool is_array) {
        if (unnamed_.contains(i) && !is_array) return std::nullopt;
        // A pointer to a length is not an array.
        if (!is_array && is_number(i) && is_length(all_[i].name)) return std::nullopt;
        const auto use = [&](std::size_t at) -> std::optional<Expression> {
            return is_integer(*all_[at].type) ? name_of(all_[at].name) : behind(all_[at].name);
        };
        // By its name, wherever it stands.
        for (std::size_t at = 0; at < all_.size(); ++at) {
            if (at != i && is_number(at) && is_length_of(all_[at].name, all_[i].name))
                return use(at);
        }
        // Right behind it, or behind others that are as long.
        std::size_t at = i + 1;
        while (at < all_.size() && is_sibling(i, at))
            ++at;
        if (at < all_.size() && is_number(at) && is_length(all_[at].name) &&
            !belongs_elsewhere(at, i)) {
            return is_size_and_count(at) ? product(at) : use(at);
        }
        // Right before it, if it is not the length of what stands before: but "int n, double
        // *result" is one result.
        const bool is_free = is_array || i < 2 || pointee_of(*all_[i - 2].type) == nullptr ||
                             is_handle(*all_[i - 2].type);
        if (!is_free) return std::nullopt;
        const Type* const to = pointee_of(*all_[i].type);
        const bool reads = is_array || (to != nullptr && is_const(*to) && !is_character(*to)) ||
                           looks_like_array(all_[i].name) ||
                           (i > 0 && lower(all_[i - 1].name) != "n");
        if (reads && i > 0 && is_integer(*all_[i - 1].type) && is_length(all_[i - 1].name) &&
            !belongs_elsewhere(i - 1, i) && !next_is_stride(i)) {
            return use(i - 1);
        }
        return std::nullopt;
    }

    /// As fread has them: (void *buffer, size_t size, size_t count).
    bool is_size_and_count(std::size_t at) const {
        return at + 1 < all_.size() && is_integer(*all_[at].type) &&
               is_integer(*all_[at + 1].type) && is_length(all_[at + 1].name);
    }

    Expression product(std::size_t at) const {
        Expression expression;
        expression.kind = Expression::Kind::binary;
        expression.text = "*";
        expression.of = {name_of(all_[at].name), name_of(all_[at + 1].name)};
        return expression;
    }

    /// A length, or a pointer to one.
    bool is_number(std::size_t at) const {
        if (all_[at].name.empty()) return false;
        if (is_integer(*all_[at].type)) return true;
        const Type* const to = pointee_of(*all_[at].type);
        return to != nullptr && is_integer(*to) && !is_const(*to) &&
               !is_scalar(*to, Scalar::signed_char) && !is_scalar(*to, Scalar::unsigned_char);
    }

    /// Both point to the same, as x and y in (double *x, double *y, int n).
    bool is_sibling(std::size_t i, std::size_t at) const {
        const auto of = [&](std::size_t which) {
            const Type& real = meaning(*all_[which].type);
            const bool points = real.kind == TypeKind::pointer || real.kind == TypeKind::array;
            return points ? &meaning(*real.of) : nullptr;
        };
        const Type* const mine = of(i);
        return mine != nullptr && mine == of(at) && !is_void(*mine) && !is_character(*mine) &&
               !is_length(all_[at].name);
    }

    /// The number is named after another parameter.
    bool belongs_elsewhere(std::size_t number, std::size_t i) const {
        for (std::size_t at = 0; at < all_.size(); ++at) {
            if (at != i && at != number && pointee_of(*all_[at].type) != nullptr &&
                is_length_of(all_[number].name, all_[at].name))
                return true;
        }
        return false;
    }

    std::vector<Parameter>& all_;
    Signature& signature_;
    Attributes& function_;
    bool is_callback_;
    bool of_arrays_;  // the function's name says so
    std::set<std::size_t> unnamed_;
};

/// The first member holds the struct's size, as in many of Windows'.
void mark_size(Type& record) {
    if (record.kind != TypeKind::record || record.is_union || record.members.empty()) return;
    auto& first = record.members.front();
    static const std::set<std::string, std::less<>> kNames{"cb",
                                                           "cbsize",
                                                           "dwsize",
                                                           "cbstruct",
                                                           "dwstructsize",
                                                           "structsize",
                                                           "dwstructuresize",
                                                           "cbstructsize",
                                                           "nlength",
                                                           "dwlength",
                                                           "dwosversioninfosize",
                                                           "size",
                                                           "structlength"};
    if (!is_integer(*first.type) || first.bits || is_decided(first.attributes) ||
        first.attributes.has("sizeof") || !kNames.contains(lower(first.name)))
        return;
    // "size" and "nLength" are often a size of something else.
    if (lower(first.name) == "size" || lower(first.name) == "nlength") return;
    add(first.attributes, "sizeof");
    assume(first.attributes);
}

/// `typedef void *VHANDLE`, `typedef struct vdev_ *VDEV`
void mark_handle(Type& alias) {
    if (alias.kind != TypeKind::alias || alias.is_built_in || is_decided(alias.attributes)) return;
    if (alias.of->kind == TypeKind::alias && is_handle(*alias.of)) return;
    const Type* const to = pointee_of(alias);
    if (to == nullptr) return;
    if (!is_void(*to)) {
        if (alias.of->kind == TypeKind::pointer && is_handle(alias))
            add(alias.attributes, "handle");
        return;
    }
    const std::string& name = alias.name;
    const bool upper = std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_';
    });
    const bool hungarian = upper && name.size() > 2 && (name[0] == 'H' || name.starts_with("SQLH"));
    if (!hungarian && lower(name).find("handle") == std::string::npos) return;
    add(alias.attributes, "handle");
    assume(alias.attributes);
}

}  // namespace

void apply_rules(interfaces::Interface& to) {
    // The types are the interface's own; nobody else has them yet.
    for (const Type* type : to.types) {
        mark_handle(const_cast<Type&>(*type));
        mark_size(const_cast<Type&>(meaning(*type)));
    }
    for (auto& function : to.functions) {
        Rules(function.signature, function.attributes, function.name).apply();
        // An array parameter is a pointer, and its attributes now say how long it is.
        for (auto& parameter : function.signature.parameters) {
            const Type& real = meaning(*parameter.type);
            if (real.kind == TypeKind::array) parameter.type = &to.pointer_to(*real.of);
        }
    }
}

}  // namespace bridge32::tool
