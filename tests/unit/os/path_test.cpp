// The rules of both systems, on either.
#include "os/path.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace path_test {

using namespace bridge32::os;

namespace {

constexpr auto kPosix = PathRules::kPosix;
constexpr auto kWindows = PathRules::kWindows;

bool is_absolute_on(PathRules rules, std::string_view path) {
    return split_path(path, rules).absolute;
}

std::string root(PathRules rules, std::string_view path) {
    return std::string(split_path(path, rules).root);
}

std::vector<std::string> names(PathRules rules, std::string_view path) {
    const auto parts = split_path(path, rules);
    return {parts.names.begin(), parts.names.end()};
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("path: POSIX: what begins with a slash is absolute") {
    for (const char* path : {"/", "/a", "//a", "/../a"})
        CHECK_MESSAGE(is_absolute_on(kPosix, path), path);
    for (const char* path : {"", "a", "./a", "../a", "a/b", R"(C:\a)", R"(\\server\share)"})
        CHECK_MESSAGE(!is_absolute_on(kPosix, path), path);
}

TEST_CASE("path: POSIX: a path falls into its root and its names") {
    CHECK(root(kPosix, "/usr//lib/./a.so") == "/");
    CHECK(names(kPosix, "/usr//lib/./a.so") == Names{"usr", "lib", "a.so"});
    CHECK(root(kPosix, "a/../b/").empty());
    CHECK(names(kPosix, "a/../b/") == Names{"a", "..", "b"});
    CHECK(names(kPosix, R"(a\b)") == Names{R"(a\b)"});
    CHECK(names(kPosix, "/").empty());
}

TEST_CASE("path: POSIX: a normal path keeps its \"..\", which links may lead elsewhere") {
    CHECK(normal_path("/usr//lib/./../a/", kPosix) == "/usr/lib/../a");
    CHECK(normal_path("./a", kPosix) == "a");
    CHECK(normal_path(".", kPosix) == ".");
    CHECK(normal_path("/", kPosix) == "/");
    CHECK(normal_path("", kPosix).empty());
}

TEST_CASE("path: POSIX: two paths are joined") {
    CHECK(join_paths("/a", "b", kPosix) == "/a/b");
    CHECK(join_paths("/a/", "b/c", kPosix) == "/a/b/c");
    CHECK(join_paths("/", "b", kPosix) == "/b");
    CHECK(join_paths("/a", "/b", kPosix) == "/b");
    CHECK(join_paths("", "b", kPosix) == "b");
    CHECK(join_paths("a", "", kPosix) == "a");
    CHECK(join_paths("a", "..", kPosix) == "a/..");
}

TEST_CASE("path: Windows: a drive with a separator, a share and a device are absolute") {
    for (const char* path :
         {R"(C:\)", R"(C:\a)", "c:/a", R"(\\server\share)", R"(\\server\share\a)", "//server/share",
          R"(\\?\C:\a)", R"(\\?\UNC\server\share\a)", R"(\\.\pipe\bridge32)", R"(\\.\COM1)",
          R"(\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}\a)"}) {
        CHECK_MESSAGE(is_absolute_on(kWindows, path), path);
    }
}

TEST_CASE("path: Windows: what depends on a working directory or a drive is not absolute") {
    for (const char* path :
         {"", "a", R"(a\b)", R"(.\a)", R"(..\a)", "C:", "C:a", R"(C:a\b)", R"(\)", R"(\a)", "/a",
          R"(\\)", R"(\\server)", R"(\\server\)", R"(\\?\)", R"(\\?\UNC\server)", "1:/a"}) {
        CHECK_MESSAGE(!is_absolute_on(kWindows, path), path);
    }
}

TEST_CASE("path: Windows: a path falls into its root and its names") {
    CHECK(root(kWindows, R"(C:\a\b/c)") == R"(C:\)");
    CHECK(names(kWindows, R"(C:\a\b/c)") == Names{"a", "b", "c"});
    CHECK(root(kWindows, R"(C:\\a)") == R"(C:\)");
    CHECK(names(kWindows, R"(C:\\a)") == Names{"a"});
    CHECK(root(kWindows, "C:a") == "C:");
    CHECK(names(kWindows, "C:a") == Names{"a"});
    CHECK(root(kWindows, R"(\a)") == R"(\)");
    CHECK(root(kWindows, R"(\\server\share\a\b)") == R"(\\server\share\)");
    CHECK(names(kWindows, R"(\\server\share\a\b)") == Names{"a", "b"});
    CHECK(root(kWindows, R"(\\server\share)") == R"(\\server\share)");
    CHECK(names(kWindows, R"(\\server\share)").empty());
    CHECK(root(kWindows, "//server/share/a") == "//server/share/");
    CHECK(root(kWindows, R"(\\?\C:\a)") == R"(\\?\C:\)");
    CHECK(names(kWindows, R"(\\?\C:\a)") == Names{"a"});
    CHECK(root(kWindows, R"(\\?\unc\server\share\a)") == R"(\\?\unc\server\share\)");
    CHECK(names(kWindows, R"(\\?\unc\server\share\a)") == Names{"a"});
    CHECK(root(kWindows, R"(\\.\pipe\bridge32)") == R"(\\.\pipe\)");
    CHECK(names(kWindows, R"(C:\.\a\..\b)") == Names{"a", "..", "b"});
}

TEST_CASE("path: Windows: in a path with \\\\?\\ a slash and a dot are parts of names") {
    CHECK(names(kWindows, R"(\\?\C:\a/b\.\c)") == Names{"a/b", ".", "c"});
    CHECK(normal_path(R"(\\?\C:\a/b\..\c)", kWindows) == R"(\\?\C:\a/b\..\c)");
}

TEST_CASE("path: Windows: a normal path has backslashes, and no \"..\" that can be resolved") {
    CHECK(normal_path("C:/a/./b//c/", kWindows) == R"(C:\a\b\c)");
    CHECK(normal_path(R"(C:\a\..\..\b)", kWindows) == R"(C:\b)");
    CHECK(normal_path(R"(a\..\..\b)", kWindows) == R"(..\b)");
    CHECK(normal_path(R"(\\server\share\a\..\b\)", kWindows) == R"(\\server\share\b)");
    CHECK(normal_path(R"(\\server\share\..\..\b)", kWindows) == R"(\\server\share\b)");
    CHECK(normal_path("//server/share", kWindows) == R"(\\server\share)");
    CHECK(normal_path(R"(C:a\b)", kWindows) == R"(C:a\b)");
    CHECK(normal_path(R"(a\..)", kWindows) == ".");
    CHECK(normal_path(R"(C:\)", kWindows) == R"(C:\)");
}

TEST_CASE("path: Windows: two paths are joined") {
    CHECK(join_paths(R"(C:\a)", "b", kWindows) == R"(C:\a\b)");
    CHECK(join_paths("C:/a/", "b", kWindows) == "C:/a/b");
    CHECK(join_paths(R"(C:\a)", R"(D:\b)", kWindows) == R"(D:\b)");
    CHECK(join_paths(R"(C:\a)", R"(\\server\share\b)", kWindows) == R"(\\server\share\b)");
    CHECK(join_paths(R"(\\server\share)", "a", kWindows) == R"(\\server\share\a)");
    CHECK(join_paths(R"(\\server)", "share", kWindows) == R"(\\server\share)");
    CHECK(join_paths(R"(\\?\C:\a)", "b/c", kWindows) == R"(\\?\C:\a\b\c)");
    CHECK(join_paths("C:", "a", kWindows) == "C:a");
}

TEST_CASE("path: Windows: a path without a drive is joined to the folder's drive or share") {
    CHECK(join_paths(R"(C:\a)", R"(\b)", kWindows) == R"(C:\b)");
    CHECK(join_paths(R"(\\server\share\a)", R"(\b)", kWindows) == R"(\\server\share\b)");
    CHECK(join_paths("a", R"(\b)", kWindows) == R"(\b)");
    CHECK(join_paths(R"(C:\a)", "c:b", kWindows) == R"(C:\a\b)");
    CHECK(join_paths(R"(C:\a)", "D:b", kWindows) == "D:b");
}

TEST_CASE("path: any text has parts, and its normal path is normal") {
    constexpr std::string_view kLetters = R"(ab.:?/\UNC)";
    std::string text;
    for (unsigned number = 0; number < 100'000; ++number) {
        text.clear();
        for (unsigned left = number; left != 0; left /= 10)
            text += kLetters[left % 10];
        for (const auto rules : {kPosix, kWindows}) {
            const auto parts = split_path(text, rules);
            REQUIRE(text.starts_with(parts.root));
            const std::string normal = normal_path(text, rules);
            REQUIRE_MESSAGE(normal_path(normal, rules) == normal, text);
            REQUIRE_MESSAGE(split_path(normal, rules).absolute == parts.absolute, text);
        }
    }
}

TEST_CASE("path: a bare name has no folder") {
    CHECK(is_bare_name("my_lib"));
    CHECK(is_bare_name("my_lib.dll"));
    for (const char* path : {"", ".", "./a", "a/b", "a/", "/a"})
        CHECK_MESSAGE(!is_bare_name(path), path);
}

TEST_CASE("path: a list of folders is split, empty parts left out") {
    const std::string separator(1, kPathListSeparator);

    const auto paths = split_path_list(separator + "a" + separator + separator + "ü b" + separator);

    REQUIRE(paths.size() == 2);
    CHECK(utf8_of(paths[0]) == "a");
    CHECK(utf8_of(paths[1]) == "ü b");
    CHECK(split_path_list("").empty());
}

TEST_CASE("path: what is not there has no canonical path") {
    std::error_code error;

    CHECK(canonical_path("no such file", error).empty());
    CHECK(error);

    const auto here = canonical_path(".", error);

    CHECK_FALSE(error);
    CHECK(is_absolute(here));
    CHECK(absolute_path(".") == absolute_path(absolute_path(".")));
    CHECK(is_absolute(absolute_path("no such file")));
}

}  // namespace path_test
