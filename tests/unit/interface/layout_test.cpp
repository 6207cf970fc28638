#include "interface/layout.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "bridge32/error.hpp"
#include "interface/interface.hpp"

namespace interface_layout_test {

using namespace bridge32::interfaces;

namespace {

constexpr Target kLinux32{Platform::linux_, 32};
constexpr Target kLinux64{Platform::linux_, 64};
constexpr Target kWindows32{Platform::windows_, 32};
constexpr Target kWindows64{Platform::windows_, 64};

struct Record {
    explicit Record(Target for_target) : interface_file(for_target) {
        type.kind = TypeKind::record;
    }

    Record& with(Scalar scalar, std::optional<std::uint32_t> bits = {}, const char* name = "m") {
        return with(interface_file.scalar(scalar), bits, name);
    }
    Record& with(const Type& of, std::optional<std::uint32_t> bits = {}, const char* name = "m") {
        type.is_complete = true;
        Member member;
        member.name = name;
        member.type = &of;
        member.bits = bits;
        type.members.push_back(member);
        return *this;
    }
    RecordLayout layout() const { return layout_of(type, interface_file.target); }
    /// "size/align: offset offset.bit ..."
    std::string text() const {
        const RecordLayout made = layout();
        std::string all =
            std::to_string(made.extent.size) + "/" + std::to_string(made.extent.align) + ":";
        for (const Place& place : made.places) {
            all += " " + std::to_string(place.offset);
            if (place.unit != 0) {
                all += "." + std::to_string(place.bit_offset) + "+" + std::to_string(place.unit);
            }
        }
        return all;
    }

