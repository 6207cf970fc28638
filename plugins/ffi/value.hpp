// One value in C's memory: what it is. Made once for each type of an interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/text.hpp"
#include "interface/interface.hpp"

namespace bridge32::ffi {

/// Why a function of the interface cannot be called: what it lacks, and what to write.
struct Refusal : Error {
    using Error::Error;
};

enum class Form : std::uint8_t {
    i8,
    u8,
    i16,
    u16,
    i32,
    u32,
    i64,
    u64,
    f32,
    f64,
    f80,
    c64,
    c128,
    boolean,
    enumeration,
    text,        ///< a pointer to zero-terminated characters
    characters,  ///< an array of characters in a struct
    handle,
    array,
    record,
    variant,  ///< a union, of which a member or parameter says what is in it
    counted,  ///< in a struct, a pointer to elements, of which another member says how many
};

struct Value;

struct MemberValue {
    std::string name;
    std::uint32_t offset = 0;
    std::uint32_t bits = 0;  ///< 0: no bit-field
    std::uint32_t bit_offset = 0;
    bool is_size = false;               ///< filled in with the size of the struct
    std::size_t tag = 0;                ///< of variant and counted: the member that speaks of it
    std::vector<std::int64_t> cases{};  ///< of a member of a variant: the tag's values for it
    std::unique_ptr<const Value> value{};
};

/// What a handle's type is to messages, and which function ends it.
struct HandleKind {
    const interfaces::Type* tag;  ///< the same for the same kind
    std::string name;
    std::string free;        ///< the function; may be empty
    bool is_number = false;  ///< 0 is no null, but a number like others
};

struct Value {
    Form form = Form::i32;
    Form base = Form::i32;    ///< of an enumeration
    std::uint32_t size = 4;   ///< in bytes
    std::uint32_t align = 4;  ///< in bytes
    std::uint32_t count = 0;  ///< of array and characters
    std::uint32_t unit = 1;   ///< of text and characters: bytes of one
    CodePage page = CodePage::utf8;
    bool in_bytes = false;                          ///< counted: in bytes, not elements
    std::string counted_by{};                       ///< counted: the member with its length
    bool nullable = false;                          ///< text, handle, counted: null is a value
    const interfaces::Type* enumeration = nullptr;  ///< its enumerators
    HandleKind handle{};
    std::unique_ptr<const Value> element{};  ///< of array and counted
    std::vector<MemberValue> members{};      ///< of a record or variant

    bool is_integer() const noexcept {
        return form <= Form::u64 || form == Form::boolean || form == Form::enumeration;
    }
    bool is_number() const noexcept { return form <= Form::c128 || form == Form::boolean; }
    bool is_float() const noexcept { return form >= Form::f32 && form <= Form::f80; }
};

/// What all values of an interface have in common.
struct Context {
    const interfaces::Interface& file;
    interfaces::Target target;

    CodePage page(const interfaces::Attributes& attributes) const;
};

/// The value of a type by itself: an element, what a pointer points to, a member, a parameter that
/// is no pointer but to text or a handle. Throws Refusal.
Value value_of(const interfaces::Type& type, const interfaces::Attributes& attributes,
               const Context& context);
/// A member that is no variant. Throws Refusal.
Value value_of(const interfaces::Member& member, const Context& context);
/// A union, of which something else says what is in it. Throws Refusal.
Value variant_of(const interfaces::Type& type, const Context& context);
/// Whether the type itself is const, by any name, or its elements are.
bool is_const(const interfaces::Type& type);
/// Zero-terminated text of such characters.
Value text_of(std::uint32_t unit, const interfaces::Attributes& attributes, const Context& context);
/// A handle's kind, if the type is one.
bool is_handle(const interfaces::Type& type, const interfaces::Attributes& attributes,
               HandleKind& kind);
/// char, wchar_t, char16_t, char32_t: the size of one; 0: another type.
std::uint32_t character_size(const interfaces::Type& type, const Context& context);

/// The element type of arrays of this; throws Refusal if there is none.
detail::Dtype dtype_of(Form form);

}  // namespace bridge32::ffi
