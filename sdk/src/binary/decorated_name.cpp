#include "binary/decorated_name.hpp"

#include <algorithm>
#include <boost/core/demangle.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace bridge32::binary {

namespace {

constexpr int kMostNesting = 32;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kBackReferences = 10;

/// What is not understood, or not such a name.
struct NotUnderstood {};

/// https://en.wikiversity.org/wiki/Visual_C%2B%2B_name_mangling describes the grammar.
class MicrosoftParser {
public:
    explicit MicrosoftParser(std::string_view name) : rest_(name) {}

    MicrosoftName read() {
        expect('?');
        const std::string name = qualified_name();
        if (take('6')) return {name + " (vftable)", {}};
        if (take('7')) return {name + " (vbtable)", {}};
        const char kind = next();
        if (kind >= '0' && kind <= '3') {  // a variable
            const std::string variable = type();
            return {(kind == '3' ? "" : "static ") + join(variable, name), {}};
        }
        return function(kind, name);
    }

private:
    char peek() const {
        if (rest_.empty()) throw NotUnderstood{};
        return rest_.front();
    }
    char next() {
        const char c = peek();
        rest_.remove_prefix(1);
        return c;
    }
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!take(c)) throw NotUnderstood{};
    }

    bool at_digit() const { return peek() >= '0' && peek() <= '9'; }
    /// The one of `earlier` that the digit here means.
    const std::string& referred(const std::vector<std::string>& earlier) {
        const auto index = static_cast<std::size_t>(next() - '0');
        if (index >= earlier.size()) throw NotUnderstood{};
        return earlier[index];
    }

    /// "int" and "x" as "int x"; "int *" and "x" as "int *x".
    static std::string join(const std::string& type, const std::string& name) {
        return type.empty() ? name
                            : type + (type.ends_with('*') || type.ends_with('&') ? "" : " ") + name;
    }

    /// Text up to the next '@'.
    std::string plain() {
        const std::size_t end = rest_.find('@');
        if (end == std::string_view::npos || end == 0) throw NotUnderstood{};
        std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return text;
    }

    std::string remembered_name(const std::string& name) {
        if (names_.size() < kBackReferences) names_.push_back(name);
        return name;
    }

    /// One part of a qualified name.
    std::string part() {
        if (at_digit()) return referred(names_);
        if (peek() != '?') return remembered_name(plain());
        next();
        if (take('$')) return remembered_name(template_name());
        if (take('A')) {
            plain();
            return remembered_name("`anonymous namespace'");
        }
        throw NotUnderstood{};
    }

    std::string template_name() {
        const Nesting nesting(*this);
        // Inside, names and types are counted anew.
        std::vector<std::string> names;
        std::vector<std::string> types;
        names.swap(names_);
        types.swap(types_);
        std::string text = remembered_name(plain()) + "<";
        bool first = true;
        while (!take('@')) {
            text += first ? "" : ", ";
            first = false;
            if (take('$')) {
                expect('0');
                text += std::to_string(number());
            } else {
                text += argument_type();
            }
            if (text.size() > kLongestText) throw NotUnderstood{};
        }
        names_.swap(names);
        types_.swap(types);
        return text + (text.ends_with('>') ? " >" : ">");
    }

    std::int64_t number() {
        const bool negative = take('?');
        const char first = next();
        if (first >= '0' && first <= '9') return (negative ? -1 : 1) * (first - '0' + 1);
        std::int64_t value = 0;
        for (char c = first; c != '@'; c = next()) {
            if (c < 'A' || c > 'P' || value > (std::int64_t{1} << 56)) throw NotUnderstood{};
            value = 16 * value + (c - 'A');
        }
        return negative ? -value : value;
    }

    std::string operator_name(char code) {
        static const std::map<char, const char*> kOperators{
            {'2', "operator new"}, {'3', "operator delete"}, {'4', "operator="},
            {'5', "operator>>"},   {'6', "operator<<"},      {'7', "operator!"},
            {'8', "operator=="},   {'9', "operator!="},      {'A', "operator[]"},
            {'C', "operator->"},   {'D', "operator*"},       {'E', "operator++"},
            {'F', "operator--"},   {'G', "operator-"},       {'H', "operator+"},
            {'I', "operator&"},    {'K', "operator/"},       {'M', "operator<"},
            {'N', "operator<="},   {'O', "operator>"},       {'P', "operator>="},
            {'R', "operator()"},   {'Y', "operator+="},      {'Z', "operator-="}};
        const auto found = kOperators.find(code);
        if (found == kOperators.end()) throw NotUnderstood{};
        return found->second;
    }

    std::string qualified_name() {
        std::string own;
        char special = '\0';
        if (rest_.size() > 1 && rest_[0] == '?' && rest_[1] != '$') {
            next();
            const char code = next();
            if (code == '0' || code == '1') {
                special = code;
            } else if (code == '_') {
                const char what = next();
                if (what != '7' && what != '8') throw NotUnderstood{};
            } else {
                own = operator_name(code);
            }
        } else {
            own = part();
        }
        std::string scopes;
        std::string innermost;
        while (!take('@')) {
            const std::string scope = part();
            if (innermost.empty()) innermost = scope;
            // A name that refers back again and again would take long.
            if (scopes.size() + scope.size() > kLongestText) throw NotUnderstood{};
            scopes = scope + (scopes.empty() ? "" : "::" + scopes);
        }
        if (special != '\0') own = (special == '1' ? "~" : "") + innermost;
        if (scopes.empty()) return own;
        return own.empty() ? scopes : scopes + "::" + own;
    }

    Convention convention() {
        switch (next()) {
            case 'A':
            case 'B':
                return Convention::kCdecl;
            case 'E':
            case 'F':
                return Convention::kThiscall;
            case 'G':
            case 'H':
                return Convention::kStdcall;
            case 'I':
            case 'J':
                return Convention::kFastcall;
            case 'Q':
                return Convention::kVectorcall;
            default:
                throw NotUnderstood{};
        }
    }

    /// "const " for B, and so on.
    std::string qualifiers() {
        take('E');  // a 64-bit pointer
        take('I');  // __restrict
        switch (next()) {
            case 'A':
                return "";
            case 'B':
                return "const ";
            case 'C':
                return "volatile ";
            case 'D':
                return "const volatile ";
            default:
                throw NotUnderstood{};
        }
    }

    MicrosoftName function(char kind, const std::string& name) {
        std::string prefix;
        std::string suffix;
        if (kind != 'Y' && kind != 'Z') {
            if (kind < 'A' || kind > 'X') throw NotUnderstood{};
            const int group = (kind - 'A') % 8 / 2;  // 0 ordinary, 1 static, 2 virtual, 3 thunk
            if (group == 3) throw NotUnderstood{};
            prefix = group == 1 ? "static " : group == 2 ? "virtual " : "";
            if (group != 1 && !qualifiers().empty()) suffix = " const";
        }
        const Convention how = convention();
        const std::string result = take('@') ? "" : result_type();
        const std::string parameters = parameter_list();
        std::string text = prefix + (result.empty() ? "" : result + " ") + "__" + text_of(how) +
                           " " + name + "(" + parameters + ")" + suffix;
        return {std::move(text), how};
    }

    std::string result_type() {
        std::string cv;
        if (take('?')) cv = qualifiers();
        return cv + type();
    }

    std::string parameter_list() {
        if (take('X')) {
            take('Z');
            return "";
        }
        std::string list;
        while (!take('@')) {
            if (take('Z')) return list + (list.empty() ? "..." : ", ...");
            list += (list.empty() ? "" : ", ") + argument_type();
            if (list.size() > kLongestText) throw NotUnderstood{};
        }
        take('Z');
        return list;
    }

    /// A type that later ones can refer to by a digit.
    std::string argument_type() {
        if (at_digit()) return referred(types_);
        const std::size_t before = rest_.size();
        std::string text = type();
        if (before - rest_.size() > 1 && types_.size() < kBackReferences) types_.push_back(text);
        return text;
    }

    std::string type() {
        const Nesting nesting(*this);
        static const std::map<char, const char*> kBasic{
            {'C', "signed char"},  {'D', "char"},           {'E', "unsigned char"},
            {'F', "short"},        {'G', "unsigned short"}, {'H', "int"},
            {'I', "unsigned int"}, {'J', "long"},           {'K', "unsigned long"},
            {'M', "float"},        {'N', "double"},         {'O', "long double"},
            {'X', "void"}};
        static const std::map<char, const char*> kExtended{
            {'N', "bool"}, {'J', "__int64"}, {'K', "unsigned __int64"}, {'W', "wchar_t"}};
        const char c = next();
        if (const auto found = kBasic.find(c); found != kBasic.end()) return found->second;
        switch (c) {
            case '_': {
                const auto found = kExtended.find(next());
                if (found == kExtended.end()) throw NotUnderstood{};
                return found->second;
            }
            case 'T':
                return "union " + qualified_name();
            case 'U':
                return "struct " + qualified_name();
            case 'V':
                return "class " + qualified_name();
            case 'W':
                expect('4');
                return "enum " + qualified_name();
            case 'P':
                return pointer(" *");
            case 'Q':
                return pointer(" *const");
            case 'A':
                return pointer(" &");
            case '$':
                expect('$');
                expect('Q');
                return pointer(" &&");
            default:
                throw NotUnderstood{};
        }
    }

    std::string pointer(const std::string& sign) {
        if (take('6')) {  // to a function
            const Convention how = convention();
            const std::string result = result_type();
            return result + " (__" + text_of(how) + sign + ")(" + parameter_list() + ")";
        }
        const std::string cv = qualifiers();
        const std::string target = type();
        return cv + target + (target.ends_with('*') ? sign.substr(1) : sign);
    }

    struct Nesting {
        explicit Nesting(MicrosoftParser& own) : parser(own) {
            if (++own.depth_ > kMostNesting) throw NotUnderstood{};
        }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        ~Nesting() { --parser.depth_; }
        MicrosoftParser& parser;
    };

    std::string_view rest_;
    std::vector<std::string> names_;
    std::vector<std::string> types_;
    int depth_ = 0;
};

}  // namespace

