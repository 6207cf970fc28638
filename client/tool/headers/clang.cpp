#include "tool/headers/clang.hpp"

#include <boost/dll/shared_library.hpp>
#include <system_error>
#include <type_traits>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "tool/headers/clang_files.hpp"

namespace bridge32::tool::clang {

namespace abi {

using Visitor = int (*)(Cursor cursor, Cursor parent, void* data);
using FieldVisitor = int (*)(Cursor cursor, void* data);

struct Functions {
    boost::dll::shared_library library{};

    void* (*create_index)(int, int) = nullptr;
    void (*dispose_index)(void*) = nullptr;
    int (*parse)(void*, const char*, const char* const*, int, UnsavedFile*, unsigned, unsigned,
                 void**) = nullptr;
    void (*dispose_unit)(void*) = nullptr;
    Cursor (*root)(void*) = nullptr;
    unsigned (*visit)(Cursor, Visitor, void*) = nullptr;
    unsigned (*visit_fields)(Type, FieldVisitor, void*) = nullptr;
    const char* (*text)(String) = nullptr;
    void (*dispose_text)(String) = nullptr;
    String (*version)() = nullptr;

    String (*cursor_name)(Cursor) = nullptr;
    Type (*cursor_type)(Cursor) = nullptr;
    Cursor (*canonical_cursor)(Cursor) = nullptr;
    Type (*meaning)(Cursor) = nullptr;
    Type (*enumeration_integer)(Cursor) = nullptr;
    int (*argument_count)(Cursor) = nullptr;
    Cursor (*argument)(Cursor, unsigned) = nullptr;
    Location (*location)(Cursor) = nullptr;
    Range (*extent)(Cursor) = nullptr;
    void (*expansion)(Location, void**, unsigned*, unsigned*, unsigned*) = nullptr;
    String (*file_name)(void*) = nullptr;
    const char* (*file_content)(void*, void*, std::size_t*) = nullptr;
    Location (*location_of_offset)(void*, void*, unsigned) = nullptr;
    int (*in_system_header)(Location) = nullptr;
    unsigned (*is_definition)(Cursor) = nullptr;
    Cursor (*definition)(Cursor) = nullptr;
    int (*is_null)(Cursor) = nullptr;
    unsigned (*is_anonymous)(Cursor) = nullptr;
    unsigned (*is_invalid)(Cursor) = nullptr;
    int (*storage)(Cursor) = nullptr;
    unsigned (*is_inline)(Cursor) = nullptr;
    unsigned (*is_bit_field)(Cursor) = nullptr;
    int (*bits)(Cursor) = nullptr;
    long long (*bit_offset)(Cursor) = nullptr;
    long long (*enumerator)(Cursor) = nullptr;
    unsigned long long (*unsigned_enumerator)(Cursor) = nullptr;
    String (*comment)(Cursor) = nullptr;
    unsigned (*is_function_like)(Cursor) = nullptr;
    unsigned (*is_built_in)(Cursor) = nullptr;
    void* (*evaluate)(Cursor) = nullptr;
    int (*value_kind)(void*) = nullptr;
    long long (*value_integer)(void*) = nullptr;
    unsigned (*value_is_unsigned)(void*) = nullptr;
    unsigned long long (*value_unsigned)(void*) = nullptr;
    double (*value_real)(void*) = nullptr;
    const char* (*value_text)(void*) = nullptr;
    void (*dispose_value)(void*) = nullptr;

    String (*type_name)(Type) = nullptr;
    unsigned (*is_const)(Type) = nullptr;
    Type (*canonical)(Type) = nullptr;
    Type (*pointee)(Type) = nullptr;
    Type (*element)(Type) = nullptr;
    long long (*length)(Type) = nullptr;
    Type (*named)(Type) = nullptr;
    Type (*modified)(Type) = nullptr;
    Type (*result)(Type) = nullptr;
    int (*parameter_count)(Type) = nullptr;
    Type (*parameter)(Type, unsigned) = nullptr;
    unsigned (*is_variadic)(Type) = nullptr;
    int (*convention)(Type) = nullptr;
    Cursor (*declaration)(Type) = nullptr;
    long long (*size)(Type) = nullptr;
    long long (*align)(Type) = nullptr;

