// Layouts of structs as Clang 14 makes them for four targets.
#include <doctest/doctest.h>

#include <string>

#include "interface/interface.hpp"
#include "interface/layout.hpp"

namespace interface_compiler_layouts_test {

using namespace bridge32::interfaces;

namespace {

constexpr const char* kStructs = R"(interface 1;
enum e0 { E0A, E0B = 5 };
enum e1 { E1A = -1 };
struct s0 { unsigned long m0[3]; long long m1[2][2]; short m2[3]; int m3 : 16; int m4[3]; };
union __attribute__((packed)) s1 { unsigned int m0 : 26 __attribute__((aligned(4))); short m1; enum e1 m2; unsigned long m3 : 13 __attribute__((aligned(16))); long long m4[3]; };
union s2 { bool m0 : 1 __attribute__((packed)); enum e0 m1 __attribute__((aligned(16))); enum e1 m2; };
#pragma pack(push, 8)
struct s3 { long : 32; };
#pragma pack(pop)
struct s4 { unsigned int m0 : 1; enum e1 m1; struct s0 m2[3]; enum e0 m3; };
#pragma pack(push, 4)
union s5 { long long m0[3]; };
#pragma pack(pop)
#pragma pack(push, 1)
union s6 { unsigned long m0 : 17; int m1 : 19; int m2 __attribute__((packed)); struct s3 m3[3]; enum e1 m4; long m5[2][2]; union s2 m6; };
#pragma pack(pop)
struct s7 { unsigned char m0 : 8; bool m1 : 1; };
#pragma pack(push, 4)
union s8 { char m0; bool m1; };
#pragma pack(pop)
#pragma pack(push, 4)
struct s9 { signed char m0; signed char m1 __attribute__((aligned(2))); unsigned short m2 : 2; };
#pragma pack(pop)
#pragma pack(push, 4)
struct s10 { union s8 m0; short m1 : 10; long m2 __attribute__((packed)); short m3[2][2]; };
#pragma pack(pop)
#pragma pack(push, 4)
struct s11 { long long m0 : 40; enum e1 m1; long m2 : 22; };
#pragma pack(pop)
#pragma pack(push, 4)
struct s12 { float m0[2][2]; signed char m1 : 4; signed char m2 : 4; struct s0 m3; };
#pragma pack(pop)
struct s13 { long m0 : 14; bool m1 : 1 __attribute__((aligned(4))); int m2 : 30; float m3[3]; long m4 : 8; long long m5; };
union __attribute__((packed)) s14 { union s5 m0[3]; char m1; enum e0 m2 __attribute__((aligned(4))); };
#pragma pack(push, 1)
struct s15 { bool m0; bool m1[3]; double m2; unsigned short m3 : 6; size_t m4; void * m5; struct s12 m6[3]; };
#pragma pack(pop)
struct s16 { unsigned long m0 : 24; unsigned long long m1 : 61; };
struct s17 { enum e0 m0; int m1 : 24; bool m2; unsigned long m3; struct s3 m4[3]; struct s10 m5; unsigned int m6; };
struct s18 { int m0; union s6 m1[3]; };
#pragma pack(push, 4)
struct s19 { long m0[3]; unsigned long long m1 : 16; enum e0 m2 __attribute__((aligned(4))); struct s7 m3; unsigned short m4 : 2; };
#pragma pack(pop)
struct s20 { unsigned char : 0; enum e1 m1; };
#pragma pack(push, 8)
struct s21 { union s6 m0[3]; };
#pragma pack(pop)
#pragma pack(push, 1)
struct s22 { enum e1 m0; float m1; };
#pragma pack(pop)
#pragma pack(push, 8)
struct s23 { unsigned long m0 : 5; short m1 : 6; struct s22 m2[2]; double _Complex m3 __attribute__((packed)); };
#pragma pack(pop)
struct s24 { unsigned long m0 : 30; double m1[2][2]; long long m2 : 60; unsigned char : 0; signed char m4 : 7; };
#pragma pack(push, 8)
struct s25 { unsigned char m0 : 4; };
#pragma pack(pop)
struct s26 { unsigned long long m0 __attribute__((packed)); enum e0 m1; };
struct s27 { unsigned int m0 : 9; unsigned int m1 : 26; char : 0; short : 0; long long m4[3]; short m5 : 14; unsigned short m6 : 15; };
#pragma pack(push, 8)
struct s28 { short m0 : 9; int m1 : 32 __attribute__((aligned(16))); unsigned long long m2[3]; struct s0 m3; struct s16 m4; };
#pragma pack(pop)
struct s29 { unsigned char m0 : 5; struct s4 m1[2]; struct s25 m2[3]; };
#pragma pack(push, 4)
struct s30 { unsigned char m0[3]; };
#pragma pack(pop)
#pragma pack(push, 1)
struct s31 { long long m0 : 58; unsigned long long m1; long long m2 __attribute__((aligned(4))); void * m3; };
#pragma pack(pop)
#pragma pack(push, 1)
struct s32 { long long m0[3]; wchar_t m1[3] __attribute__((aligned(16))); unsigned int m2 : 18; unsigned char m3[3]; enum e0 m4; };
#pragma pack(pop)
struct s33 { float m0[3]; union s6 m1; };
#pragma pack(push, 8)
struct s34 { double _Complex m0[3]; long long m1[2][2]; };
#pragma pack(pop)
#pragma pack(push, 4)
struct s35 { struct s11 m0[2]; double m1[2][2]; void * m2[3]; };
#pragma pack(pop)
struct __attribute__((packed)) s36 { unsigned long : 14; int m1; enum e0 m2; enum e0 m3; };
struct s37 { char m0[2][2]; union s6 m1[2]; short m2 : 10; int m3 : 16; };
struct s38 { unsigned long long : 64; long long : 36; };
struct s39 { void * m0[2][2]; long m1; unsigned long : 0; unsigned short m3 : 9; signed char m4[2][2] __attribute__((packed)); char m5 : 8; };
struct s40 { unsigned short m0 : 3; signed char m1 : 2; };
#pragma pack(push, 4)
struct s41 { enum e1 m0; float m1[3]; long long m2 : 44 __attribute__((packed)); };
#pragma pack(pop)
struct s42 { double _Complex m0; double _Complex m1; unsigned long long m2 : 29; unsigned long long m3 : 9; };
struct s43 { long m0 : 13; unsigned int m1 : 6; };
#pragma pack(push, 1)
struct __attribute__((aligned(8))) s44 { struct s22 m0 __attribute__((packed)); enum e0 m1; char m2 : 7; struct s17 m3; };
#pragma pack(pop)
union s45 { short m0 : 7; };
struct s46 { double _Complex m0[2][2]; signed char m1 : 1; unsigned long : 0; };
struct __attribute__((packed)) s47 { union s45 m0[3]; int m1[2][2]; int m2[2][2]; unsigned long m3; };
#pragma pack(push, 8)
struct __attribute__((aligned(16))) s48 { enum e1 m0 __attribute__((aligned(4))); enum e1 m1; struct s34 m2[3]; };
#pragma pack(pop)
#pragma pack(push, 2)
struct s49 { double _Complex m0[3] __attribute__((aligned(2))); union s6 m1; unsigned short m2 : 3; };
#pragma pack(pop)
)";

/// "size/align: offset ...", sizes in bytes, offsets in bits.
struct Expected {
    const char* name;
    const char* linux32;
    const char* linux64;
    const char* windows32;
    const char* windows64;
};

constexpr Expected kExpected[]{
    {"s0", "64/4: 0 96 352 400 416", "80/8: 0 192 448 496 512", "72/8: 0 128 384 448 480",
     "72/8: 0 128 384 448 480"},
    {"s1", "32/16: 0 0 0 0 0", "32/16: 0 0 0 0 0", "24/1: 0 0 0 0 0", "24/1: 0 0 0 0 0"},
    {"s2", "16/16: 0 0 0", "16/16: 0 0 0", "16/16: 0 0 0", "16/16: 0 0 0"},
    {"s3", "4/1: 0", "4/1: 0", "4/4: 0", "4/4: 0"},
    {"s4", "204/4: 0 32 64 1600", "256/8: 0 32 64 1984", "232/8: 0 32 64 1792",
     "232/8: 0 32 64 1792"},
    {"s5", "24/4: 0", "24/4: 0", "24/4: 0", "24/4: 0"},
    {"s6", "16/1: 0 0 0 0 0 0 0", "32/1: 0 0 0 0 0 0 0", "16/1: 0 0 0 0 0 0 0",
     "16/1: 0 0 0 0 0 0 0"},
    {"s7", "2/1: 0 8", "2/1: 0 8", "2/1: 0 8", "2/1: 0 8"},
    {"s8", "1/1: 0 0", "1/1: 0 0", "1/1: 0 0", "1/1: 0 0"},
    {"s9", "4/2: 0 16 24", "4/2: 0 16 24", "6/2: 0 16 32", "6/2: 0 16 32"},
    {"s10", "16/2: 0 8 24 64", "20/2: 0 8 24 96", "16/2: 0 16 32 64", "16/2: 0 16 32 64"},
    {"s11", "16/4: 0 64 96", "16/4: 0 64 96", "16/4: 0 64 96", "16/4: 0 64 96"},
    {"s12", "84/4: 0 128 132 160", "100/4: 0 128 132 160", "92/4: 0 128 132 160",
     "92/4: 0 128 132 160"},
    {"s13", "32/4: 0 32 33 64 160 192", "32/8: 0 32 33 64 160 192", "40/8: 0 32 64 96 192 256",
     "40/8: 0 32 64 96 192 256"},
    {"s14", "72/4: 0 0 0", "72/4: 0 0 0", "72/4: 0 0 0", "72/4: 0 0 0"},
    {"s15", "273/1: 0 8 32 96 104 136 168", "329/1: 0 8 32 96 104 168 232",
     "298/1: 0 8 32 96 112 144 176", "306/1: 0 8 32 96 112 176 240"},
    {"s16", "12/4: 0 32", "16/8: 0 64", "16/8: 0 64", "16/8: 0 64"},
    {"s17", "44/4: 0 32 56 64 96 192 320", "56/8: 0 32 56 64 128 224 384",
     "48/4: 0 32 64 96 128 224 352", "48/4: 0 32 64 96 128 224 352"},
    {"s18", "52/4: 0 32", "100/4: 0 32", "52/4: 0 32", "52/4: 0 32"},
    {"s19", "24/4: 0 96 128 160 176", "36/4: 0 192 224 256 272", "28/4: 0 96 160 192 208",
     "28/4: 0 96 160 192 208"},
    {"s20", "4/4: 0 0", "4/4: 0 0", "4/4: 0 0", "4/4: 0 0"},
    {"s21", "48/1: 0", "96/1: 0", "48/1: 0", "48/1: 0"},
    {"s22", "8/1: 0 32", "8/1: 0 32", "8/1: 0 32", "8/1: 0 32"},
    {"s23", "36/4: 0 5 16 144", "40/8: 0 5 16 144", "40/4: 0 32 48 176", "40/4: 0 32 48 176"},
    {"s24", "48/4: 0 32 288 352 352", "56/8: 0 64 320 384 384", "56/8: 0 64 320 384 384",
     "56/8: 0 64 320 384 384"},
    {"s25", "1/1: 0", "1/1: 0", "1/1: 0", "1/1: 0"},
    {"s26", "12/4: 0 64", "12/4: 0 64", "12/4: 0 64", "12/4: 0 64"},
    {"s27", "36/4: 0 32 64 64 64 256 272", "40/8: 0 32 64 64 64 256 272",
     "40/8: 0 32 64 64 64 256 272", "40/8: 0 32 64 64 64 256 272"},
    {"s28", "112/8: 0 9 64 256 768", "128/8: 0 9 64 256 896", "128/8: 0 64 128 320 896",
     "128/8: 0 64 128 320 896"},
    {"s29", "416/4: 0 32 3296", "528/8: 0 64 4160", "480/8: 0 64 3776", "480/8: 0 64 3776"},
    {"s30", "3/1: 0", "3/1: 0", "3/1: 0", "3/1: 0"},
    {"s31", "28/1: 0 64 128 192", "32/1: 0 64 128 192", "28/1: 0 64 128 192", "32/1: 0 64 128 192"},
    {"s32", "46/1: 0 192 288 312 336", "46/1: 0 192 288 312 336", "41/1: 0 192 240 272 296",
     "41/1: 0 192 240 272 296"},
    {"s33", "28/4: 0 96", "44/4: 0 96", "28/4: 0 96", "28/4: 0 96"},
    {"s34", "80/4: 0 384", "80/8: 0 384", "80/8: 0 384", "80/8: 0 384"},
    {"s35", "76/4: 0 256 512", "88/4: 0 256 512", "76/4: 0 256 512", "88/4: 0 256 512"},
    {"s36", "14/1: 0 16 48 80", "14/1: 0 16 48 80", "16/4: 0 32 64 96", "16/4: 0 32 64 96"},
    {"s37", "40/4: 0 32 288 298", "72/4: 0 32 544 554", "44/4: 0 32 288 320", "44/4: 0 32 288 320"},
    {"s38", "13/1: 0 64", "13/1: 0 64", "16/8: 0 64", "16/8: 0 64"},
    {"s39", "28/4: 0 128 160 160 176 208", "48/8: 0 256 320 320 336 368",
     "28/4: 0 128 160 160 176 208", "48/8: 0 256 288 288 304 336"},
    {"s40", "2/2: 0 3", "2/2: 0 3", "4/2: 0 16", "4/2: 0 16"},
    {"s41", "24/4: 0 32 128", "24/4: 0 32 128", "24/4: 0 32 128", "24/4: 0 32 128"},
    {"s42", "40/4: 0 128 256 285", "40/8: 0 128 256 285", "40/8: 0 128 256 285",
     "40/8: 0 128 256 285"},
    {"s43", "4/4: 0 13", "8/8: 0 13", "4/4: 0 13", "4/4: 0 13"},
    {"s44", "64/8: 0 64 96 104", "72/8: 0 64 96 104", "64/8: 0 64 96 104", "64/8: 0 64 96 104"},
    {"s45", "2/2: 0", "2/2: 0", "2/1: 0", "2/1: 0"},
    {"s46", "68/4: 0 512 544", "72/8: 0 512 576", "72/8: 0 512 544", "72/8: 0 512 544"},
    {"s47", "42/1: 0 48 176 304", "46/1: 0 48 176 304", "42/1: 0 48 176 304", "42/1: 0 48 176 304"},
    {"s48", "256/16: 0 32 64", "256/16: 0 32 64", "256/16: 0 32 64", "256/16: 0 32 64"},
    {"s49", "66/2: 0 384 512", "82/2: 0 384 640", "66/2: 0 384 512", "66/2: 0 384 512"},
};

std::string layout_text(const Type& type, Target target) {
    const RecordLayout made = layout_of(type, target);
    std::string text =
        std::to_string(made.extent.size) + "/" + std::to_string(made.extent.align) + ":";
    for (const Place& place : made.places) {
        text += " " + std::to_string(8 * place.offset + place.bit_offset);
    }
    return text;
}

}  // namespace

TEST_CASE("interface: structs have the layouts that Clang gives them") {
    for (const Target target : {Target{Platform::linux_, 32}, Target{Platform::linux_, 64},
                                Target{Platform::windows_, 32}, Target{Platform::windows_, 64}}) {
        const Interface all = parse(kStructs, "structs", target);
        const bool is_linux = target.platform == Platform::linux_;
        for (const Expected& expected : kExpected) {
            const std::string name = expected.name;
            CAPTURE(name);
            CAPTURE(target.bits);
            CAPTURE(is_linux);
            const char* const text = target.bits == 32
                                         ? (is_linux ? expected.linux32 : expected.windows32)
                                         : (is_linux ? expected.linux64 : expected.windows64);
            CHECK(layout_text(*all.tagged(name), target) == text);
        }
    }
}

}  // namespace interface_compiler_layouts_test
