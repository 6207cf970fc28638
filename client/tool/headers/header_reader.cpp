#include "tool/headers/header_reader.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "os/path.hpp"
#include "tool/headers/system_headers.hpp"
#include "tool/headers/type_reader.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::utf8_of;

constexpr const char* kSourceName = "bridge32_interface.c";
constexpr const char* kConstantPrefix = "bridge32_value_of_";

std::vector<std::string> options_for(const HeaderOptions& options) {
    std::vector<std::string> all{
        "-x", "c", "-std=gnu11", "-w", "-ferror-limit=0", "-fno-spell-checking"};
    for (const auto& option : target_options(options.target))
        all.push_back(option);
    all.insert(all.end(), options.clang_options.begin(), options.clang_options.end());
    return all;
}

std::string source_for(const HeaderOptions& options, const std::string& first) {
    std::string text;
    if (!first.empty()) text += first;
    for (const auto& header : options.headers) {
        std::string path = utf8_of(header);
        std::replace(path.begin(), path.end(), '\\', '/');
        text += "#include \"" + path + "\"\n";
    }
    return text;
}

std::string text_of(const clang::Diagnostic& one) {
    std::string text;
    if (!one.at.file.empty()) {
        text = one.at.file + ":" + std::to_string(one.at.line) + ":" +
               std::to_string(one.at.column) + ": ";
    }
    return text + one.text;
}

std::vector<clang::Diagnostic> errors_in(const clang::Unit& unit) {
    auto all = unit.diagnostics();
    std::erase_if(all, [](const auto& one) { return one.severity < 3; });
    return all;
}

class Reading {
public:
    Reading(const clang::Library& library, const HeaderOptions& options, const clang::Unit& unit,
            const std::vector<clang::Diagnostic>& errors, std::string prelude)
        : library_(library),
          options_(options),
          unit_(unit),
          prelude_(std::move(prelude)),
          content_{interfaces::Interface(options.target)},
          types_(unit, content_.declared) {
        for (const auto& one : errors)
            wrong_lines_.emplace(one.at.file, one.at.line);
        for (const auto& header : options.headers) {
            auto folder = header.parent_path();
            if (!is_shared_folder(folder)) folders_.push_back(utf8_of(folder) + "/");
        }
    }

    HeaderContent take() {
        for (const auto& cursor : unit_.root().children())
            read(cursor);
        types_.finish();
        read_constants();
        for (const auto& text : types_.without_members())
            content_.left_out.push_back(
                {text.substr(0, text.find(": ")), text.substr(text.find(": ") + 2)});
        settle(content_);
        return std::move(content_);
    }

private:
    bool is_own(const void* file) {
        if (file == nullptr) return false;
        const auto [at, added] = own_.emplace(file, false);
        if (added) {
            const std::string name = unit_.name(file);
            at->second = name != kSourceName && !name.starts_with(kFallbackFolder) &&
                         (!unit_.is_system(file) || is_asked_for(name) ||
                          std::any_of(folders_.begin(), folders_.end(), [&](const auto& folder) {
                              return name.starts_with(folder);
                          }));
        }
        return at->second;
    }

    /// One of the headers, which another may have included.
    bool is_asked_for(const std::string& name) const {
        return std::any_of(options_.headers.begin(), options_.headers.end(), [&](const auto& one) {
            std::error_code error;
            return one.filename() == detail::path_from_utf8(name).filename() &&
                   fs::equivalent(one, detail::path_from_utf8(name), error);
        });
    }

    void read(const clang::Cursor& cursor) {
        const int kind = cursor.kind();
        if (kind == clang::kFunction) {
            read_function(cursor);
            return;
        }
        const bool own = is_own(cursor.file());
        if (kind == clang::kMacro) {
            if (own && is_constant(cursor)) macros_.push_back(cursor);
            return;
        }
        if (kind == clang::kVariable) {
            read_variable(cursor, own);
            return;
        }
        if ((!own && !options_.all_types) || (kind != clang::kTypedef && kind != clang::kStruct &&
                                              kind != clang::kUnion && kind != clang::kEnum))
            return;
        if (kind == clang::kEnum) read_unnamed_enumeration(cursor);
        const bool needed_first = kind == clang::kTypedef || cursor.is_definition();
        if (!needed_first || has_no_name(cursor)) return;
        try {
            types_.declared(cursor);
            types_.finish();
        } catch (const NoSuchType& error) {
            content_.left_out.push_back({cursor.name(), error.what()});
        }
    }

