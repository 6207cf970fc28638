#include "tool/headers/edits.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "interface/layout.hpp"
#include "interface/spelling.hpp"
#include "interface/writer.hpp"
#include "tool/headers/library_names.hpp"
#include "tool/headers/rules.hpp"

namespace bridge32::tool {

namespace {

using interfaces::Interface;
using interfaces::Type;
using interfaces::TypeKind;

std::string shape_of_type(const Type& type) {
    switch (type.kind) {
        case TypeKind::alias: {
            const bool unnamed = type.of->kind == TypeKind::record && type.of->name.empty();
            const std::string inner = unnamed ? type.name : shape_of_type(*type.of);
            return (type.is_const ? "const " : "") + inner;
        }
        case TypeKind::scalar:
            return (type.is_const ? "const " : "") + std::string(interfaces::text_of(type.scalar));
        case TypeKind::enumeration:
            return shape_of_type(*type.of);
        case TypeKind::record:
            return "struct " + type.name;
        case TypeKind::pointer:
            return shape_of_type(*type.of) + "*";
        case TypeKind::array:
            return shape_of_type(*type.of) + "[" + std::to_string(type.length) + "]";
        case TypeKind::function:
            return shape_of(type.signature);
    }
    return {};
}

/// Of records and enumerations, by their tag or else by the alias that they are known by.
std::map<std::string, const Type*> named_bodies(const Interface& in) {
    std::map<std::string, const Type*> all;
    for (const Type* type : in.types) {
        const bool untagged =
            type->kind == TypeKind::alias && type->of->name.empty() && !type->of->is_const;
        const Type* const body = untagged ? type->of : type;
        if (body->kind == TypeKind::record || body->kind == TypeKind::enumeration)
            all.emplace(type->name, body);
    }
    return all;
}

std::string shape_of_body(const Type& body) {
    std::string text;
    for (const auto& member : body.members) {
        text += member.name + ":" + shape_of_type(*member.type);
        if (member.bits) text += ":" + std::to_string(*member.bits);
        text += ";";
    }
    for (const auto& one : body.enumerators)
        text += one.name + "=" + std::to_string(one.value) + ";";
    return text + std::to_string(body.pack) + "," + std::to_string(body.align);
}

bool misses(const interfaces::Function& function) {
    return function.attributes.has("missing") ||
           std::any_of(function.signature.parameters.begin(), function.signature.parameters.end(),
                       [](const auto& one) { return one.attributes.has("missing"); });
}

/// What was decided. A question of the tool's own, as in `asked`, may have an answer now; another
/// is somebody's.
void keep(interfaces::Attributes& to, const interfaces::Attributes& from,
          const interfaces::Attributes& asked = {}) {
    const auto question = from.text("missing");
    const bool again = question == asked.text("missing") || question.starts_with(kOfLibrary);
    if (from.all.empty() || (from.has("missing") && again)) return;
    const auto* const doc = to.find("doc");
    const bool add_doc = doc != nullptr && !from.has("doc");
    auto kept = from;
    if (add_doc) kept.all.push_back(*doc);
    to = std::move(kept);
}

void keep_members(Type& to, const Type& from) {
    keep(to.attributes, from.attributes);
    for (auto& member : to.members) {
        for (const auto& old : from.members)
            if (!member.name.empty() && old.name == member.name)
                keep(member.attributes, old.attributes);
    }
    for (auto& one : to.enumerators) {
        for (const auto& old : from.enumerators)
            if (old.name == one.name) keep(one.attributes, old.attributes);
    }
    to.is_flags = from.is_flags;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

bool is_comment(std::string_view line) {
    const auto at = line.find_first_not_of(" \t");
    return at != std::string_view::npos && line.substr(at).starts_with("//");
}

/// From a declaration's line to the one that ends it, counted from 1.
std::size_t end_of(const std::vector<std::string_view>& lines, std::size_t from) {
    while (from < lines.size() && lines[from - 1].find(';') == std::string_view::npos)
        ++from;
    return from;
}

template <class Item>
void compare_names(const char* what, const std::vector<Item>& file, const std::vector<Item>& header,
                   std::vector<std::string>& found) {
    const auto has = [](const std::vector<Item>& all, const std::string& name) {
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& one) { return one.name == name; });
    };
    for (const auto& one : file)
        if (!has(header, one.name))
            found.push_back(std::string(what) + " " + one.name + " is in the file only");
    for (const auto& one : header)
        if (!has(file, one.name))
            found.push_back(std::string(what) + " " + one.name + " is in the header only");
}

/// Callbacks have the convention `to` where they had `from`.
void change_conventions(const Interface& of, interfaces::Convention from,
                        interfaces::Convention to) {
    std::vector<const Type*> open(of.types.begin(), of.types.end());
    const auto open_all = [&](const interfaces::Signature& signature) {
        open.push_back(signature.result);
        for (const auto& parameter : signature.parameters)
            open.push_back(parameter.type);
    };
    for (const auto& function : of.functions)
        open_all(function.signature);
    for (const auto& variable : of.variables)
        open.push_back(variable.type);
    std::set<const Type*> seen;
    while (!open.empty()) {
        const Type* const type = open.back();
        open.pop_back();
        if (type == nullptr || !seen.insert(type).second) continue;
        open.push_back(type->of);
        for (const auto& member : type->members)
            open.push_back(member.type);
        open_all(type->signature);
        auto& convention = const_cast<Type*>(type)->signature.convention;  // the interface's own
        if (type->kind == TypeKind::function && convention == from) convention = to;
    }
}

}  // namespace

