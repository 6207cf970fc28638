#include "binary/decorated_name.hpp"

#include <doctest/doctest.h>

#include <string>

namespace decorated_name_test {

using namespace bridge32::binary;

namespace {

std::string readable(const std::string& name) { return read_export_name(name).readable; }

}  // namespace

TEST_CASE("exports: the decorations of 32-bit Windows tell the bytes of arguments") {
    const auto stdcall = read_export_name("_subtract@8");
    CHECK(stdcall.base == "subtract");
    CHECK(stdcall.convention == Convention::kStdcall);
    CHECK(stdcall.argument_bytes == 8U);

    CHECK(read_export_name("subtract@12").argument_bytes == 12U);
    CHECK(read_export_name("@multiply@8").convention == Convention::kFastcall);
    CHECK(read_export_name("@multiply@8").base == "multiply");
    CHECK(read_export_name("spin@@16").convention == Convention::kVectorcall);
    CHECK(read_export_name("plain").convention == Convention::kUnknown);
    CHECK_FALSE(read_export_name("plain").argument_bytes);
    CHECK_FALSE(read_export_name("mail@home").argument_bytes);
}

TEST_CASE("exports: Fortran's names are recognised where the library is Fortran's") {
    CHECK(read_export_name("area_", true).form == NameForm::kFortran);
    CHECK(read_export_name("area_", true).readable == "area");
    CHECK(read_export_name("area_").readable == "area_");
    CHECK(read_export_name("__geometry_MOD_area").readable == "geometry::area");
}

TEST_CASE("exports: C++ names of GCC are demangled") {
    const auto name = read_export_name("_ZN8geometry4areaEii");

    CHECK(name.readable == "geometry::area(int, int)");
    CHECK(name.base == "area");
    CHECK(name.form == NameForm::kCpp);
}

TEST_CASE("exports: C++ names of Microsoft's compiler are read") {
    CHECK(readable("?area@geometry@@YAHHH@Z") == "int __cdecl geometry::area(int, int)");
    CHECK(readable("?beep@@YGXXZ") == "void __stdcall beep()");
    CHECK(readable("??0Point@@QAE@HH@Z") == "__thiscall Point::Point(int, int)");
    CHECK(readable("??1Point@@UAE@XZ") == "virtual __thiscall Point::~Point()");
    CHECK(readable("??4Point@@QAEAAV0@ABV0@@Z") ==
          "class Point & __thiscall Point::operator=(const class Point &)");
    CHECK(readable("?scale@Shape@geo@@UBEXPBDAAV12@@Z") ==
          "virtual void __thiscall geo::Shape::scale(const char *, class geo::Shape &) const");
    CHECK(readable("?visit@@YAXP6GHH@Z0@Z") ==
          "void __cdecl visit(int (__stdcall *)(int), int (__stdcall *)(int))");
    CHECK(readable("?print@@YAXPBDZZ") == "void __cdecl print(const char *, ...)");
    CHECK(readable("?list@@YAXV?$vector@HV?$allocator@H@std@@@std@@@Z") ==
          "void __cdecl list(class std::vector<int, class std::allocator<int> >)");
    CHECK(readable("?count@@3HA") == "int count");
    CHECK(readable("??_7Point@@6B@") == "Point (vftable)");
    CHECK(read_export_name("?area@geometry@@YAHHH@Z").base == "area");
}

TEST_CASE("exports: a name of Microsoft's that is not understood stays as it is") {
    for (const char* name : {"?", "??", "?a", "?a@@", "?a@@Y", "?a@@YAH", "?a@@YA9@Z", "?$@@@@",
                             "?a@9@@YAXXZ", "?a@@YAX0@Z", "??__Ea@@YAXXZ"}) {
        CHECK(readable(name) == name);
    }
    CHECK_FALSE(read_microsoft_name("?" + std::string(5000, 'a') + "@@YAXXZ"));
    CHECK_FALSE(read_microsoft_name("?a@@YAX" + std::string(3000, 'P') + "H@Z"));
    // Short, and long when it is read.
    CHECK_FALSE(
        read_microsoft_name("?" + std::string(2000, 'a') + "@" + std::string(2000, '0') + "@3HA"));
}

}  // namespace decorated_name_test