    Interface interface_file;
    Type type{};
};

Extent extent(Scalar scalar, Target target) {
    Interface interface_file(target);
    return extent_of(interface_file.scalar(scalar), target);
}

}  // namespace

TEST_CASE("interface: C's types have the sizes of the target") {
    CHECK(extent(Scalar::long_, kLinux32) == Extent{4, 4});
    CHECK(extent(Scalar::long_, kLinux64) == Extent{8, 8});
    CHECK(extent(Scalar::long_, kWindows64) == Extent{4, 4});
    CHECK(extent(Scalar::double_, kLinux32) == Extent{8, 4});
    CHECK(extent(Scalar::double_, kWindows32) == Extent{8, 8});
    CHECK(extent(Scalar::long_double, kLinux32) == Extent{12, 4});
    CHECK(extent(Scalar::long_double, kLinux64) == Extent{16, 16});
    CHECK(extent(Scalar::long_double, kWindows32) == Extent{8, 8});
    CHECK(extent(Scalar::wchar, kLinux32).size == 4);
    CHECK(extent(Scalar::wchar, kWindows32).size == 2);
    CHECK(extent(Scalar::unsigned_size, kWindows64).size == 8);
    CHECK(extent(Scalar::double_complex, kLinux32) == Extent{16, 4});
}

TEST_CASE("interface: members of 8 bytes lie at multiples of 4 on i386 Linux only") {
    for (const auto& [target, expected] :
         {std::pair{kLinux32, "20/4: 0 4 12 16"}, std::pair{kLinux64, "32/8: 0 8 16 24"},
          std::pair{kWindows32, "24/8: 0 8 16 20"}, std::pair{kWindows64, "24/8: 0 8 16 20"}}) {
        const std::string text = Record(target)
                                     .with(Scalar::char_)
                                     .with(Scalar::double_)
                                     .with(Scalar::short_)
                                     .with(Scalar::long_)
                                     .text();
        CHECK(text == expected);
    }
}

TEST_CASE("interface: #pragma pack and aligned change layouts") {
    Record packed(kWindows32);
    packed.with(Scalar::char_).with(Scalar::double_).with(Scalar::short_);
    packed.type.pack = 2;
    CHECK(packed.text() == "12/2: 0 2 10");
    packed.type.pack = 1;
    packed.type.align = 8;
    CHECK(packed.text() == "16/8: 0 1 9");

    Record member(kLinux32);
    member.with(Scalar::char_).with(Scalar::int_);
    Expression eight;
    eight.number = 8;
    member.type.members[1].attributes.all.push_back({"aligned", {{eight, {}}}});
    CHECK(member.text() == "16/8: 0 8");
    member.type.members[1].attributes.all = {{"packed"}};
    CHECK(member.text() == "5/1: 0 1");
}

TEST_CASE("interface: bit-fields are packed by GCC's rules on Linux, by Microsoft's on Windows") {
    const auto mixed = [](Target target) {
        return Record(target)
            .with(Scalar::char_)
            .with(Scalar::unsigned_int, 3)
            .with(Scalar::unsigned_char, 7)
            .with(Scalar::unsigned_int, 30)
            .with(Scalar::unsigned_int, 0, "")
            .with(Scalar::unsigned_int, 1)
            .text();
    };
    CHECK(mixed(kLinux32) == "12/4: 0 1.0+1 2.0+1 4.0+4 8 8.0+1");
    CHECK(mixed(kLinux64) == mixed(kLinux32));
    CHECK(mixed(kWindows32) == "20/4: 0 4.0+1 8.0+1 12.0+4 16 16.0+1");

    const auto packed = [](Target target) {
        Record record(target);
        record.with(Scalar::unsigned_char, 3).with(Scalar::unsigned_long_long, 64);
        record.type.pack = 1;
        return record.text();
    };
    CHECK(packed(kLinux32) == "9/1: 0.0+1 0.3+9");
    CHECK(packed(kWindows32) == "9/1: 0.0+1 1.0+8");

    Record of_union(kLinux32);
    of_union.type.is_union = true;
    CHECK(of_union.with(Scalar::unsigned_int, 9).with(Scalar::char_).text() == "4/4: 0.0+2 0");
    CHECK_THROWS_WITH_AS(Record(kLinux32).with(Scalar::char_, 9).text(),
                         "the bit-field `m` has 9 bits, and its type has 8", bridge32::Error);
}

TEST_CASE("interface: unions, arrays and nested structs have layouts") {
    Record inner(kLinux32);
    inner.with(Scalar::char_).with(Scalar::short_);
    Record outer(kLinux32);
    outer.with(Scalar::char_)
        .with(inner.interface_file.array_of(inner.type, 3))
        .with(outer.interface_file.pointer_to(inner.type));
    CHECK(outer.text() == "20/4: 0 2 16");
    outer.type.is_union = true;
    CHECK(outer.text() == "12/4: 0 0 0");
    Record flexible(kLinux32);
    flexible.with(Scalar::int_)
        .with(flexible.interface_file.array_of(flexible.interface_file.scalar(Scalar::char_), 0));
    CHECK(flexible.text() == "4/4: 0 4");
}

TEST_CASE("interface: what has no size is an error that says why") {
    Record record(kLinux32);
    Interface& all = record.interface_file;
    record.type.name = "node";
    CHECK_THROWS_WITH_AS(record.layout(), "`struct node` has no size: its members are not declared",
                         bridge32::Error);
    record.with(all.array_of(record.type, 2));
    CHECK_THROWS_WITH_AS(record.layout(), "`struct node` contains itself: use a pointer to it",
                         bridge32::Error);
    CHECK_THROWS_WITH_AS(extent_of(all.scalar(Scalar::void_), kLinux32), "void has no size",
                         bridge32::Error);
    const Type& large = all.array_of(all.scalar(Scalar::int_), std::uint64_t{1} << 30);
    CHECK_THROWS_WITH_AS(extent_of(large, kLinux32), "`int [1073741824]` is larger than 2 GiB",
                         bridge32::Error);
    const Type* deep = &all.scalar(Scalar::int_);
    for (int i = 0; i < 100000; ++i) {
        deep = &all.array_of(*deep, 1);
    }
    CHECK_THROWS_WITH_AS(extent_of(*deep, kLinux32), "types are nested more than 200 deep",
                         bridge32::Error);
}

}  // namespace interface_layout_test