    unsigned (*diagnostic_count)(void*) = nullptr;
    void* (*diagnostic)(void*, unsigned) = nullptr;
    int (*severity)(void*) = nullptr;
    String (*diagnostic_text)(void*) = nullptr;
    Location (*diagnostic_location)(void*) = nullptr;
    void (*dispose_diagnostic)(void*) = nullptr;

    void (*tokenize)(void*, Range, Token**, unsigned*) = nullptr;
    String (*token_text)(void*, Token) = nullptr;
    void (*dispose_tokens)(void*, Token*, unsigned) = nullptr;

    std::string take(String value) const {
        const char* characters = text(value);
        std::string taken = characters == nullptr ? "" : characters;
        dispose_text(value);
        return taken;
    }

    Place place_of(Location at) const {
        Place place;
        void* file = nullptr;
        expansion(at, &file, &place.line, &place.column, nullptr);
        if (file != nullptr) place.file = take(file_name(file));
        return place;
    }
};

namespace {

void load(Functions& to) {
    const auto find = [&](const char* name, auto& function) {
        using Function = std::remove_pointer_t<std::remove_reference_t<decltype(function)>>;
        function = &to.library.get<Function>(std::string("clang_") + name);
    };
    find("createIndex", to.create_index);
    find("disposeIndex", to.dispose_index);
    find("parseTranslationUnit2", to.parse);
    find("disposeTranslationUnit", to.dispose_unit);
    find("getTranslationUnitCursor", to.root);
    find("visitChildren", to.visit);
    find("Type_visitFields", to.visit_fields);
    find("getCString", to.text);
    find("disposeString", to.dispose_text);
    find("getClangVersion", to.version);
    find("getCursorSpelling", to.cursor_name);
    find("getCursorType", to.cursor_type);
    find("getCanonicalCursor", to.canonical_cursor);
    find("getTypedefDeclUnderlyingType", to.meaning);
    find("getEnumDeclIntegerType", to.enumeration_integer);
    find("Cursor_getNumArguments", to.argument_count);
    find("Cursor_getArgument", to.argument);
    find("getCursorLocation", to.location);
    find("getCursorExtent", to.extent);
    find("getExpansionLocation", to.expansion);
    find("getFileName", to.file_name);
    find("getFileContents", to.file_content);
    find("getLocationForOffset", to.location_of_offset);
    find("Location_isInSystemHeader", to.in_system_header);
    find("isCursorDefinition", to.is_definition);
    find("getCursorDefinition", to.definition);
    find("Cursor_isNull", to.is_null);
    find("Cursor_isAnonymous", to.is_anonymous);
    find("isInvalidDeclaration", to.is_invalid);
    find("Cursor_getStorageClass", to.storage);
    find("Cursor_isFunctionInlined", to.is_inline);
    find("Cursor_isBitField", to.is_bit_field);
    find("getFieldDeclBitWidth", to.bits);
    find("Cursor_getOffsetOfField", to.bit_offset);
    find("getEnumConstantDeclValue", to.enumerator);
    find("getEnumConstantDeclUnsignedValue", to.unsigned_enumerator);
    find("Cursor_getRawCommentText", to.comment);
    find("Cursor_isMacroFunctionLike", to.is_function_like);
    find("Cursor_isMacroBuiltin", to.is_built_in);
    find("Cursor_Evaluate", to.evaluate);
    find("EvalResult_getKind", to.value_kind);
    find("EvalResult_getAsLongLong", to.value_integer);
    find("EvalResult_isUnsignedInt", to.value_is_unsigned);
    find("EvalResult_getAsUnsigned", to.value_unsigned);
    find("EvalResult_getAsDouble", to.value_real);
    find("EvalResult_getAsStr", to.value_text);
    find("EvalResult_dispose", to.dispose_value);
    find("getTypeSpelling", to.type_name);
    find("isConstQualifiedType", to.is_const);
    find("getCanonicalType", to.canonical);
    find("getPointeeType", to.pointee);
    find("getElementType", to.element);
    find("getNumElements", to.length);
    find("Type_getNamedType", to.named);
    find("Type_getModifiedType", to.modified);
    find("getResultType", to.result);
    find("getNumArgTypes", to.parameter_count);
    find("getArgType", to.parameter);
    find("isFunctionTypeVariadic", to.is_variadic);
    find("getFunctionTypeCallingConv", to.convention);
    find("getTypeDeclaration", to.declaration);
    find("Type_getSizeOf", to.size);
    find("Type_getAlignOf", to.align);
    find("getNumDiagnostics", to.diagnostic_count);
    find("getDiagnostic", to.diagnostic);
    find("getDiagnosticSeverity", to.severity);
    find("getDiagnosticSpelling", to.diagnostic_text);
    find("getDiagnosticLocation", to.diagnostic_location);
    find("disposeDiagnostic", to.dispose_diagnostic);
    find("tokenize", to.tokenize);
    find("getTokenSpelling", to.token_text);
    find("disposeTokens", to.dispose_tokens);
}

}  // namespace
}  // namespace abi

namespace {

struct Found {
    const abi::Functions* api;
    std::vector<Cursor> all;
};

int keep(abi::Cursor cursor, void* data) {
    auto& to = *static_cast<Found*>(data);
    to.all.emplace_back(*to.api, cursor);
    return 1;
}

/// A libclang that is loaded looks for its headers in the wrong place at times.
std::string headers_of(const std::filesystem::path& library) {
    std::error_code error;
    const auto folder = library.parent_path().parent_path() / "lib" / "clang";
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        if (std::filesystem::exists(at->path() / "include" / "stddef.h", error)) {
            return detail::utf8_of(at->path());
        }
    }
    return {};
}

}  // namespace

