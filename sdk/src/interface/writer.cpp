#include "interface/writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <limits>
#include <set>
#include <utility>
#include <variant>

#include "interface/interface.hpp"
#include "interface/spelling.hpp"

namespace bridge32::interfaces {

namespace {

constexpr std::size_t kLongestLine = 100;

const char* text_of(TextEncoding encoding) noexcept {
    switch (encoding) {
        case TextEncoding::utf8:
            return "utf8";
        case TextEncoding::system:
            return "system";
        case TextEncoding::windows_1252:
            return "windows_1252";
        case TextEncoding::windows_1251:
            return "windows_1251";
        case TextEncoding::latin_1:
            return "latin_1";
    }
    return "";
}

const char* text_of(Threads threads) noexcept {
    switch (threads) {
        case Threads::main:
            return "main";
        case Threads::mirrored:
            return "mirrored";
        case Threads::concurrent:
            return "concurrent";
    }
    return "";
}

/// Without underscores, as `convention` has it.
std::string word_of(Convention convention) {
    switch (convention) {
        case Convention::regparm1:
            return "regparm1";
        case Convention::regparm2:
            return "regparm2";
        case Convention::regparm3:
            return "regparm3";
        default: {
            const std::string text = text_of(convention);
            return text.empty() ? "cdecl" : text.substr(2, text.size() - 3);
        }
    }
}

std::string text_of(const Attribute& attribute) {
    std::string text = attribute.name;
    if (attribute.arguments.empty()) return text;
    text += "(";
    bool first = true;
    if (attribute.name == "retain" || attribute.name == "writable") text += "until ";
    for (const Attribute::Argument& argument : attribute.arguments) {
        if (!std::exchange(first, false)) text += ", ";
        if (argument.text) {
            text += string_literal(*argument.text);
        } else if (argument.expression) {
            text += interfaces::text_of(*argument.expression);
        }
    }
    return text + ")";
}

const Type* unnamed_base(const Type& type) noexcept {
    const Type& base = base_of(type);
    const bool has_body = base.kind == TypeKind::record || base.kind == TypeKind::enumeration;
    return has_body && base.name.empty() ? &base : nullptr;
}

/// "x : 3 [[out]]"
std::string after_base(const Member& member) {
    std::string text = declarator(*member.type, member.name, true);
    if (member.bits) text += (text.empty() ? ": " : " : ") + std::to_string(*member.bits);
    return text + text_of(member.attributes);
}

/// One text each, with its semicolon. Members of one unnamed type are declared together, since that
/// type can be written only once.
std::vector<std::string> member_texts(const Type& record) {
    std::vector<std::string> texts;
    const Type* previous = nullptr;
    for (const Member& member : record.members) {
        const Type* const unnamed = unnamed_base(*member.type);
        if (unnamed != nullptr && unnamed == previous && !member.name.empty()) {
            texts.back().insert(texts.back().size() - 1, ", " + after_base(member));
            continue;
        }
        previous = member.name.empty() ? nullptr : unnamed;
        const std::string around = after_base(member);
        texts.push_back(text_of_base(base_of(*member.type), true) +
                        (around.empty() || around.starts_with(" [[") ? "" : " ") + around + ";");
    }
    return texts;
}

std::vector<std::string> enumerator_texts(const Type& enumeration) {
    std::vector<std::string> texts;
    std::uint64_t next = 0;
    for (const Enumerator& enumerator : enumeration.enumerators) {
        std::string text = enumerator.name + text_of(enumerator.attributes);
        if (static_cast<std::uint64_t>(enumerator.value) != next) {
            text += " = " + std::to_string(enumerator.value);
        }
        next = static_cast<std::uint64_t>(enumerator.value) + 1;
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string joined(const std::vector<std::string>& texts, const char* separator) {
    std::string all;
    for (const std::string& text : texts) {
        if (!all.empty()) all += separator;
        all += text;
    }
    return all;
}

std::string indented(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 5) {
        text.insert(at + 1, "    ");
    }
    return "    " + text;
}

std::string text_of_keyword(const Type& type) {
    const std::string keyword = type.kind == TypeKind::enumeration ? "enum"
                                : type.is_union                    ? "union"
                                                                   : "struct";
    Attributes attributes = type.attributes;
    const auto number = [&](const char* name, std::uint32_t value) {
        Expression expression;
        expression.number = value;
        if (value != 0) attributes.all.push_back({name, {{expression, std::nullopt}}});
    };
    number("pack", type.pack);
    number("aligned", type.align);
    if (type.is_flags && !attributes.has("flags")) attributes.all.push_back({"flags"});
    std::string text = keyword + interfaces::text_of(attributes);
    if (!type.name.empty()) text += " " + type.name;
    if (type.kind == TypeKind::enumeration && type.of != nullptr &&
        (type.of->kind != TypeKind::scalar || type.of->scalar != scalar_of(type.enumerators))) {
        text += " : " + spell(*type.of, "", false);
    }
    return text;
}

}  // namespace

Scalar scalar_of(const std::vector<Enumerator>& enumerators) noexcept {
    std::int64_t least = 0;
    std::int64_t most = 0;
    for (const Enumerator& enumerator : enumerators) {
        least = std::min(least, enumerator.value);
        most = std::max(most, enumerator.value);
    }
    if (least >= 0) {
        return most > std::numeric_limits<std::uint32_t>::max() ? Scalar::unsigned_long_long
                                                                : Scalar::unsigned_int;
    }
    const bool is_int = least >= std::numeric_limits<std::int32_t>::min() &&
                        most <= std::numeric_limits<std::int32_t>::max();
    return is_int ? Scalar::int_ : Scalar::long_long;
}

std::string string_literal(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += {'\\', c};
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (byte < 0x20 || byte == 0x7F) {
            char octal[5];
            std::snprintf(octal, sizeof octal, "\\%03o", byte);
            result += octal;
        } else {
            result += c;
        }
    }
    return result + "\"";
}

std::string text_of(const Attributes& attributes) {
    if (attributes.all.empty()) return "";
    std::string text = " [[";
    bool first = true;
    for (const Attribute& attribute : attributes.all) {
        if (!std::exchange(first, false)) text += ", ";
        text += text_of(attribute);
    }
    return text + "]]";
}

std::string text_of_definition(const Type& type) {
    const bool is_record = type.kind == TypeKind::record;
    std::string text = text_of_keyword(type);
    if (!type.is_complete && (is_record || type.enumerators.empty())) return text;
    const std::vector<std::string> parts = is_record ? member_texts(type) : enumerator_texts(type);
    const char* const separator = is_record ? " " : ", ";
    const std::string in_one_line = text + " { " + joined(parts, separator) + " }";
    if (in_one_line.size() <= kLongestLine && in_one_line.find('\n') == std::string::npos) {
        return parts.empty() ? text + " {}" : in_one_line;
    }
    text += " {\n";
    for (const std::string& part : parts) {
        text += indented(part) + (is_record || &part == &parts.back() ? "\n" : ",\n");
    }
    return text + "}";
}

namespace {

/// The incomplete structs that declarations name: reading those declares them.
class Mentions {
public:
    explicit Mentions(const Interface& all) {
        for (const Type* const type : all.types) {
            if (type->kind == TypeKind::alias) {
                note(*type->of);
            } else {
                note_members(*type);
            }
        }
        for (const Constant& constant : all.constants)
            note(*constant.type);
        for (const Variable& variable : all.variables)
            note(*variable.type);
        for (const Function& function : all.functions)
            note(function.signature);
    }

