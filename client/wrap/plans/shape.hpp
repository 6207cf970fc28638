// How one value looks in the 64-bit program and in the 32-bit library, and the way between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge32/error.hpp"
#include "interface/interface.hpp"
#include "wrap/plans/image.hpp"

namespace bridge32::wrap {

/// Why a function cannot be called through a drop-in library.
struct Refusal : Error {
    using Error::Error;
};

enum class Form : std::uint8_t {
    plain,    ///< the same bytes on both sides
    integer,  ///< of different sizes
    real,     ///< `long double`
    handle,   ///< a pointer whose value only the library knows
    text,     ///< a pointer to zero-terminated characters
    size,     ///< an integer that is the size of the struct that it is in
    cursor,   ///< a pointer that walks through a buffer; another member says what is left
    opaque,   ///< a pointer that the library keeps for itself: the program's is not passed on
    array,
    record,
};

struct Shape;

struct MemberShape {
    std::string name;
    std::uint32_t at32 = 0;
    std::uint32_t at64 = 0;
    std::shared_ptr<const Shape> shape{};
    bool is_set = false;  ///< by the library: what the program has there is not read
};

struct Shape {
    Form form = Form::plain;
    std::uint32_t size32 = 0;
    std::uint32_t size64 = 0;
    bool is_integer = false;
    bool is_signed = false;
    bool is_real = false;                    ///< float, double or long double
    std::uint32_t unit = 1;                  ///< of text: bytes of a character
    std::uint32_t count = 0;                 ///< of an array
    std::shared_ptr<const Shape> element{};  ///< of an array
    std::vector<MemberShape> members{};      ///< of a record, also of a plain one
    bool is_const = false;                   ///< what a cursor leads to
    std::uint32_t left64 = 0;                ///< of a cursor: where the struct has what is left
    std::shared_ptr<const Shape> left{};     ///< and what that is
    std::uint32_t whole32 = 0, whole64 = 0;  ///< of a size: of the struct

    bool is_plain() const noexcept { return form == Form::plain; }
};

template <class T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

inline constexpr interfaces::Target kTarget32{interfaces::Platform::linux_, 32};
inline constexpr interfaces::Target kTarget64{interfaces::Platform::linux_, 64};

/// A pointer to an incomplete struct, or a pointer that says that it is one.
bool is_handle(const interfaces::Type& type, const interfaces::Attributes& attributes);
bool is_const(const interfaces::Type& type);
/// char and its like: the size of one; 0: another type.
std::uint32_t character_size(const interfaces::Type& type);

/// Throws Refusal.
Shape shape_of(const interfaces::Type& type, const interfaces::Attributes& attributes);
Shape text_shape(std::uint32_t unit);

/// An integer of the program's.
std::int64_t integer64(const Shape& shape, const std::byte* at);

/// Writes a value of the program's to `offset` in `object`. `last`: what was there when the library
/// had it last; null: it never had. Throws Error if it does not fit.
void to_32(const Shape& shape, const std::byte* from, Image& image, std::uint32_t object,
           std::uint32_t offset, const std::byte* last = nullptr);

/// Memory for a value that the function fills in: what it leaves as it is will be found.
void prepare_32(const Shape& shape, const std::byte* from, Image& image, std::uint32_t object,
                std::uint32_t offset);

/// A struct that the library keeps, for a function that reads none of its buffers. `last` is not
/// null.
void to_32_without_buffers(const Shape& shape, const std::byte* from, Image& image,
                           std::uint32_t object, const std::byte* last);

/// The program's copy of text of the library's, which is at `address`.
using TextCopies = std::function<const std::byte*(std::uint32_t address, std::uint32_t unit)>;

/// Writes what came back in `from` to `to`, but for what the function has not changed since it was
/// `sent`. `offset` in `object` is where it was; `from` is there.
void to_64(const Shape& shape, const std::byte* from, const std::byte* sent, std::byte* to,
           const Image* image, std::uint32_t object, std::uint32_t offset,
           const TextCopies& copies);

}  // namespace bridge32::wrap
