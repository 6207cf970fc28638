#include "tool/headers/annotations.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "interface/type.hpp"
#include "tool/headers/c_tokens.hpp"
#include "tool/headers/type_kinds.hpp"

namespace bridge32::tool {

using interfaces::TypeKind;

std::string brief_of(const std::string& comment) {
    if (!comment.starts_with("/**") && !comment.starts_with("///") && !comment.starts_with("/*!") &&
        !comment.starts_with("//!")) {
        return {};
    }
    std::string text;
    bool at_start = true;  // of a line, where decoration is skipped
    for (std::size_t i = 0; i < comment.size(); ++i) {
        const char c = comment[i];
        if (c == '*' && comment.substr(i, 2) == "*/") break;
        if (c == '\n') {
            // An empty line ends what is brief.
            if (at_start && !text.empty() && i != 0) break;
            at_start = true;
            if (!text.empty() && text.back() != ' ') text += ' ';
        } else if (at_start && (c == '/' || c == '*' || c == '!' || c == '<' || c == ' ' ||
                                c == '\t' || c == '\r')) {
            continue;
        } else {
            if (at_start && !text.empty() && (c == '@' || c == '\\')) break;
            at_start = false;
            text += c == '\t' || c == '\r' ? ' ' : c;
        }
    }
    for (const std::string_view word : {"@brief ", "\\brief "})
        if (text.starts_with(word)) text.erase(0, word.size());
    if (text.starts_with('@') || text.starts_with('\\')) return {};
    const auto end = text.find(". ");
    if (end != std::string::npos) text.resize(end + 1);
    constexpr std::size_t kLongest = 160;
    if (text.size() > kLongest) {
        const auto space = text.rfind(' ', kLongest);
        text.resize(space == std::string::npos ? kLongest : space);
        text += " …";
    }
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

void add_doc(interfaces::Attributes& to, const std::string& comment) {
    std::string text = brief_of(comment);
    if (text.empty()) return;
    interfaces::Attribute doc{"doc", {}, {}};
    doc.arguments.push_back({std::nullopt, std::move(text)});
    to.all.push_back(std::move(doc));
}

namespace {

/// Text and memory need a length, structs with pointers and pointers to pointers need more than a
/// direction: the rules look for it, or ask.
bool says_enough(const interfaces::Type& pointer, const interfaces::Attributes& attributes) {
    const auto& real = interfaces::meaning(pointer);
    const auto& pointee = interfaces::meaning(*real.of);
    if (is_handle(pointer) || pointee.kind == TypeKind::function) return false;
    if (pointee.kind == TypeKind::pointer) return is_handle(*real.of);
    if (pointee.kind == TypeKind::record) return is_plain(pointee);
    const bool has_length = attributes.has("count") || attributes.has("bytes");
    return has_length || (!is_void(pointee) && !is_character(pointee));
}

bool points(const interfaces::Type& type) {
    const auto kind = interfaces::meaning(type).kind;
    return kind == TypeKind::pointer || kind == TypeKind::array;
}

/// A declaration that has only what matters to the check: names, and whether they are pointers.
std::string shown(const std::string& name, const interfaces::Type& type, const std::string& text) {
    const bool is_text = !text.empty() && is_character(*interfaces::meaning(type).of);
    const std::string shape = is_text ? "char *" : points(type) ? "int *" : "int ";
    if (text.starts_with('_')) return text + " " + shape + name;
    return shape + name + (text.empty() ? "" : " [[" + text + "]]");
}

}  // namespace

void annotate(interfaces::Signature& signature, std::size_t which, const std::string& text,
              interfaces::Target target) {
    auto& parameter = signature.parameters[which];
    if (!points(*parameter.type)) return;
    std::string declaration = "void f(";
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const auto& one = signature.parameters[i];
        declaration += (i == 0 ? "" : ", ") + shown(one.name, *one.type, i == which ? text : "");
    }
    try {
        const auto parsed = interfaces::parse_declaration(declaration + ");", target);
        auto attributes = parsed.functions.at(0).signature.parameters.at(which).attributes;
        if (!says_enough(*parameter.type, attributes)) {
            const auto& of = *interfaces::meaning(*parameter.type).of;
            const bool is_text = is_character(of) && is_const(of);
            std::erase_if(attributes.all, [&](const auto& one) {
                return one.name != "optional" && !(one.name == "string" && is_text);
            });
        }
        auto& to = parameter.attributes.all;
        to.insert(to.end(), attributes.all.begin(), attributes.all.end());
    } catch (const Error&) {
        return;
    }
}

void annotate(interfaces::Type& record, std::size_t which, const std::string& text,
              interfaces::Target target) {
    auto& member = record.members[which];
    if (!points(*member.type)) return;
    std::string declaration = "interface 1; struct s { ";
    for (std::size_t i = 0; i < record.members.size(); ++i) {
        const auto& one = record.members[i];
        if (one.name.empty()) continue;
        declaration += shown(one.name, *one.type, i == which ? text : "") + "; ";
    }
    try {
        const auto parsed = interfaces::parse(declaration + "};", "", target);
        for (const auto& one : parsed.tagged("s")->members) {
            if (one.name != member.name || !says_enough(*member.type, one.attributes)) continue;
            for (const auto& attribute : one.attributes.all)
                if (attribute.name == "count" || attribute.name == "bytes") {
                    member.attributes.all.push_back(attribute);
                }
        }
    } catch (const Error&) {
        return;
    }
}

std::string midl_attributes(std::string_view comment) {
    bool in = false;
    bool out = false;
    std::string more;
    for (const auto word : midl_words(comment)) {
        in = in || word == "in";
        out = out || word == "out" || word == "retval";
        if (word == "string") more += ", string";
        if (word == "optional" || word == "unique") more += ", optional";
    }
    if (!in && !out) return more.empty() ? more : more.substr(2);
    return (in && out ? "inout" : in ? "in" : "out") + more;
}

}  // namespace bridge32::tool