    bool has(const Type& type) const { return found_.count(&type) != 0; }

private:
    void note(const Type& type) {
        const Type* at = &type;
        while (at->kind == TypeKind::pointer || at->kind == TypeKind::array ||
               (at->kind == TypeKind::alias && at->is_const && at->name.empty())) {
            at = at->of;
        }
        if (at->kind == TypeKind::function) note(at->signature);
        if (at->kind != TypeKind::record) return;
        if (!at->name.empty()) {
            found_.insert(at);
        } else {
            note_members(*at);
        }
    }
    void note(const Signature& signature) {
        note(*signature.result);
        for (const Parameter& parameter : signature.parameters)
            note(*parameter.type);
    }
    void note_members(const Type& type) {
        for (const Member& member : type.members)
            note(*member.type);
    }

    std::set<const Type*> found_{};
};

std::string text_of(const LibraryBlock& library) {
    const LibraryBlock usual;
    std::string text = "library " + string_literal(library.name) + " { convention " +
                       word_of(library.convention) + ";";
    if (library.text != usual.text) text += std::string(" text ") + text_of(library.text) + ";";
    if (library.threads != usual.threads) {
        text += std::string(" threads ") + text_of(library.threads) + ";";
    }
    if (library.platform) {
        text += *library.platform == Platform::windows_ ? " platform windows;" : " platform linux;";
    }
    return text + " }\n";
}

std::string text_of(const Constant& constant) {
    std::string value;
    if (const auto* const text = std::get_if<std::string>(&constant.value)) {
        value = string_literal(*text);
    } else if (const auto* const number = std::get_if<double>(&constant.value)) {
        char digits[40];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), *number).ptr;
        value.assign(digits, end);
        if (value.find_first_of(".en") == std::string::npos) value += ".0";
    } else if (const auto* const natural = std::get_if<std::uint64_t>(&constant.value)) {
        value = std::to_string(*natural) + "u";
    } else {
        value = std::to_string(std::get<std::int64_t>(constant.value));
    }
    const bool is_const = constant.type->is_const || constant.type->kind == TypeKind::pointer;
    return (is_const ? "" : "const ") + spell(*constant.type, constant.name, true) +
           interfaces::text_of(constant.attributes) + " = " + value + ";\n";
}

