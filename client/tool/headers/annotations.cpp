#include "tool/headers/annotations.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "interface/type.hpp"

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

void annotate(interfaces::Signature& signature, std::size_t which, const std::string& text,
              interfaces::Target target) {
    const auto& real = interfaces::meaning(*signature.parameters[which].type);
    if (real.kind != TypeKind::pointer && real.kind != TypeKind::array) return;
    // Only names matter for the check.
    std::string declaration = "void f(";
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const auto& one = signature.parameters[i];
        const auto kind = interfaces::meaning(*one.type).kind;
        const bool points = kind == TypeKind::pointer || kind == TypeKind::array;
        declaration += (i == 0 ? "" : ", ") + std::string(points ? "int *" : "int ") + one.name;
        if (i == which) declaration += " [[" + text + "]]";
    }
    // `string` needs characters.
    if (const auto at = text.find(", string"); at != std::string::npos) {
        auto plain = text;
        annotate(signature, which, plain.erase(at, 8), target);
        signature.parameters[which].attributes.all.push_back({"string", {}, {}});
        return;
    }
    try {
        const auto parsed = interfaces::parse_declaration(declaration + ");", target);
        auto attributes = parsed.functions.at(0).signature.parameters.at(which).attributes;
        const auto& pointee = interfaces::meaning(*real.of);
        const bool one_of_unknown =
            pointee.kind == TypeKind::scalar && (pointee.scalar == interfaces::Scalar::void_ ||
                                                 pointee.scalar == interfaces::Scalar::char_ ||
                                                 pointee.scalar == interfaces::Scalar::wchar);
        // Text and memory need a length, which the rules look for.
        if (one_of_unknown && !attributes.has("count") && !attributes.has("bytes")) {
            std::erase_if(attributes.all, [](const auto& one) { return one.name != "optional"; });
        }
        auto& to = signature.parameters[which].attributes.all;
        to.insert(to.end(), attributes.all.begin(), attributes.all.end());
    } catch (const Error&) {
        return;
    }
}

}  // namespace bridge32::tool
