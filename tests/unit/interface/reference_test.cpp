// The examples of sdk/INTERFACES.md are read, and there is one for each attribute.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "interface/interface.hpp"
#include "interface/layout.hpp"
#include "interface/rules.hpp"

namespace interface_reference_test {

using namespace bridge32::interfaces;

namespace {

std::string content(const char* folder, const char* name) {
    const auto root = std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "..";
    std::ifstream file(root / folder / name, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool has_word(const std::string& text, const std::string& word) {
    const auto is_part = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) {
        const bool begins = at == 0 || !is_part(text[at - 1]);
        const std::size_t end = at + word.size();
        if (begins && (end == text.size() || !is_part(text[end]))) return true;
    }
    return false;
}

}  // namespace

TEST_CASE(
    "interface: the examples of the reference are read, and there is one for each attribute") {
    const std::string file = content("tests/unit/interface", "reference.b32i");
    const Target target{Platform::windows_, 32};

    const Interface all = parse(file, "reference.b32i", target);

    const std::string text = text_of(all);
    CHECK(text_of(parse(text, "again", target)) == text);
    const std::string document = content("sdk", "INTERFACES.md");
    for (const std::string_view name : attribute_names()) {
        const std::string word(name);
        CAPTURE(word);
        CHECK(has_word(file, word));
        CHECK(has_word(document, word));
    }
    CHECK(extent_of(*all.alias("RECORD"), target).size == 9);
    CHECK(extent_of(*all.tagged("header"), target) == Extent{16, 8});
    CHECK(layout_of(*all.tagged("mixed"), target).places[2].offset == 8);
    CHECK(all.function("VCorner")->signature.parameters[0].attributes.has("count"));
}

}  // namespace interface_reference_test