    static bool has_no_name(const clang::Cursor& cursor) {
        if (cursor.kind() == clang::kTypedef) return false;
        const std::string text = cursor.type().canonical().spelling();
        return text.find('(') != std::string::npos ||
               (!text.starts_with("struct ") && !text.starts_with("union ") &&
                !text.starts_with("enum "));
    }

    /// `enum { A, B };` declares constants.
    void read_unnamed_enumeration(const clang::Cursor& cursor) {
        if (!cursor.is_anonymous()) return;
        for (const auto& one : cursor.children()) {
            if (one.kind() != clang::kEnumConstant) continue;
            interfaces::Constant constant;
            constant.name = one.name();
            constant.type = &content_.declared.scalar(interfaces::Scalar::int_);
            constant.value = one.value();
            constant.at = {one.place().line, one.place().column};
            add_doc(constant.attributes, one);
            add_constant(std::move(constant));
        }
    }

    void add_constant(interfaces::Constant constant) {
        if (constants_.insert(constant.name).second) {
            content_.declared.constants.push_back(std::move(constant));
        }
    }

    void read_function(const clang::Cursor& cursor) {
        const bool own = is_own(cursor.file());
        if (!own && !options_.is_exported) return;
        const std::string name = cursor.name();
        if (!own && !options_.is_exported(name)) return;
        if (cursor.is_static() || (cursor.is_inline() && !cursor.is_extern())) return;
        if (!functions_.insert(name).second) return;
        try {
            check(cursor);
            interfaces::Function function;
            function.name = name;
            function.signature = types_.signature_of(cursor.type());
            types_.name_parameters(function.signature, cursor);
            const auto place = cursor.place();
            function.at = {place.line, place.column};
            if (cursor.type().kind() == clang::kFunctionNoPrototype) {
                throw NoSuchType("its parameters are not declared: write (void) if it has none");
            }
            add_doc(function.attributes, cursor);
            content_.declared.functions.push_back(std::move(function));
            types_.finish();
        } catch (const NoSuchType& error) {
            content_.left_out.push_back({name, error.what()});
        }
    }

    void check(const clang::Cursor& cursor) const {
        const auto place = cursor.place();
        bool wrong = cursor.is_invalid() || wrong_lines_.contains({place.file, place.line});
        for (const auto& parameter : cursor.parameters()) {
            const auto at = parameter.place();
            wrong = wrong || parameter.is_invalid() || wrong_lines_.contains({at.file, at.line});
        }
        if (wrong) throw NoSuchType("its declaration has errors");
    }

    void read_variable(const clang::Cursor& cursor, bool own) {
        const std::string name = cursor.name();
        if (!own && !(options_.is_exported && options_.is_exported(name))) return;
        if (cursor.is_static() || !functions_.insert(name).second) return;
        try {
            check(cursor);
            interfaces::Variable variable;
            variable.name = name;
            variable.type = &types_.type_of(cursor.type());
            const auto place = cursor.place();
            variable.at = {place.line, place.column};
            add_doc(variable.attributes, cursor);
            content_.declared.variables.push_back(std::move(variable));
            types_.finish();
        } catch (const NoSuchType& error) {
            content_.left_out.push_back({name, error.what()});
        }
    }

    /// A macro whose value may be a number or text.
    bool is_constant(const clang::Cursor& macro) const {
        if (macro.is_function_like() || macro.is_built_in()) return false;
        if (macro.name().starts_with('_')) return false;
        const auto tokens = unit_.tokens(macro);
        if (tokens.size() < 2) return false;
        static const std::set<std::string, std::less<>> kNever{
            "{",          "}",         ";",       "#",        "##",      "=",
            "extern",     "static",    "inline",  "return",   "struct",  "union",
            "enum",       "typedef",   "const",   "void",     "if",      "else",
            "for",        "while",     "do",      "volatile", "...",     "__attribute__",
            "__declspec", "__stdcall", "__cdecl", "asm",      "__asm__", ","};
        int depth = 0;
        for (std::size_t i = 1; i < tokens.size(); ++i) {
            if (kNever.contains(tokens[i])) return false;
            depth += tokens[i] == "(" ? 1 : tokens[i] == ")" ? -1 : 0;
            if (depth < 0) return false;
        }
        return depth == 0;
    }

