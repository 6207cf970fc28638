// The types of an interface file: C's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interface/expression.hpp"
#include "interface/target.hpp"

namespace bridge32::interfaces {

/// Counted from 1. 0: made by a program.
struct Position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// `[[out]]`, `[[count(n)]]`, `[[free(VClose)]]`, `[[doc("…")]]`, `[[scope(notified)]]`.
struct Attribute {
    /// What may stand between the parentheses.
    struct Argument {
        std::optional<Expression> expression{};  ///< names of functions and words are expressions
        std::optional<std::string> text{};       ///< a string literal
    };

    std::string name;
    std::vector<Argument> arguments{};
    Position at{};
};

/// Attributes in the order of the file. `[[assumed]]` counts for those of the same declaration.
struct Attributes {
    std::vector<Attribute> all{};

    const Attribute* find(std::string_view name) const noexcept;
    bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
    /// The expression of `name(…)`; null if there is none.
    const Expression* expression(std::string_view name) const noexcept;
    /// The word of `name(word)`, the text of `name("text")`; empty if there is none.
    std::string_view text(std::string_view name) const noexcept;
};

/// The types that C has itself, or that differ with the target. <stdint.h>'s and Windows' are
/// aliases of these, which every interface has.
enum class Scalar : std::uint8_t {
    void_,
    bool_,
    char_,
    signed_char,
    unsigned_char,
    short_,
    unsigned_short,
    int_,
    unsigned_int,
    long_,
    unsigned_long,
    long_long,
    unsigned_long_long,
    float_,
    double_,
    long_double,
    float_complex,
    double_complex,
    wchar,          ///< wchar_t
    char16,         ///< char16_t
    char32,         ///< char32_t
    signed_size,    ///< ssize_t, intptr_t, ptrdiff_t
    unsigned_size,  ///< size_t, uintptr_t
};

inline constexpr std::size_t kScalars = static_cast<std::size_t>(Scalar::unsigned_size) + 1;

enum class Convention : std::uint8_t {
    unstated,  ///< as the interface says
    cdecl_,
    stdcall,
    fastcall,
    thiscall,
    regparm1,
    regparm2,
    regparm3,
};

enum class TypeKind : std::uint8_t { scalar, pointer, array, function, record, enumeration, alias };

struct Type;

struct Parameter {
    std::string name{};  ///< may be empty
    const Type* type = nullptr;
    Attributes attributes{};
    Position at{};
};

/// What a function or a pointer to one has besides its name.
struct Signature {
    const Type* result = nullptr;
    std::vector<Parameter> parameters{};
    Convention convention = Convention::unstated;
    bool variadic = false;
};

struct Member {
    std::string name{};  ///< empty: an unnamed struct or union, whose members count as the outer's
    const Type* type = nullptr;
    std::optional<std::uint32_t> bits{};  ///< of a bit-field; 0 ends its unit
    Attributes attributes{};              ///< [[aligned(n)]] and [[packed]] too
    Position at{};
};

struct Enumerator {
    std::string name;
    std::int64_t value = 0;
    Attributes attributes{};
};

/// One type. Which members count is said by `kind`. Types belong to an Interface, and are compared
/// by address: a struct may refer to itself.
struct Type {
    TypeKind kind = TypeKind::scalar;
    bool is_const = false;  ///< of a scalar or an alias; all else that is const is an alias of it,
                            ///< with its name if it is an alias, without one if not
    std::string name{};     ///< of an alias; the tag of a record or enumeration, which may be empty
    Position at{};
    Attributes attributes{};  ///< of an alias, a record, an enumeration

    Scalar scalar = Scalar::void_;
    const Type* of = nullptr;  ///< pointer: to what; array: element; alias: meaning; enumeration:
                               ///< the integer it is; a const type: the same without const
    std::uint64_t length = 0;  ///< of an array; 0: `[]`
    Signature signature{};     ///< function

    // record
    bool is_union = false;
    bool is_complete = false;  ///< false: `struct vdev_;`, whose pointers are handles
    std::uint32_t pack = 0;    ///< by #pragma pack or __attribute__((packed)), in bytes; 0: as the
                               ///< platform
    std::uint32_t align = 0;   ///< by __attribute__((aligned(n))), in bytes; 0: none
    std::vector<Member> members{};

    std::vector<Enumerator> enumerators{};  ///< enumeration
    bool is_flags = false;                  ///< enumeration with [[flags]]

    bool is_built_in = false;  ///< an alias that every interface has
};

/// Without aliases and const. A scalar that is const means the one that is not.
const Type& meaning(const Type& type) noexcept;

bool is_void(const Type& type) noexcept;
/// The function that the type is or points to; null: neither.
const Type* function_type(const Type& type) noexcept;
/// `own`, and what the typedefs that `type` is made of say and `own` does not, but `doc`.
Attributes with_alias(const Type& type, const Attributes& own);

/// As C would write a declaration of `name` with this type: "int (*f)(int)", "char name[16]".
/// Named records and aliases by their names.
std::string declaration(const Type& type, std::string_view name);

}  // namespace bridge32::interfaces
