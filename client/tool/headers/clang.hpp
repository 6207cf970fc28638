// libclang, loaded when it is needed through its C interface, which is the same from version 14 to
// 19 and later. Only what the reader of headers uses is declared, after the documented ABI:
// https://clang.llvm.org/doxygen/group__CINDEX.html
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::tool::clang {

/// The structs that libclang passes by value.
namespace abi {
struct String {
    const void* data;
    unsigned flags;
};
struct Cursor {
    int kind;
    int extra;
    const void* data[3];
};
struct Type {
    int kind;
    void* data[2];
};
struct Location {
    const void* data[2];
    unsigned number;
};
struct Range {
    const void* data[2];
    unsigned begin, end;
};
struct Token {
    unsigned numbers[4];
    void* data;
};
struct UnsavedFile {
    const char* name;
    const char* content;
    unsigned long length;
};
struct Functions;
}  // namespace abi

/// Kinds of cursors, as CXCursorKind counts them.
enum CursorKind : int {
    kStruct = 2,
    kUnion = 3,
    kEnum = 5,
    kField = 6,
    kEnumConstant = 7,
    kFunction = 8,
    kVariable = 9,
    kParameter = 10,
    kTypedef = 20,
    kAnnotateAttribute = 406,
    kPackedAttribute = 408,
    kAlignedAttribute = 441,
    kMacro = 501,
};

/// Kinds of types, as CXTypeKind counts them.
enum TypeKind : int {
    kInvalidType = 0,
    kVoid = 2,
    kBool = 3,
    kCharU = 4,
    kUChar = 5,
    kChar16 = 6,
    kChar32 = 7,
    kUShort = 8,
    kUInt = 9,
    kULong = 10,
    kULongLong = 11,
    kCharS = 13,
    kSChar = 14,
    kWChar = 15,
    kShort = 16,
    kInt = 17,
    kLong = 18,
    kLongLong = 19,
    kFloat = 21,
    kDouble = 22,
    kLongDouble = 23,
    kComplex = 100,
    kPointer = 101,
    kRecordType = 105,
    kEnumType = 106,
    kTypedefType = 107,
    kFunctionNoPrototype = 110,
    kFunctionPrototype = 111,
    kConstantArray = 112,
    kVector = 113,
    kIncompleteArray = 114,
    kElaborated = 119,
    kAttributed = 163,
};

/// Conventions, as CXCallingConv counts them.
enum CallingConvention : int { kC = 1, kStdcall = 2, kFastcall = 3, kThiscall = 4 };

/// Where something is declared, after macros are expanded.
struct Place {
    std::string file{};
    unsigned line = 0;
    unsigned column = 0;
};

class Cursor;

/// A type. Valid as long as its Unit.
class Type {
public:
    Type(const abi::Functions& api, abi::Type type) : api_(&api), type_(type) {}

    int kind() const noexcept { return type_.kind; }
    std::string spelling() const;
    bool is_const() const;
    /// Typedefs, elaborated and attributed types removed.
    Type canonical() const;
    Type pointee() const;
    Type element() const;         ///< of an array, a vector, a complex number
    std::int64_t length() const;  ///< of an array
    /// What `struct x` or an attributed type names.
    Type named() const;
    Type modified() const;
    Type result() const;
    std::vector<Type> parameters() const;
    std::vector<Cursor> fields() const;  ///< of a record: unnamed ones, too
    bool is_variadic() const;
    int convention() const;
    Cursor declaration() const;
    std::int64_t size() const;  ///< in bytes; negative: none
    std::int64_t align() const;

private:
    const abi::Functions* api_;
    abi::Type type_;
};

/// A declaration, a macro. Valid as long as its Unit.
class Cursor {
public:
    Cursor(const abi::Functions& api, abi::Cursor cursor) : api_(&api), cursor_(cursor) {}

    int kind() const noexcept { return cursor_.kind; }
    std::string name() const;
    /// Equal for one declaration only; of records and enumerations: for the same type.
    const void* identity() const;
    Type type() const;
    Type meaning() const;  ///< of a typedef
    Type integer() const;  ///< of an enumeration
    std::vector<Cursor> children() const;
    std::vector<Cursor> parameters() const;  ///< of a function
    Place place() const;
    const void* file() const;  ///< the same for the same file; null: made by clang
    bool is_definition() const;
    Cursor definition() const;  ///< null if there is none
    bool is_null() const;
    bool is_anonymous() const;
    bool is_invalid() const;
    bool is_static() const;
    bool is_inline() const;
    bool is_extern() const;
    bool is_bit_field() const;
    std::uint32_t bits() const;
    std::int64_t bit_offset() const;  ///< of a member; negative: none
    std::int64_t value() const;       ///< of an enumerator
    std::uint64_t unsigned_value() const;
    std::string comment() const;    ///< the documentation comment as it is written
    bool is_function_like() const;  ///< of a macro
    bool is_built_in() const;       ///< of a macro

    const abi::Cursor& raw() const noexcept { return cursor_; }

private:
    const abi::Functions* api_;
    abi::Cursor cursor_;
};

struct Diagnostic {
    int severity;  ///< 2: warning, 3: error, 4: fatal
    std::string text;
    Place at;
};

/// The value of a variable's initialiser.
struct Value {
    enum class Kind { none, integer, unsigned_integer, real, text };
    Kind kind = Kind::none;
    std::int64_t integer = 0;
    double real = 0;
    std::string text{};
};

struct Source {
    std::string name;
    std::string content;
};

/// One parsed source.
class Unit {
public:
    ~Unit();
    Unit(const Unit&) = delete;
    Unit& operator=(const Unit&) = delete;

    Cursor root() const;
    std::vector<Diagnostic> diagnostics() const;
    std::vector<std::string> tokens(const Cursor& cursor) const;
    std::string_view content(const void* file) const;
    std::string name(const void* file) const;
    /// Whether the file is found by a folder for system headers.
    bool is_system(const void* file) const;
    Value value_of(const Cursor& variable) const;

private:
    friend class Library;
    Unit(const abi::Functions& api, void* index, void* unit)
        : api_(&api), index_(index), unit_(unit) {}

    const abi::Functions* api_;
    void* index_;
    void* unit_;
};

/// libclang itself. Stays loaded until the program ends: it does not support being unloaded.
class Library {
public:
    /// `file`: which; empty: the newest that is found. Throws Error, which says what to install.
    explicit Library(const std::filesystem::path& file = {});
    ~Library();

    const std::filesystem::path& file() const noexcept { return file_; }
    std::string version() const;

    /// Parses the first of `sources`, which like the others need not be a file. Throws Error if
    /// libclang fails; what is wrong in the source is in Unit::diagnostics.
    std::unique_ptr<Unit> parse(const std::vector<std::string>& options,
                                const std::vector<Source>& sources) const;

private:
    std::filesystem::path file_;
    std::string headers_;  // its folder of headers such as stddef.h; empty: it has none
    std::unique_ptr<abi::Functions> functions_;
};

}  // namespace bridge32::tool::clang
