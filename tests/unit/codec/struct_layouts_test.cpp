// Structs that the two sides lay out differently.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unit/codec/codec_test.hpp"

using bridge32::Argument;
using bridge32::Json;
using bridge32::detail::compare_structs;
using bridge32::detail::describe_structs;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::text_of;

namespace layouts {

// 32 bytes on x86-64, 24 on i386 Linux, where 8-byte members are aligned to 4.
struct Mixed {
    std::int32_t n;
    double x;
    char c;
    std::int64_t t;
};
BRIDGE32_STRUCT(Mixed, n, x, c, t)

struct Outer {
    bool ok;
    Mixed items[2];
    char name[4];
};
BRIDGE32_STRUCT(Outer, ok, items, name)

struct WithLong {
    std::int32_t id;
    long n;
};
BRIDGE32_STRUCT(WithLong, id, n)

}  // namespace layouts

namespace first {
struct Twice {
    int a;
};
BRIDGE32_STRUCT(Twice, a)
}  // namespace first

namespace second {
struct Twice {
    float a;
};
BRIDGE32_STRUCT(Twice, a)
}  // namespace second

namespace {

using layouts::Mixed;
using layouts::Outer;
using layouts::WithLong;

// What a compiler of either kind makes of Mixed.
struct MixedLayout {
    std::size_t x, c, t, size;