    /// The values of macros are those of variables of a second source, which has the same includes.
    void read_constants() {
        if (macros_.empty()) return;
        std::string source = source_for(options_, prelude_);
        std::vector<std::string> names;
        for (const auto& macro : macros_) {
            const std::string name = macro.name();
            if (constants_.contains(name) || functions_.contains(name)) continue;
            names.push_back(name);
            source += "#ifdef " + name + "\nstatic __auto_type " + kConstantPrefix + name + " = " +
                      name + ";\n#endif\n";
        }
        auto sources = fallback_headers();
        sources.insert(sources.begin(), clang::Source{kSourceName, source});
        const auto unit = library_.parse(options_for(options_), sources);
        for (const auto& cursor : unit->root().children()) {
            if (cursor.kind() != clang::kVariable) continue;
            const std::string name = cursor.name();
            if (!name.starts_with(kConstantPrefix) || cursor.is_invalid()) continue;
            read_constant(name.substr(std::string_view(kConstantPrefix).size()), cursor, *unit);
        }
    }

    void read_constant(const std::string& name, const clang::Cursor& variable,
                       const clang::Unit& unit) {
        using Kind = clang::Value::Kind;
        const auto value = unit.value_of(variable);
        auto& declared = content_.declared;
        interfaces::Constant constant;
        constant.name = name;
        const int kind = variable.type().canonical().kind();
        const auto scalar = [&](interfaces::Scalar which) {
            constant.type = &declared.scalar(which);
        };
        if (value.kind == Kind::text) {
            constant.type =
                &declared.pointer_to(declared.constant(declared.scalar(interfaces::Scalar::char_)));
            constant.value = value.text;
        } else if (value.kind == Kind::real) {
            if (!std::isfinite(value.real)) return;  // which C has no literal for
            scalar(interfaces::Scalar::double_);
            constant.value = value.real;
        } else if (value.kind == Kind::none || kind == clang::kPointer) {
            return;
        } else if (value.kind == Kind::unsigned_integer &&
                   (kind == clang::kULongLong || value.integer < 0)) {
            scalar(interfaces::Scalar::unsigned_long_long);
            constant.value = static_cast<std::uint64_t>(value.integer);
        } else {
            const bool small = value.integer >= INT32_MIN && value.integer <= INT32_MAX;
            const bool is_unsigned = value.kind == Kind::unsigned_integer;
            scalar(is_unsigned && value.integer <= UINT32_MAX ? interfaces::Scalar::unsigned_int
                   : small                                    ? interfaces::Scalar::int_
                                                              : interfaces::Scalar::long_long);
            constant.value = value.integer;
        }
        add_constant(std::move(constant));
    }

    const clang::Library& library_;
    const HeaderOptions& options_;
    const clang::Unit& unit_;
    std::string prelude_;
    HeaderContent content_;
    TypeReader types_;
    std::set<std::pair<std::string, unsigned>> wrong_lines_;
    std::vector<std::string> folders_;
    std::map<const void*, bool> own_;
    std::set<std::string> functions_;
    std::set<std::string> constants_;
    std::vector<clang::Cursor> macros_;
};

std::unique_ptr<clang::Unit> parse(const clang::Library& library, const HeaderOptions& options,
                                   const std::string& first) {
    auto sources = fallback_headers();
    sources.insert(sources.begin(), clang::Source{kSourceName, source_for(options, first)});
    return library.parse(options_for(options), sources);
}

[[noreturn]] void fail_on(const clang::Diagnostic& error) {
    throw Error(text_of(error) +
                ". Name the folder of headers that it needs behind --, as for clang: -- -I FOLDER");
}

}  // namespace

HeaderContent read_headers(const clang::Library& library, const HeaderOptions& asked) {
    HeaderOptions options = asked;
    for (auto& header : options.headers) {
        std::error_code error;
        const auto file = os::canonical_path(os::absolute_path(header), error);
        if (error) throw Error(utf8_of(header) + " is not there: " + error.message());
        header = file;
    }
    auto unit = parse(library, options, {});
    auto errors = errors_in(*unit);
    // Many headers rely on what programs include before them.
    std::string prelude;
    const auto common = common_headers(options.target);
    if (!errors.empty()) {
        const std::string first = "#include <" + common + ">\n";
        auto again = parse(library, options, first);
        auto fewer = errors_in(*again);
        if (fewer.size() < errors.size()) {
            unit = std::move(again);
            errors = std::move(fewer);
            prelude = first;
        }
    }
    for (const auto& error : errors)
        if (error.severity > 3 || error.text.ends_with("file not found")) fail_on(error);
    Reading reading(library, options, *unit, errors, prelude);
    HeaderContent content = reading.take();
    if (!prelude.empty()) content.read_first = common;
    for (const auto& error : errors)
        content.errors.push_back(text_of(error));
    return content;
}

}  // namespace bridge32::tool