std::optional<MicrosoftName> read_microsoft_name(std::string_view name) {
    if (name.size() > kLongestText) return std::nullopt;
    try {
        return MicrosoftParser(name).read();
    } catch (const NotUnderstood&) {
        return std::nullopt;
    }
}

namespace {

constexpr unsigned kMostArgumentBytes = 4096;

/// `geometry::area(int, int)` gives `area`.
std::string base_of_cpp(std::string_view readable) {
    const std::string_view before = readable.substr(0, readable.find_first_of("(<["));
    const std::size_t scope = before.rfind("::");
    return std::string(scope == std::string_view::npos ? before : before.substr(scope + 2));
}

/// The digits at the end of `f@8`, and the rest in `name`.
std::optional<unsigned> take_argument_bytes(std::string& name) {
    const std::size_t at = name.rfind('@');
    if (at == std::string::npos || at == 0 || at + 1 == name.size()) return std::nullopt;
    unsigned bytes = 0;
    const char* const end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + at + 1, end, bytes);
    if (error != std::errc{} || stop != end || bytes > kMostArgumentBytes) return std::nullopt;
    name.resize(at);
    return bytes;
}

/// gfortran's name of a procedure in a module: `__geometry_MOD_area`.
bool read_module_procedure(ExportName& result) {
    const std::string_view name = result.name;
    const std::size_t mod = name.find("_MOD_");
    if (!name.starts_with("__") || mod == std::string_view::npos || mod <= 2) return false;
    result.form = NameForm::kFortran;
    result.base = name.substr(mod + 5);
    result.readable = std::string(name.substr(2, mod - 2)) + "::" + result.base;
    return true;
}

}  // namespace