std::string text_of(const Function& function, const LibraryBlock& library) {
    Type type;
    type.kind = TypeKind::function;
    type.signature = function.signature;
    if (type.signature.convention == library.convention) {
        type.signature.convention = Convention::unstated;
    }
    return spell(type, function.name, true) + interfaces::text_of(function.attributes) + ";\n";
}

}  // namespace

std::string text_of(const Interface& all) {
    std::string text = "interface " + std::to_string(Interface::kVersion) + ";\n";
    const LibraryBlock& library = all.library;
    if (!library.name.empty() || library.platform || text_of(library) != text_of(LibraryBlock{})) {
        text += text_of(library);
    }
    const char* gap = "\n";
    const auto begin_section = [&] { text += std::exchange(gap, ""); };
    const Mentions mentions(all);
    for (std::size_t i = 0; i < all.types.size(); ++i) {
        const Type& type = *all.types[i];
        if (type.kind == TypeKind::alias) {
            begin_section();
            text +=
                "typedef " + spell(*type.of, type.name, true) + text_of(type.attributes) + ";\n";
            continue;
        }
        const bool is_empty = type.kind == TypeKind::record && !type.is_complete;
        if (is_empty && type.attributes.all.empty() && mentions.has(type)) continue;
        begin_section();
        // `typedef struct point {...} POINT;`, as most headers have it.
        const Type* const next = i + 1 < all.types.size() ? all.types[i + 1] : nullptr;
        if (!is_empty && next != nullptr && next->kind == TypeKind::alias &&
            base_of(*next->of).kind == type.kind && &base_of(*next->of) == &type) {
            text += "typedef " + text_of_definition(type) + " " +
                    declarator(*next->of, next->name, true) + text_of(next->attributes) + ";\n";
            ++i;
        } else {
            text += text_of_definition(type) + ";\n";
        }
    }
    gap = "\n";
    for (const Constant& constant : all.constants) {
        begin_section();
        text += text_of(constant);
    }
    gap = "\n";
    for (const Variable& variable : all.variables) {
        begin_section();
        text += "extern " + spell(*variable.type, variable.name, true) +
                text_of(variable.attributes) + ";\n";
    }
    gap = "\n";
    for (const Function& function : all.functions) {
        begin_section();
        text += text_of(function, library);
    }
    return text;
}

}  // namespace bridge32::interfaces
