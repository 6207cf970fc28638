#include "interface/layout.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "bridge32/error.hpp"
#include "interface/interface.hpp"

namespace bridge32::interfaces {

namespace {

constexpr std::uint64_t kLargest = std::uint64_t{1} << 31;
constexpr int kMostNestedTypes = 200;

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t align) noexcept {
    return (value + align - 1) / align * align;
}

Extent scalar_extent(Scalar scalar, Target target) {
    const bool windows = target.platform == Platform::windows_;
    const bool wide = target.bits == 64;
    // i386 Linux puts members of 8 bytes and more at multiples of 4.
    const std::uint64_t align_of_8 = windows || wide ? 8 : 4;
    switch (scalar) {
        case Scalar::void_:
            throw Error("void has no size");
        case Scalar::bool_:
        case Scalar::char_:
        case Scalar::signed_char:
        case Scalar::unsigned_char:
            return {1, 1};
        case Scalar::short_:
        case Scalar::unsigned_short:
        case Scalar::char16:
            return {2, 2};
        case Scalar::int_:
        case Scalar::unsigned_int:
        case Scalar::float_:
        case Scalar::char32:
            return {4, 4};
        case Scalar::long_:
        case Scalar::unsigned_long:
            return wide && !windows ? Extent{8, 8} : Extent{4, 4};
        case Scalar::long_long:
        case Scalar::unsigned_long_long:
        case Scalar::double_:
            return {8, align_of_8};
        case Scalar::long_double:
            if (windows) return {8, 8};
            return wide ? Extent{16, 16} : Extent{12, 4};
        case Scalar::float_complex:
            return {8, 4};
        case Scalar::double_complex:
            return {16, align_of_8};
        case Scalar::wchar:
            return windows ? Extent{2, 2} : Extent{4, 4};
        case Scalar::signed_size:
        case Scalar::unsigned_size:
            return wide ? Extent{8, 8} : Extent{4, 4};
    }
    throw Error("an unknown scalar");
}

std::string name_of(const Type& type) { return "`" + declaration(type, "") + "`"; }

/// `[[aligned(n)]]`; 0: none.
std::uint64_t explicit_alignment(const Attributes& attributes) noexcept {
    const Expression* const given = attributes.expression("aligned");
    const bool usable = given != nullptr && given->kind == Expression::Kind::number &&
                        given->number > 0 && given->number <= 4096;
    return usable ? static_cast<std::uint64_t>(given->number) : 0;
}

/// The layouts of a type and of those that it consists of, each made once.
class Layouts {
public:
    explicit Layouts(Target target) noexcept : target_(target) {}

    Extent extent(const Type& type) {
        const Nesting nesting(*this);
        switch (type.kind) {
            case TypeKind::scalar:
                return scalar_extent(type.scalar, target_);
            case TypeKind::pointer:
                return scalar_extent(Scalar::unsigned_size, target_);
            case TypeKind::array: {
                const Extent element = extent(*type.of);
                if (element.size != 0 && type.length > kLargest / element.size) too_large(type);
                return {element.size * type.length, element.align};
            }
            case TypeKind::function:
                throw Error("a function has no size: use a pointer to it");
            case TypeKind::record:
                return record_extent(type);
            case TypeKind::enumeration:
                return type.of == nullptr ? scalar_extent(Scalar::int_, target_) : extent(*type.of);
            case TypeKind::alias: {
                Extent found = extent(*type.of);
                const std::uint64_t align = type.is_const ? 0 : explicit_alignment(type.attributes);
                if (align != 0) found.align = align;
                return found;
            }
        }
        throw Error("an unknown kind of type");
    }

    RecordLayout record(const Type& type) {
        if (!type.is_complete) {
            throw Error(name_of(type) + " has no size: its members are not declared");
        }
        return RecordBuilder(*this, type).layout();
    }

private:
    struct Nesting {
        explicit Nesting(Layouts& own) : layouts(own) {
            if (++own.depth_ > kMostNestedTypes) {
                throw Error("types are nested more than " + std::to_string(kMostNestedTypes) +
                            " deep");
            }
        }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        ~Nesting() { --layouts.depth_; }
        Layouts& layouts;
    };

    [[noreturn]] static void too_large(const Type& type) {
        throw Error(name_of(type) + " is larger than 2 GiB");
    }

    Extent record_extent(const Type& type) {
        const auto [entry, is_new] = extents_.try_emplace(&type, Extent{0, 0});
        if (is_new) {
            entry->second = record(type).extent;  // other entries do not move this one
        } else if (entry->second.align == 0) {
            throw Error(name_of(type) + " contains itself: use a pointer to it");
        }
        return entry->second;
    }

    class RecordBuilder {
    public:
        RecordBuilder(Layouts& layouts, const Type& type) : layouts_(layouts), type_(type) {}

        RecordLayout layout() {
            RecordLayout result{{0, 1}, {}};
            for (const Member& member : type_.members) {
                result.places.push_back(member.bits ? bit_field(member) : ordinary(member));
                if (bits_ / 8 > kLargest) too_large(type_);
            }
            if (type_.align != 0) align_ = std::max<std::uint64_t>(align_, type_.align);
            result.extent = {rounded_up(rounded_up(bits_, 8) / 8, align_), align_};
            if (result.extent.size > kLargest) too_large(type_);
            return result;
        }