// Type

std::string Type::spelling() const { return api_->take(api_->type_name(type_)); }
bool Type::is_const() const { return api_->is_const(type_) != 0; }
Type Type::canonical() const { return {*api_, api_->canonical(type_)}; }
Type Type::pointee() const { return {*api_, api_->pointee(type_)}; }
Type Type::element() const { return {*api_, api_->element(type_)}; }
std::int64_t Type::length() const { return api_->length(type_); }
Type Type::named() const { return {*api_, api_->named(type_)}; }
Type Type::modified() const { return {*api_, api_->modified(type_)}; }
Type Type::result() const { return {*api_, api_->result(type_)}; }
bool Type::is_variadic() const { return api_->is_variadic(type_) != 0; }
int Type::convention() const { return api_->convention(type_); }
Cursor Type::declaration() const { return {*api_, api_->declaration(type_)}; }
std::int64_t Type::size() const { return api_->size(type_); }
std::int64_t Type::align() const { return api_->align(type_); }

std::vector<Type> Type::parameters() const {
    std::vector<Type> found;
    for (int i = 0; i < api_->parameter_count(type_); ++i)
        found.emplace_back(*api_, api_->parameter(type_, static_cast<unsigned>(i)));
    return found;
}

std::vector<Cursor> Type::fields() const {
    Found found{api_, {}};
    api_->visit_fields(type_, keep, &found);
    return std::move(found.all);
}

// Cursor

std::string Cursor::name() const { return api_->take(api_->cursor_name(cursor_)); }
const void* Cursor::identity() const { return api_->canonical_cursor(cursor_).data[0]; }
Type Cursor::type() const { return {*api_, api_->cursor_type(cursor_)}; }
Type Cursor::meaning() const { return {*api_, api_->meaning(cursor_)}; }
Type Cursor::integer() const { return {*api_, api_->enumeration_integer(cursor_)}; }

