#include "tool/support/identifier.hpp"

namespace bridge32::tool {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_keyword(const std::string& name) {
    static const std::set<std::string> kKeywords{
        "alignas",   "alignof",       "and",         "and_eq",
        "asm",       "auto",          "bitand",      "bitor",
        "bool",      "break",         "case",        "catch",
        "char",      "char16_t",      "char32_t",    "char8_t",
        "class",     "co_await",      "co_return",   "co_yield",
        "compl",     "concept",       "const",       "const_cast",
        "consteval", "constexpr",     "constinit",   "continue",
        "decltype",  "default",       "delete",      "do",
        "double",    "dynamic_cast",  "else",        "enum",
        "explicit",  "export",        "extern",      "false",
        "float",     "for",           "friend",      "goto",
        "if",        "inline",        "int",         "long",
        "mutable",   "namespace",     "new",         "noexcept",
        "not",       "not_eq",        "nullptr",     "operator",
        "or",        "or_eq",         "private",     "protected",
        "public",    "register",      "requires",    "reinterpret_cast",
        "return",    "short",         "signed",      "sizeof",
        "static",    "static_assert", "static_cast", "struct",
        "switch",    "template",      "this",        "thread_local",
        "throw",     "true",          "try",         "typedef",
        "typeid",    "typename",      "union",       "unsigned",
        "using",     "virtual",       "void",        "volatile",
        "wchar_t",   "while",         "xor",         "xor_eq"};
    return kKeywords.contains(name);
}

}  // namespace

std::string identifier(const std::string& name) {
    std::string result;
    for (const char c : name)
        result += is_letter(c) || is_digit(c) ? c : '_';
    while (result.ends_with('_') && result.size() > 1 && !name.ends_with('_'))
        result.pop_back();
    if (result.empty() || is_digit(result.front())) result.insert(0, 1, '_');
    if (is_keyword(result)) result += '_';
    return result;
}

std::string new_identifier(const std::string& name, std::set<std::string>& taken) {
    std::string result = identifier(name);
    while (!taken.insert(result).second)
        result += '_';
    return result;
}

std::string class_name(const std::string& name) {
    std::string result;
    bool upper = true;
    for (const char c : name) {
        const bool fit = is_letter(c) || is_digit(c);
        if (fit) result += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = !fit;
    }
    if (result.empty() || is_digit(result.front())) result.insert(0, "Plugin");
    return result;
}

}  // namespace bridge32::tool