    std::string dtype() const {
        return R"({"names":["n","x","c","t"],"formats":["<i4","<f8","|i1","<i8"],"offsets":[0,)" +
               std::to_string(x) + "," + std::to_string(c) + "," + std::to_string(t) +
               R"(],"itemsize":)" + std::to_string(size) + "}";
    }
    void write(std::vector<std::byte>& memory, const Mixed& value) const {
        const std::size_t at = memory.size();
        memory.resize(at + size, std::byte{0xcc});
        std::memcpy(&memory[at], &value.n, 4);
        std::memcpy(&memory[at + x], &value.x, 8);
        std::memcpy(&memory[at + c], &value.c, 1);
        std::memcpy(&memory[at + t], &value.t, 8);
    }
};
constexpr MixedLayout kX64{8, 16, 24, 32};
constexpr MixedLayout kI386{4, 12, 16, 24};

std::string array_text(const std::string& dtype, const std::string& shape) {
    return R"({"$array":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"at":0}})";
}

bool is_equal(const Mixed& a, const Mixed& b) {
    return a.n == b.n && a.x == b.x && a.c == b.c && a.t == b.t;
}

// The dtype of `T` as the other side might have it: `from` once replaced by `to`.
template <class T>
std::string altered_dtype(std::string_view from, std::string_view to) {
    std::string dtype = bridge32::detail::struct_layout<T>().dtype;
    const std::size_t at = dtype.find(from);
    REQUIRE(at != dtype.npos);
    return dtype.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("struct layouts: this side's is one of the two that there are") {
    const std::string text = text_of(std::vector<Mixed>(1));

    CHECK((contains(text, kX64.dtype()) || contains(text, kI386.dtype())));
}

TEST_CASE("struct layouts: an array with other padding is converted") {
    const std::vector<Mixed> sent{{1, 2.5, 'a', -4}, {5, 6.5, 'b', INT64_MIN}};
    for (const MixedLayout& layout : {kX64, kI386}) {
        CAPTURE(layout.size);
        std::vector<std::byte> memory;
        layout.write(memory, sent[0]);
        layout.write(memory, sent[1]);
        const std::vector<bridge32_attachment> attached{{memory.data(), memory.size()}};
        const std::string text = array_text(layout.dtype(), "[2]");
        Argument<std::span<const Mixed>> span;

        span.decode(text, attached);
        const auto got = read<std::vector<Mixed>>(text, attached);
        const auto json = read<Json>(text, attached);

        REQUIRE(got.size() == 2);
        CHECK(is_equal(got[0], sent[0]));
        CHECK(is_equal(got[1], sent[1]));
        CHECK(is_equal(span.get()[1], sent[1]));
        CHECK(json[1]["t"] == INT64_MIN);
        CHECK((static_cast<const void*>(span.get().data()) == memory.data()) ==
              (layout.size == sizeof(Mixed)));
        CHECK(read<std::vector<Mixed>>(array_text(layout.dtype(), "[0]"), {{nullptr, 0}}).empty());
    }
}

TEST_CASE("struct layouts: structs in structs are converted too") {
    for (const MixedLayout& layout : {kX64, kI386}) {
        CAPTURE(layout.size);
        // The members in another order, with gaps.
        const std::size_t name = 3;
        const std::size_t items = 8;
        const std::size_t ok = items + 2 * layout.size;
        std::vector<std::byte> memory(items);
        std::memcpy(&memory[name], "abcd", 4);
        layout.write(memory, {1, 2.5, 'a', -4});
        layout.write(memory, {5, 6.5, 'b', 7});
        memory.push_back(std::byte{2});
        const std::string dtype = R"({"names":["name","items","ok"],"formats":["|S4",[)" +
                                  layout.dtype() + R"(,[2]],"|b1"],"offsets":[3,8,)" +
                                  std::to_string(ok) + R"(],"itemsize":)" + std::to_string(ok + 1) +
                                  "}";

        const auto got =
            read<std::vector<Outer>>(array_text(dtype, "[1]"), {{memory.data(), memory.size()}});

        REQUIRE(got.size() == 1);
        CHECK(got[0].ok);
        CHECK(got[0].items[0].x == 2.5);
        CHECK(got[0].items[1].t == 7);
        CHECK(std::string_view(got[0].name, 4) == "abcd");
    }
}

TEST_CASE("struct layouts: another type of a member is an error that names it") {
    const bool wide = sizeof(long) == 8;
    const std::string dtype = wide ? R"({"names":["id","n"],"formats":["<i4","<i4"],)"
                                     R"("offsets":[0,4],"itemsize":8})"
                                   : R"({"names":["id","n"],"formats":["<i4","<i8"],)"
                                     R"("offsets":[0,8],"itemsize":16})";
    const std::array<std::byte, 16> memory{};

    CHECK(refusal<std::vector<WithLong>>(array_text(dtype, "[1]"),
                                         {{memory.data(), wide ? 8u : 16u}}) ==
          (wide ? "struct WithLong: member `n` is 4 bytes (<i4) in the array and 8 bytes (<i8) "
                  "here: use a fixed-width type such as std::int32_t"
                : "struct WithLong: member `n` is 8 bytes (<i8) in the array and 4 bytes (<i4) "
                  "here: use a fixed-width type such as std::int32_t"));
    CHECK(compare_structs({{"WithLong", Json::parse(dtype)}}) ==
          (wide ? "struct WithLong: member `n` is 4 bytes (<i4) in the client and 8 bytes (<i8) "
                  "in the plugin: use a fixed-width type such as std::int32_t"
                : "struct WithLong: member `n` is 8 bytes (<i8) in the client and 4 bytes (<i4) "
                  "in the plugin: use a fixed-width type such as std::int32_t"));
}

TEST_CASE("struct layouts: other members are errors") {
    const auto difference = [](std::string_view from, std::string_view to) {
        return compare_structs({{"Mixed", Json::parse(altered_dtype<Mixed>(from, to))}},
                               {"here", "there"});
    };

    CHECK(difference("\"<f8\"", "\"<f4\"") ==
          "struct Mixed: member `x` is 4 bytes (<f4) there and 8 bytes (<f8) here: both sides must "
          "declare the same struct");
    CHECK(difference("\"<i4\"", "\"<u4\"") ==
          "struct Mixed: member `n` is 4 bytes (<u4) there and 4 bytes (<i4) here: both sides must "
          "declare the same struct");
    CHECK(difference("\"<f8\"", "\"(1,)<f8\"") ==
          "struct Mixed: member `x` is 8 bytes ((1,)<f8) there and 8 bytes (<f8) here: both sides "
          "must declare the same struct");
    CHECK(contains(difference("\"x\"", "\"y\""), "member `x` here only"));
    CHECK(contains(compare_structs({{"Outer", Json::parse(altered_dtype<Outer>("<f8", "<i8"))}}),
                   "struct Outer: member `items.x` is 8 bytes (<i8) in the client"));
    Json more = Json::parse(bridge32::detail::struct_layout<Mixed>().dtype);
    more["names"].push_back("z");
    more["formats"].push_back("|u1");
    more["offsets"].push_back(0);
    CHECK(contains(compare_structs({{"Mixed", more}}), "member `z` in the client only"));
    CHECK(refusal<std::vector<Mixed>>(array_text("\"<f8\"", "[0]"), {{nullptr, 0}}) ==
          "expected an array of Mixed, found one of <f8");
    CHECK(refusal<std::vector<double>>(array_text(kX64.dtype(), "[0]"), {{nullptr, 0}}) ==
          "expected an array of numbers, found one of structs");
}

TEST_CASE("struct layouts: the structs of this binary are described") {
    const Json all = describe_structs();

    REQUIRE(all.contains("WithLong"));
    CHECK(all["WithLong"]["names"] == Json{"id", "n"});
    CHECK(all["WithLong"]["formats"] == Json{"<i4", sizeof(long) == 8 ? "<i8" : "<i4"});
    CHECK(all["WithLong"]["itemsize"] == sizeof(WithLong));
    CHECK(compare_structs(all) == "");
    CHECK(compare_structs(Json::object()) == "");
    CHECK(compare_structs({{"Unknown", 1}}) == "");
    CHECK_FALSE(all.contains("Twice"));  // there are two
}

TEST_CASE("struct layouts: other padding is no difference") {
    CHECK(compare_structs({{"Mixed", Json::parse(kX64.dtype())}}) == "");
    CHECK(compare_structs({{"Mixed", Json::parse(kI386.dtype())}}) == "");
}

TEST_CASE("struct layouts: what a hostile peer may say of a layout is refused") {
    const std::array<std::byte, 64> memory{};
    const auto refused = [&](const std::string& dtype, std::uint64_t size) {
        CAPTURE(dtype);
        const std::vector<bridge32_attachment> attached{{memory.data(), size}};
        CHECK(refusal<std::vector<Mixed>>(array_text(dtype, "[1]"), attached) !=
              "nothing was thrown");
        CHECK(refusal<Json>(array_text(dtype, "[1]"), attached) != "nothing was thrown");
        Argument<std::span<const Mixed>> span;
        CHECK_THROWS_AS(span.decode(array_text(dtype, "[1]"), attached), bridge32::CodecError);
    };
    const auto one = [](const std::string& format, const std::string& offset,
                        const std::string& size) {
        return R"({"names":["n"],"formats":[)" + format + R"(],"offsets":[)" + offset +
               R"(],"itemsize":)" + size + "}";
    };
    REQUIRE(read<Json>(array_text(one("\"<i4\"", "0", "4"), "[1]"), {{memory.data(), 4}}) ==
            Json::parse(R"([{"n":0}])"));

    for (const char* format : {"\">i4\"",
                               "\"<i4 \"",
                               "\"(1\"",
                               "\"(1,\"",
                               "\"(1x)<i4\"",
                               "\"()<i4\"x",
                               "\"(0,)<i4\"",
                               "\"(2,)<i4\"",
                               "\"(-1,)<i4\"",
                               "\"(4294967296,)<i4\"",
                               "\"(65536,65536)|u1\"",
                               "\"|S\"",
                               "\"|S0\"",
                               "\"|S5\"",
                               "\"|S4x\"",
                               "\"|O\"",
                               "\"|V\"",
                               "\"|V0\"",
                               "\"|V5\"",
                               "\"|V4x\"",
                               "\"\"",
                               "4",
                               "null",
                               "[]",
                               "{}",
                               "[{},[1]]",
                               "[\"<i4\",[1]]"}) {
        refused(one(format, "0", "4"), 4);
    }
    for (const char* offset :
         {"1", "4", "-1", "4294967295", "18446744073709551615", "0.5", "null"}) {
        refused(one("\"<i4\"", offset, "4"), 4);
    }
    for (const char* size : {"0", "-1", "3", "2147483649", "4294967296", "null"}) {
        refused(one("\"<i4\"", "0", size), 4);
    }
    refused(R"({"names":["n"],"formats":["<i4"],"offsets":[0]})", 4);
    refused(R"({"names":["n"],"formats":["<i4"],"offsets":[],"itemsize":4})", 4);
    refused(R"({"names":"n","formats":"<i4","offsets":[0],"itemsize":4})", 4);
    refused(R"({"names":[1],"formats":["<i4"],"offsets":[0],"itemsize":4})", 4);
    refused(R"({"names":["n"],"formats":["<i4"],"offsets":[0],"itemsize":4,"itemsize":8})", 4);
    refused(R"({"names":["n","m"],"formats":["<i4","<i4"],"offsets":[0,0],"itemsize":4})", 4);
    refused("{}", 4);
    refused("[]", 4);
    refused(kX64.dtype(), 31);
}
