// What is written is read as the same.
#include <doctest/doctest.h>

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "interface/interface.hpp"

namespace interface_writer_test {

using namespace bridge32::interfaces;

namespace {

/// Two interfaces whose types are at different addresses.
class Comparison {
public:
    bool same(const Interface& a, const Interface& b) {
        return a.library.name == b.library.name && a.library.convention == b.library.convention &&
               a.library.text == b.library.text && a.library.threads == b.library.threads &&
               a.library.platform == b.library.platform &&
               each(a.types, b.types, [&](auto* x, auto* y) { return same(x, y); }) &&
               each(a.constants, b.constants,
                    [&](auto& x, auto& y) {
                        return x.name == y.name && x.value == y.value && same(x.type, y.type) &&
                               same(x.attributes, y.attributes);
                    }) &&
               each(a.variables, b.variables,
                    [&](auto& x, auto& y) {
                        return x.name == y.name && same(x.type, y.type) &&
                               same(x.attributes, y.attributes);
                    }) &&
               each(a.functions, b.functions, [&](auto& x, auto& y) {
                   return x.name == y.name && same(x.signature, y.signature) &&
                          same(x.attributes, y.attributes);
               });
    }

private:
    template <class Items, class Same>
    static bool each(const Items& a, const Items& b, Same same) {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!same(a[i], b[i])) return false;
        }
        return true;
    }
    static bool same(const Attributes& a, const Attributes& b) {
        return each(a.all, b.all, [](auto& x, auto& y) {
            return x.name == y.name && each(x.arguments, y.arguments, [](auto& p, auto& q) {
                       return p.expression == q.expression && p.text == q.text;
                   });
        });
    }
    bool same(const Signature& a, const Signature& b) {
        return a.convention == b.convention && a.variadic == b.variadic &&
               same(a.result, b.result) && each(a.parameters, b.parameters, [&](auto& x, auto& y) {
                   return x.name == y.name && same(x.type, y.type) &&
                          same(x.attributes, y.attributes);
               });
    }
    bool same(const Type* a, const Type* b) {
        if (a == nullptr || b == nullptr) return a == b;
        if (!a->name.empty()) {  // only these can be reached from themselves
            const auto [known, is_new] = seen_.try_emplace(a, b);
            if (!is_new) return known->second == b;
        }
        return a->kind == b->kind && a->is_const == b->is_const && a->name == b->name &&
               same(a->attributes, b->attributes) && a->scalar == b->scalar &&
               a->length == b->length && a->is_union == b->is_union &&
               a->is_complete == b->is_complete && a->pack == b->pack && a->align == b->align &&
               a->is_flags == b->is_flags && a->is_built_in == b->is_built_in &&
               same(a->of, b->of) && same_signature(*a, *b) &&
               each(a->members, b->members,
                    [&](auto& x, auto& y) {
                        return x.name == y.name && x.bits == y.bits && same(x.type, y.type) &&
                               same(x.attributes, y.attributes);
                    }) &&
               each(a->enumerators, b->enumerators, [&](auto& x, auto& y) {
                   return x.name == y.name && x.value == y.value &&
                          same(x.attributes, y.attributes);
               });
    }
    bool same_signature(const Type& a, const Type& b) {
        return a.kind != TypeKind::function || same(a.signature, b.signature);
    }

    std::map<const Type*, const Type*> seen_{};
};

constexpr const char* kEverything = R"(interface 1;
library "ven\"dor" { convention regparm2; text latin_1; threads mirrored; platform windows; }
typedef struct vdev_ *VDEV [[handle, free(VClose)]];
typedef struct { DWORD cb [[sizeof]]; LONG gain; char name[16] [[string]]; } VINFO, *PVINFO;
#pragma pack(push, 2)
typedef struct tag { char a; double b; unsigned x : 3, : 0, y : 5; struct { int q; } u, *v, w[2];
  union { int i; float f; } [[doc("either")]]; struct tag *next; const struct tag *const *last; } P;