    private:
        /// As a member of this record: `natural`, what the member says, and #pragma pack.
        std::uint64_t alignment_of(const Member& member, std::uint64_t natural) const {
            std::uint64_t align = member.attributes.has("packed") ? 1 : natural;
            align = std::max(align, explicit_alignment(member.attributes));
            return type_.pack == 0 ? align : std::min<std::uint64_t>(align, type_.pack);
        }

        Place ordinary(const Member& member) {
            const Extent extent = layouts_.extent(*member.type);
            const std::uint64_t align = alignment_of(member, extent.align);
            unit_ = 0;
            align_ = std::max(align_, align);
            if (type_.is_union) {
                bits_ = std::max(bits_, 8 * extent.size);
                return {0};
            }
            const std::uint64_t offset = rounded_up(rounded_up(bits_, 8) / 8, align);
            bits_ = 8 * (offset + extent.size);
            return {offset};
        }

        Place bit_field(const Member& member) {
            const Extent extent = layouts_.extent(*member.type);
            const std::uint64_t width = *member.bits;
            if (width > 8 * extent.size) {
                throw Error("the bit-field `" + member.name + "` has " + std::to_string(width) +
                            " bits, and its type has " + std::to_string(8 * extent.size));
            }
            return layouts_.target_.platform == Platform::windows_
                       ? microsoft_bits(member, extent, width)
                       : system_v_bits(member, extent, width);
        }

        static Place place(std::uint64_t bit, std::uint64_t width) {
            if (width == 0) return {bit / 8};
            const auto in_byte = static_cast<std::uint32_t>(bit % 8);
            return {bit / 8, in_byte,
                    static_cast<std::uint32_t>(rounded_up(in_byte + width, 8) / 8)};
        }

        /// Follows on the bits before, unless it would then lie in two units of its type.
        Place system_v_bits(const Member& member, Extent extent, std::uint64_t width) {
            const bool is_packed = member.attributes.has("packed");
            const std::uint64_t stated = 8 * explicit_alignment(member.attributes);
            const std::uint64_t pack = std::uint64_t{8} * type_.pack;
            // In bits: what is packed can begin at any.
            std::uint64_t align = width != 0 && is_packed && pack == 0 ? 1 : 8 * extent.align;
            align = std::max(align, stated);
            if (width != 0 && pack != 0) align = std::min(align, pack);
            std::uint64_t at = type_.is_union ? 0 : bits_;
            if (width == 0 || (pack == 0 && at % align + width > 8 * extent.size)) {
                at = rounded_up(at, align);
            } else if (stated != 0 && (pack == 0 || stated <= pack)) {
                at = rounded_up(at, stated);
            }
            bits_ = type_.is_union ? std::max(bits_, rounded_up(width, 8)) : at + width;
            if (!member.name.empty()) align_ = std::max(align_, align / 8);
            return place(at, width);
        }

        /// Bit-fields share a unit only with those of types of the same size, packed or not.
        Place microsoft_bits(const Member& member, Extent extent, std::uint64_t width) {
            std::uint64_t align = std::max(extent.align, explicit_alignment(member.attributes));
            if (type_.pack != 0) align = std::min<std::uint64_t>(align, type_.pack);
            if (type_.is_union) {
                bits_ = std::max(bits_, width == 0 ? 0 : 8 * extent.size);
                return place(0, width);
            }
            if (width == 0) {
                if (unit_ == 0) return place(bits_, 0);  // ignored
                unit_ = 0;
                bits_ = rounded_up(bits_, 8 * align);
                align_ = std::max(align_, align);
                return place(bits_, 0);
            }
            if (unit_ != extent.size || width > left_) {
                unit_ = extent.size;
                bits_ = rounded_up(bits_, 8 * align) + 8 * unit_;
                left_ = 8 * unit_;
                align_ = std::max(align_, align);
            }
            const std::uint64_t at = bits_ - left_;
            left_ -= width;
            return place(at, width);
        }

        Layouts& layouts_;
        const Type& type_;
        std::uint64_t bits_ = 0;   ///< the size until here
        std::uint64_t align_ = 1;  ///< in bytes
        std::uint64_t unit_ = 0;   ///< Microsoft's unit that bit-fields are being put in, in bytes
        std::uint64_t left_ = 0;   ///< bits that are free in it
    };

    Target target_;
    int depth_ = 0;
    std::map<const Type*, Extent> extents_{};  ///< align 0: being made
};

}  // namespace

Extent extent_of(const Type& type, Target target) {
    const Extent extent = Layouts(target).extent(type);
    if (extent.size > kLargest) throw Error(name_of(type) + " is larger than 2 GiB");
    return extent;
}

RecordLayout layout_of(const Type& record, Target target) {
    const Type& type = meaning(record);
    if (type.kind != TypeKind::record) throw Error(name_of(record) + " is no struct or union");
    Layouts layouts(target);
    layouts.extent(type);  // which finds a struct that contains itself
    return layouts.record(type);
}

std::uint64_t argument_bytes(const Signature& signature, Target target) {
    std::uint64_t bytes = 0;
    for (const Parameter& parameter : signature.parameters) {
        const Type& type = meaning(*parameter.type);
        const bool by_address = type.kind == TypeKind::array || type.kind == TypeKind::function;
        bytes += by_address ? 4 : (extent_of(type, target).size + 3) / 4 * 4;
    }
    return bytes;
}

}  // namespace bridge32::interfaces