void state_conventions(Interface& of) {
    change_conventions(of, interfaces::Convention::unstated, of.library.convention);
}

void leave_out_usual_conventions(Interface& of) {
    change_conventions(of, of.library.convention, interfaces::Convention::unstated);
}

std::string shape_of(const interfaces::Signature& signature) {
    std::string text = interfaces::text_of(signature.convention == interfaces::Convention::unstated
                                               ? interfaces::Convention::cdecl_
                                               : signature.convention) +
                       shape_of_type(*signature.result) + "(";
    for (const auto& parameter : signature.parameters) {
        // An array parameter is a pointer.
        const Type& real = interfaces::meaning(*parameter.type);
        text += real.kind == TypeKind::array ? shape_of_type(*real.of) + "*"
                                             : shape_of_type(*parameter.type);
        text += ",";
    }
    return text + (signature.variadic ? "...)" : ")");
}

void keep_attributes(Interface& fresh, const Interface& edited) {
    Interface unedited = interfaces::parse(interfaces::text_of(fresh), "", fresh.target);
    apply_rules(unedited);
    fresh.library = edited.library;
    // The types are the interface's own; nobody else has them yet.
    for (const Type* type : fresh.types) {
        if (type->kind != TypeKind::alias) continue;
        const Type* const old = edited.alias(type->name);
        if (old != nullptr && !old->is_built_in)
            keep(const_cast<Type*>(type)->attributes, old->attributes);
    }
    const auto old_bodies = named_bodies(edited);
    for (const auto& [name, body] : named_bodies(fresh)) {
        const auto old = old_bodies.find(name);
        if (old != old_bodies.end()) keep_members(const_cast<Type&>(*body), *old->second);
    }
    for (auto& function : fresh.functions) {
        const auto* const old = edited.function(function.name);
        if (old == nullptr || shape_of(old->signature) != shape_of(function.signature)) continue;
        const auto& asked = *unedited.function(function.name);
        keep(function.attributes, old->attributes, asked.attributes);
        for (std::size_t i = 0; i < function.signature.parameters.size(); ++i) {
            auto& parameter = function.signature.parameters[i];
            keep(parameter.attributes, old->signature.parameters[i].attributes,
                 asked.signature.parameters[i].attributes);
        }
    }
}

std::string keep_lines(const std::string& fresh_text, const Interface& fresh,
                       const std::string& old_text, const Interface& edited) {
    const auto old_lines = lines_of(old_text);
    const auto fresh_lines = lines_of(fresh_text);
    std::map<std::size_t, const interfaces::Function*> at_line;
    for (const auto& function : fresh.functions)
        at_line.emplace(function.at.line, &function);
    std::string text;
    for (std::size_t i = 1; i <= fresh_lines.size(); ++i) {
        const auto here = at_line.find(i);
        const auto* const old =
            here == at_line.end() ? nullptr : edited.function(here->second->name);
        if (old != nullptr && old->at.line != 0 && old->at.line <= old_lines.size()) {
            std::size_t first = old->at.line;
            while (first > 1 && is_comment(old_lines[first - 2]))
                --first;
            const bool same = shape_of(old->signature) == shape_of(here->second->signature);
            const bool whole = same && !misses(*old);
            const std::size_t last = whole ? end_of(old_lines, old->at.line) : old->at.line - 1;
            for (; first <= last; ++first)
                text += std::string(old_lines[first - 1]) + "\n";
            if (whole) {
                i = end_of(fresh_lines, i);
                continue;
            }
        }
        text += std::string(fresh_lines[i - 1]) + "\n";
    }
    return text;
}

std::vector<std::string> differences(const Interface& file, const Interface& header) {
    std::vector<std::string> found;
    compare_names("the function", file.functions, header.functions, found);
    for (const auto& function : header.functions) {
        const auto* const other = file.function(function.name);
        if (other == nullptr || shape_of(other->signature) == shape_of(function.signature))
            continue;
        Type type{TypeKind::function};
        type.signature = function.signature;
        found.push_back("the function " + function.name + " is declared otherwise in the header: " +
                        interfaces::declaration(type, function.name));
    }
    compare_names("the variable", file.variables, header.variables, found);
    compare_names("the constant", file.constants, header.constants, found);
    for (const auto& constant : header.constants) {
        const auto* const other = file.constant(constant.name);
        if (other == nullptr) continue;
        const auto number = [](const auto& value) -> std::string {
            if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
            if (const auto* u = std::get_if<std::uint64_t>(&value)) return std::to_string(*u);
            if (const auto* d = std::get_if<double>(&value)) return std::to_string(*d);
            return std::get<std::string>(value);
        };
        if (number(other->value) != number(constant.value)) {
            found.push_back("the constant " + constant.name + " is " + number(constant.value) +
                            " in the header");
        }
    }
    const auto bodies = named_bodies(file);
    for (const auto& [name, body] : named_bodies(header)) {
        const auto other = bodies.find(name);
        if (other != bodies.end() && shape_of_body(*other->second) != shape_of_body(*body)) {
            found.push_back("the type " + name + " has other members in the header");
        }
    }
    return found;
}

}  // namespace bridge32::tool