const char* text_of(Convention convention) noexcept {
    switch (convention) {
        case Convention::kCdecl:
            return "cdecl";
        case Convention::kStdcall:
            return "stdcall";
        case Convention::kFastcall:
            return "fastcall";
        case Convention::kThiscall:
            return "thiscall";
        case Convention::kVectorcall:
            return "vectorcall";
        case Convention::kUnknown:
            break;
    }
    return "";
}

ExportName read_export_name(const std::string& name, bool fortran) {
    ExportName result{name, name, name};
    if (name.starts_with("_Z")) {
        result.readable = boost::core::demangle(name.c_str());
        if (result.readable != name) {
            result.form = NameForm::kCpp;
            result.base = base_of_cpp(result.readable);
        }
        return result;
    }
    if (name.starts_with('?')) {
        result.form = NameForm::kCppMicrosoft;
        result.base = name.substr(1, name.find('@') - 1);
        if (const auto read = read_microsoft_name(name)) {
            result.readable = read->text;
            result.convention = read->convention;
            if (name.starts_with("??")) result.base = base_of_cpp(read->text);
        }
        return result;
    }
    if (read_module_procedure(result)) return result;

    result.argument_bytes = take_argument_bytes(result.base);
    if (result.argument_bytes) {
        result.convention = Convention::kStdcall;
        if (result.base.ends_with('@')) {
            result.base.pop_back();
            result.convention = Convention::kVectorcall;
        }
    }
    const bool at_sign = result.base.starts_with('@');
    if (at_sign && result.argument_bytes) result.convention = Convention::kFastcall;
    if (result.base.size() > 1 && (result.base.front() == '_' || at_sign)) {
        result.base.erase(0, 1);
    } else if (result.base.size() > 1 && result.base.back() == '_') {
        result.base.pop_back();
        if (fortran) {
            result.form = NameForm::kFortran;
            result.readable = result.base;
        }
    }
    return result;
}

}  // namespace bridge32::binary
