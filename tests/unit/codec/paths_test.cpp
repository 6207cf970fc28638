// Paths as arguments and results.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bridge32/internal/plugin/type_name.hpp"
#include "unit/codec/codec_test.hpp"

namespace paths_test {

using codec_test::read;
using codec_test::round_trip;
using codec_test::text_of;
using std::filesystem::path;

TEST_CASE("paths: a path is a string in UTF-8") {
    CHECK(text_of(path(u8"uñicödé 日本.dll")) == "\"uñicödé 日本.dll\"");
    CHECK(read<path>(R"("\u00fc/a")") == path(u8"ü/a"));
    CHECK(read<path>("\"\"").empty());
    CHECK(codec_test::refusal_of([] { read<path>("1"); }) == "expected a string, found 1");
    CHECK(bridge32::detail::type_name<path>() == "string");
}

TEST_CASE("paths: containers of them are arrays of strings") {
    CHECK(text_of(std::vector<path>{"a", "b"}) == R"(["a","b"])");
    CHECK(round_trip(std::optional<path>("a")) == path("a"));
    CHECK(bridge32::detail::type_name<std::vector<path>>() == "array of string");
}

}  // namespace paths_test