#pragma pack(pop)
struct __attribute__((aligned(16))) q { char a; int b __attribute__((packed, aligned(2))); };
struct [[doc("a long text, so that this struct is written with one member in each line of it")]] l
{ int tag; union { int a [[case(A)]]; double b [[case(B, C)]]; } u [[switch(tag)]]; int n;
  int *data [[count(n)]]; char rest[]; };
struct empty {};
enum color { red, green = 5, blue [[doc("b\t\001")]], far = -1 };
typedef enum { A, B, C = 8 } FL [[flags, doc("f")]];
enum { LONELY = 1 << 4, BIG = 0x1FFFFFFFF };
enum small : unsigned char { S };
typedef int int16[16] __attribute__((aligned(16)));
typedef int (__stdcall *CB)(int, void *user [[closure]]);
typedef void __fastcall PROC(int code), (*PROCS[3])(enum color);
const int VMAX = 16;
const double VPI = 3.14159, VE = -1, VS = 1e300;
const char *VN = "a\"b\\ \n";
const unsigned long long HUGE_ = 18446744073709551615ULL;
const HANDLE INV = -1;
extern int vcount [[ordinal(3)]], *const vlist[];
extern const struct tag table[4];
extern struct { int x; } anonymous;
int VOpen(int port, VDEV *device [[out]]) [[ordinal(5), errno, fails(result < 0, VError), doc("opens")]];
const char *VError(int status) [[string]];
void VRead(VDEV device, void *buffer [[out, bytes(size), used(*got)]], DWORD size, DWORD *got [[out, optional]]);
int __stdcall VWatch(int (__stdcall *f)(int level, void *user [[closure]]) [[scope(notified), ends(VClose)]], void *user [[closure(f), assumed]]);
char *VText(VDEV device, P value) [[transfer(full), free(VFree)]];
void VClose(VDEV device), VFree(void *p [[missing("who allocates it?")]]);
int VSet(int option, ...) [[tail("int value")]];
void VKeep(char *p [[retain(until VClose), count(2 * (VMAX - 1) + sizeof(struct tag))]]);
int (*VGet(PROC *p, struct later *l))(int, double, const int *m [[count(3, 4)]]);
)";

}  // namespace

TEST_CASE("interface: what is written is read as the same") {
    const Target target{Platform::windows_, 32};
    const Interface all = parse(kEverything, "vendor.b32i", target);
    const std::string text = text_of(all);
    INFO(text);

    const Interface again = parse(text, "again.b32i", target);

    CHECK(Comparison().same(all, again));
    CHECK(text_of(again) == text);
    CHECK(all.functions.size() == 10);
    CHECK(all.library.name == "ven\"dor");
}

TEST_CASE("interface: a function is one line, as in a header") {
    const std::string line =
        "LONG VRead(VDEV device, void *buffer [[out, bytes(size), used(*got)]], DWORD size, "
        "DWORD *got [[out]]);\n";
    const std::string text =
        "interface 1;\nlibrary \"vendor\" { convention stdcall; text windows_1252; }\n\n"
        "typedef struct vdev_ *VDEV [[handle]];\n"
        "typedef struct { DWORD cb [[sizeof]]; LONG gain; char name[16]; } VINFO;\n\n" +
        line;
    CHECK(text_of(parse(text, "v", Target{Platform::windows_, 32})) == text);
}

TEST_CASE("interface: the difference between interfaces is seen") {
    const Target target{Platform::linux_, 32};
    const auto read = [&](const std::string& text) {
        return parse("interface 1;\n" + text, "v", target);
    };
    CHECK(Comparison().same(read("int f(int x);"), read("int f( int x ) ;")));
    CHECK_FALSE(Comparison().same(read("int f(int x);"), read("int f(int y);")));
    CHECK_FALSE(Comparison().same(read("int f(int *x);"), read("int f(const int *x);")));
    CHECK_FALSE(Comparison().same(read("int f(int *x);"), read("int f(int *x [[out]]);")));
}

}  // namespace interface_writer_test