std::vector<Cursor> Cursor::children() const {
    Found found{api_, {}};
    // 1: goes on with the next one, not with what is in it.
    api_->visit(
        cursor_, [](abi::Cursor cursor, abi::Cursor, void* to) { return keep(cursor, to); },
        &found);
    return std::move(found.all);
}

std::vector<Cursor> Cursor::parameters() const {
    std::vector<Cursor> found;
    for (int i = 0; i < api_->argument_count(cursor_); ++i)
        found.emplace_back(*api_, api_->argument(cursor_, static_cast<unsigned>(i)));
    return found;
}

Place Cursor::place() const { return api_->place_of(api_->location(cursor_)); }

const void* Cursor::file() const {
    void* file = nullptr;
    api_->expansion(api_->location(cursor_), &file, nullptr, nullptr, nullptr);
    return file;
}

bool Cursor::is_definition() const { return api_->is_definition(cursor_) != 0; }
Cursor Cursor::definition() const { return {*api_, api_->definition(cursor_)}; }
bool Cursor::is_null() const { return api_->is_null(cursor_) != 0; }
bool Cursor::is_anonymous() const { return api_->is_anonymous(cursor_) != 0; }
bool Cursor::is_invalid() const { return api_->is_invalid(cursor_) != 0; }
bool Cursor::is_static() const { return api_->storage(cursor_) == 3; }
bool Cursor::is_extern() const { return api_->storage(cursor_) == 2; }
bool Cursor::is_inline() const { return api_->is_inline(cursor_) != 0; }
bool Cursor::is_bit_field() const { return api_->is_bit_field(cursor_) != 0; }
std::uint32_t Cursor::bits() const { return static_cast<std::uint32_t>(api_->bits(cursor_)); }
std::int64_t Cursor::bit_offset() const { return api_->bit_offset(cursor_); }
std::int64_t Cursor::value() const { return api_->enumerator(cursor_); }
std::uint64_t Cursor::unsigned_value() const { return api_->unsigned_enumerator(cursor_); }
std::string Cursor::comment() const { return api_->take(api_->comment(cursor_)); }
bool Cursor::is_function_like() const { return api_->is_function_like(cursor_) != 0; }
bool Cursor::is_built_in() const { return api_->is_built_in(cursor_) != 0; }

// Unit

Unit::~Unit() {
    api_->dispose_unit(unit_);
    api_->dispose_index(index_);
}

Cursor Unit::root() const { return {*api_, api_->root(unit_)}; }

std::vector<Diagnostic> Unit::diagnostics() const {
    std::vector<Diagnostic> all;
    const unsigned count = api_->diagnostic_count(unit_);  // takes long when there are many
    for (unsigned i = 0; i < count; ++i) {
        void* const one = api_->diagnostic(unit_, i);
        all.push_back({api_->severity(one), api_->take(api_->diagnostic_text(one)),
                       api_->place_of(api_->diagnostic_location(one))});
        api_->dispose_diagnostic(one);
    }
    return all;
}

std::vector<std::string> Unit::tokens(const Cursor& cursor) const {
    abi::Token* tokens = nullptr;
    unsigned count = 0;
    api_->tokenize(unit_, api_->extent(cursor.raw()), &tokens, &count);
    std::vector<std::string> texts;
    for (unsigned i = 0; i < count; ++i)
        texts.push_back(api_->take(api_->token_text(unit_, tokens[i])));
    api_->dispose_tokens(unit_, tokens, count);
    return texts;
}

std::string_view Unit::content(const void* file) const {
    std::size_t size = 0;
    const char* text = api_->file_content(unit_, const_cast<void*>(file), &size);
    return text == nullptr ? std::string_view() : std::string_view(text, size);
}

std::string Unit::name(const void* file) const {
    return api_->take(api_->file_name(const_cast<void*>(file)));
}

