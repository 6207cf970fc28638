#include "bridge32/library.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <string>

#include "hosting/host_table.hpp"
#include "unit/binary/test_files.hpp"

namespace library_test {

namespace {

using bridge32::CallingConvention;
using bridge32::Library;
using bridge32::detail::decorated_names;
using bridge32::detail::function_traits;
using bridge32::detail::utf8_of;

/// A library of tests/libraries.
std::string file(const std::string& name) { return utf8_of(test_files::library(name)); }

std::string failure(const std::function<void()>& action) {
    try {
        action();
    } catch (const bridge32::PluginError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("library: functions are called with the types that the signature gives") {
    const Library lib(file("plain"));

    CHECK(lib.function<std::int32_t(std::int32_t, std::int32_t)>("add")(1, 2) == 3);
    CHECK(lib.function<std::int64_t(std::int64_t, std::int64_t)>("add64")(1, 1LL << 40) ==
          (1LL << 40) + 1);
    CHECK(lib.function<double(double, double)>("scale")(2.0, 1.5) == 3.0);
    CHECK(lib.function<std::int32_t()>("version")() == 3);
    CHECK(std::string(lib.function<const char*()>("greeting")()) == "hello");
}

TEST_CASE("library: each calling convention is kept") {
    const Library lib(file("conventions"));
    const std::int32_t ten = 10;

    CHECK(lib.function<std::int32_t BRIDGE32_CDECL(std::int32_t)>("underscored")(1) == 2);
    for (int i = 0; i < 1000; ++i) {  // an unbalanced stack would not survive this
        CHECK(lib.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t)>(
                  "subtract_stdcall")(5, i) == 5 - i);
        CHECK(
            lib.function<std::int32_t BRIDGE32_FASTCALL(std::int32_t, std::int32_t, std::int32_t)>(
                "subtract_fastcall")(5, 3, i) == 2 - i);
        CHECK(lib.function<std::int32_t BRIDGE32_THISCALL(const std::int32_t*, std::int32_t)>(
                  "subtract_thiscall")(&ten, i) == 10 - i);
    }
    CHECK(lib.function<double BRIDGE32_STDCALL(double, double)>("average_stdcall")(1, 4) == 2.5);
}

TEST_CASE("library: a name that is exported decorated is found") {
    const Library lib(file("conventions"));

    CHECK(lib.has("underscored"));
    CHECK(lib.function<std::int32_t(std::int32_t)>("underscored")(41) == 42);
}

TEST_CASE("library: its own decorated name comes before a dependency's plain one") {
    const Library lib(file("conventions"));
    const std::int32_t value = 21;

    CHECK(lib.function<std::int32_t(const std::int32_t*)>("gamma")(&value) == 42);
}

TEST_CASE("library: the decorated names follow convention and argument bytes") {
    using Names = std::vector<std::string>;

    CHECK(decorated_names("f", CallingConvention::cdecl_, 8) == Names{"f", "_f", "f_"});
    CHECK(decorated_names("f", CallingConvention::stdcall_, 8) ==
          Names{"f", "f@8", "_f@8", "_f", "f_"});
    CHECK(decorated_names("f", CallingConvention::fastcall_, 12) ==
          Names{"f", "@f@12", "_f", "f_"});
}

TEST_CASE("library: a variable can be read and written") {
    const Library lib(file("plain"));

    lib.variable<std::int32_t>("counter") = 41;

    CHECK(lib.function<std::int32_t()>("count_up")() == 42);
    CHECK(lib.variable<std::int32_t>("counter") == 42);
}

TEST_CASE("library: a function keeps its library loaded") {
    const auto add =
        Library(file("plain")).function<std::int32_t(std::int32_t, std::int32_t)>("add");

    CHECK(add(20, 22) == 42);
    CHECK(add.get()(20, 22) == 42);
}

TEST_CASE("library: a missing symbol throws PluginError with file and name") {
    const Library lib(file("plain"));

    const std::string text = failure([&] { lib.function<int()>("subtract"); });

    CHECK(text == "the library `" + utf8_of(lib.path()) + "` does not export `subtract`");
    CHECK_FALSE(lib.has<int()>("subtract"));
}

TEST_CASE("function_traits: functions of every kind are taken apart") {
    struct Object {
        int plain(double) { return 0; }
        int constant(double) const noexcept { return 0; }
    };
    const auto lambda = [](double) { return 1; };
    const auto check = []<class F>(F) {
        using Traits = function_traits<F>;
        CHECK(std::is_same_v<typename Traits::result, int>);
        CHECK(std::is_same_v<typename Traits::arguments, std::tuple<double>>);
        CHECK(Traits::arity == 1);
        CHECK(Traits::argument_bytes == 8);
    };

    check(static_cast<int (*)(double)>(nullptr));
    check(static_cast<int (*)(double) noexcept>(nullptr));
    check(static_cast<int(BRIDGE32_STDCALL*)(double)>(nullptr));
    check(static_cast<int(BRIDGE32_FASTCALL*)(double)>(nullptr));
    check(static_cast<bridge32::detail::function_pointer<int BRIDGE32_THISCALL(double)>>(nullptr));
    check(&Object::plain);
    check(&Object::constant);
    check(lambda);
    check(Library(file("plain")).function<int(double)>("scale"));
    CHECK(std::is_same_v<function_traits<decltype(&Object::plain)>::class_type, Object>);
    CHECK_FALSE(bridge32::detail::KnownFunction<int>);
    CHECK_FALSE(bridge32::detail::KnownFunction<decltype([](auto) {})>);
}

TEST_CASE("function_traits: argument bytes are those of a 32-bit stack") {
    struct Three {
        char bytes[3];
    };
    using Pointer = int (*)(char, short, Three, double, std::int64_t);

    CHECK(function_traits<Pointer>::argument_bytes == 4 + 4 + 4 + 8 + 8);
    CHECK(function_traits<int (*)(const Three&)>::argument_bytes == sizeof(void*));
}

TEST_CASE("library: inside a host its search and its explanations are used") {
    struct InHost {
        explicit InHost(const std::string& folder) {
            bridge32::detail::host = &bridge32::hosting::host_table({});
            bridge32::detail::plugin_folder = folder;
        }
        ~InHost() {
            bridge32::detail::host = nullptr;
            bridge32::detail::plugin_folder.clear();
        }
    };
    const InHost in_host(utf8_of(test_files::library_folder()));
    const test_files::Folder folder;
    auto content = test_files::read(test_files::library("plain"));
    content.resize(content.size() / 4);
    const std::string cut = utf8_of(folder.write("cut" + test_files::suffix(), content));

    CHECK(Library("plain").path() == test_files::library("plain"));
    CHECK(failure([] {
              Library("plian");
          }).find("Did you mean `" + test_files::file_of("plain") + "`?") != std::string::npos);
    CHECK(failure([] { Library("second"); }).find("needs `" + test_files::file_of("third")) !=
          std::string::npos);
    CHECK(failure([&] { (void)Library(cut); }).find("damaged or truncated") != std::string::npos);
    CHECK(failure([] { Library("plain").function<int()>("ad"); }).find("Did you mean `add`?") !=
          std::string::npos);
}

}  // namespace library_test
