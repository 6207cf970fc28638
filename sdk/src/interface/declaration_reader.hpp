// Declarations of C: what stands before names and around them, structs, enumerations.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interface/interface.hpp"
#include "interface/layout.hpp"
#include "interface/reader.hpp"

namespace bridge32::interfaces {

/// Where declarations stand.
enum class Within : std::uint8_t { file, member, parameter, type_name };

/// What stands before the declarators.
struct Specifiers {
    const Type* type = nullptr;
    bool is_typedef = false;
    bool is_extern = false;
    bool is_static = false;
    bool is_const = false;
    bool defines = false;  ///< a record or enumeration without a tag
    Convention convention = Convention::unstated;
    const Type* alias = nullptr;  ///< of the type without a tag: the first one
    Attributes attributes{};
    Position at{};
};

/// One pointer, array or function around a name, from the name outward.
struct Around {
    TypeKind kind = TypeKind::pointer;
    bool is_const = false;
    std::optional<Expression> length{};
    Signature signature{};
    Position at{};
};

/// A declarator: a name, if there is one, and what is around it.
struct Declared {
    std::string name{};
    const Type* type = nullptr;
    std::vector<Around> around{};
    Attributes attributes{};
    /// Of a function that is further out than where it stands: `(__stdcall *f)(int)`.
    Convention convention = Convention::unstated;
    Position at{};
    Position convention_at{};
};

/// Reads declarations by recursive descent, and adds the types in them to an interface.
class DeclarationReader : public Reader {
public:
    DeclarationReader(std::string_view text, const std::string& file, Interface& made)
        : Reader(text, file), all_(made) {}

    /// All of the text, as `sizeof` has it.
    const Type& one_type();

protected:
    /// What a declaration begins with, up to the first declarator.
    Specifiers read_specifiers(Within place);
    /// One declarator, with the attributes behind it and its type.
    Declared read_declared(const Specifiers& specifiers, Within place);
    /// A SyntaxError says why `what` has no size.
    Extent size_of(const Type& type, Position where, const std::string& what);
    /// A type with a size, where one is needed.
    void complete(const Type& declared, Position where, const std::string& what);
    /// An expression whose value is known here.
    std::int64_t constant_value();
    /// Of a function, variable, constant, alias or value of an enumeration: declared once.
    void new_name(const std::string& name, Position where);
    /// A line that begins with #.
    void directive();
    static bool is_real(const Type& type) noexcept;
    /// Goes on with other tokens after an error: types that were being read stay incomplete.
    void start_again(std::vector<Token> tokens) noexcept {
        read_from(std::move(tokens));
        open_.clear();
    }

    Interface& all_;
    bool keeps_arrays_ = false;  ///< `double x[3]` as a parameter stays an array
    std::map<std::string, std::int64_t, std::less<>> values_{};  ///< of enumerations and constants

private:
    /// A name in an expression that has no value yet.
    struct UnknownName {
        std::string name;
    };

    /// @{
    /// Specifiers, in specifiers.cpp.
    bool is_type_start(std::size_t ahead) const;
    bool storage(Specifiers& found, std::string_view word, Within place);
    bool qualifier(Specifiers& found, std::string_view word);
    /// Conventions, `__attribute__((…))`, `__declspec(…)`, alignas(n).
    bool attribute_words(Attributes& attributes, Convention& convention);
    void set(Convention& convention, Convention value, Position where);
    void aligned(Attributes& attributes, Position where, std::int64_t value);
    void gnu_attribute(Attributes& attributes, Convention& convention);
    [[noreturn]] void unknown_type();
    /// @}

    /// @{
    /// Records and enumerations, in records.cpp.
    /// The type with the tag that comes next, or a new one without a tag.
    Type& tagged(TypeKind kind, bool is_union, Position where);
    /// Moves a type to where it is defined.
    void defined_here(const Type& type);
    /// `aligned`, `packed`, `pack(n)` of a record.
    void layout_attributes(Type& type, Attributes& given, std::vector<Member>& members);
    /// A convention there belongs to the function that is declared.
    void type_attributes(Attributes& given, Convention& convention);
    const Type& record(Specifiers& specifiers);
    void read_members(std::vector<Member>& members, std::set<std::string, std::less<>>& names);
    void note_names(const Member& member, std::set<std::string, std::less<>>& names,
                    Position where);
    void bits(Member& member, const Declared& declared);
    const Type& enumeration(Specifiers& specifiers);
    /// `__attribute__((packed))` takes the narrowest type.
    const Type& enumeration_type(const Type& type, Attributes& given);
    /// @}

    /// @{
    /// Declarators, in declarators.cpp.
    /// Behind a declarator: [[…]], __attribute__((…)), SAL.
    void late_attributes(Declared& declared);
    /// Is what follows a `(` a declarator in parentheses, and no list of parameters?
    bool is_nested_declarator(Within place) const;
    /// A declarator without what stands behind it; `is_nested`: in parentheses.
    void around(Declared& declared, Within place, bool is_nested = false);
    [[noreturn]] void too_much();
    void suffixes(Declared& declared);
    Signature parameters();
    /// The type of a declarator: from the base inward.
    const Type& type_of(Declared& declared, const Type& base, Within place);
    /// `double x[3]` as a parameter is a pointer to 3; the length may be another parameter.
    const Type& array_parameter(Declared& declared, const Around& array, const Type& element);
    static void add_count(Declared& declared, Expression length, Position where);
    [[noreturn]] void no_such_length(Position where, std::int64_t value);
    std::uint64_t length_of(const Around& array, std::size_t i);
    const Type& read_type_name();
    /// @}

    /// @{
    /// Values and sizes, in values.cpp.
    /// Throws UnknownName.
    std::int64_t value_of(const Expression& expression, Position where);
    std::int64_t known_value(const Expression& expression, Position where);
    /// @}

    /// `(push, 1)`, `(push)`, `(pop)`, `(4)`, `()`.
    void pack(std::string_view text, Position where);

    std::string type_name() override { return declaration(read_type_name(), ""); }

    std::map<std::string, Position, std::less<>> names_{};  ///< all but tags
    std::set<const Type*> open_{};  ///< records whose members are being read
    std::vector<std::uint32_t> packs_{};
    std::uint32_t pack_ = 0;
};

}  // namespace bridge32::interfaces