bool Unit::is_system(const void* file) const {
    return api_->in_system_header(api_->location_of_offset(unit_, const_cast<void*>(file), 0)) != 0;
}

Value Unit::value_of(const Cursor& variable) const {
    Value value;
    void* const result = api_->evaluate(variable.raw());
    if (result == nullptr) return value;
    switch (api_->value_kind(result)) {
        case 1:
            value.kind = Value::Kind::integer;
            if (api_->value_is_unsigned(result) != 0) {
                value.kind = Value::Kind::unsigned_integer;
                value.integer = static_cast<std::int64_t>(api_->value_unsigned(result));
            } else {
                value.integer = api_->value_integer(result);
            }
            break;
        case 2:
            value.kind = Value::Kind::real;
            value.real = api_->value_real(result);
            break;
        case 4:  // a literal; others are of Objective-C
            value.kind = Value::Kind::text;
            value.text = api_->value_text(result);
            break;
        default:
            break;
    }
    api_->dispose_value(result);
    return value;
}

// Library

Library::Library(const std::filesystem::path& file)
    : functions_(std::make_unique<abi::Functions>()) {
    std::string tried;
    const auto load = [&](const std::filesystem::path& from, boost::dll::load_mode::type mode) {
        std::error_code error;
        functions_->library.load(from, mode, error);
        if (!error) return true;
        tried += (tried.empty() ? "" : ", ") + detail::utf8_of(from);
        return false;
    };
    bool loaded = false;
    if (!file.empty()) {
        loaded = load(file, boost::dll::load_mode::default_mode);
        file_ = file;
    } else {
        for (const auto& candidate : library_files()) {
            file_ = candidate;
            loaded = load(candidate, candidate.has_parent_path()
                                         ? boost::dll::load_mode::default_mode
                                         : boost::dll::load_mode::search_system_folders);
            if (loaded) break;
        }
    }
    if (!loaded) {
        throw Error("libclang, which reads C headers, was not found (tried " + tried + "). " +
                    kHowToInstall);
    }
    headers_ = headers_of(file_);
    try {
        abi::load(*functions_);
    } catch (const std::exception& error) {
        throw Error(detail::utf8_of(file_) +
                    " is not a libclang of version 9 or later: " + error.what());
    }
}

Library::~Library() {
    // It has threads of its own and does not support being unloaded.
    static auto& kept = *new std::vector<boost::dll::shared_library>();
    kept.push_back(std::move(functions_->library));
}

std::string Library::version() const { return functions_->take(functions_->version()); }

std::unique_ptr<Unit> Library::parse(const std::vector<std::string>& options,
                                     const std::vector<Source>& sources) const {
    const auto& api = *functions_;
    std::vector<const char*> arguments;
    if (!headers_.empty()) arguments = {"-resource-dir", headers_.c_str()};
    for (const auto& option : options)
        arguments.push_back(option.c_str());
    std::vector<abi::UnsavedFile> files;
    for (const auto& source : sources) {
        files.push_back({source.name.c_str(), source.content.data(),
                         static_cast<unsigned long>(source.content.size())});
    }
    constexpr unsigned kWithMacros = 0x01;
    constexpr unsigned kNoFunctionBodies = 0x40;
    constexpr unsigned kGoOnAfterFatal = 0x200;
    void* const index = api.create_index(0, 0);
    void* unit = nullptr;
    const int failure = api.parse(index, sources.front().name.c_str(), arguments.data(),
                                  static_cast<int>(arguments.size()), files.data(),
                                  static_cast<unsigned>(files.size()),
                                  kWithMacros | kNoFunctionBodies | kGoOnAfterFatal, &unit);
    if (failure != 0 || unit == nullptr) {
        api.dispose_index(index);
        throw Error("libclang (" + version() + ") failed, with code " + std::to_string(failure) +
                    ". Are the options behind -- those of clang?");
    }
    return std::unique_ptr<Unit>(new Unit(api, index, unit));
}

}  // namespace bridge32::tool::clang
