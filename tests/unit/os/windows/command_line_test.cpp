#include "os/windows/command_line.hpp"

#include <windows.h>

#include <doctest/doctest.h>
#include <shellapi.h>

#include <memory>
#include <string>
#include <vector>

#include "os/windows/api.hpp"
#include "support/system.hpp"

namespace windows_command_line_test {

using namespace bridge32;

namespace {

std::vector<std::string> split(const std::wstring& line) {
    int count = 0;
    const std::unique_ptr<wchar_t*, decltype(&::LocalFree)> words(
        ::CommandLineToArgvW(line.c_str(), &count), &::LocalFree);
    REQUIRE(words != nullptr);
    std::vector<std::string> arguments;
    for (int i = 0; i < count; ++i)
        arguments.push_back(os::utf8(words.get()[i]));
    return arguments;
}

/// The entries of an environment block.
std::vector<std::wstring> entries(const std::wstring& block) {
    std::vector<std::wstring> result;
    for (std::size_t at = 0; at < block.size() && block[at] != L'\0';) {
        result.emplace_back(block.c_str() + at);
        at += result.back().size() + 1;
    }
    return result;
}

}  // namespace

TEST_CASE("command line: arguments come back as they were, whatever is in them") {
    const std::vector<std::string> arguments{"plain",
                                             "two words",
                                             "",
                                             "\"",
                                             "a\"b",
                                             "\\",
                                             "C:\\dir\\",
                                             "C:\\with space\\",
                                             "\\\\\"",
                                             "tab\there",
                                             "\\\\server\\share",
                                             "trailing ",
                                             "a\\\\b",
                                             "\"quoted\"",
                                             "uñicödé 日本"};

    const auto line = os::command_line(L"C:\\Program Files\\host32.exe", arguments);

    auto expected = arguments;
    expected.insert(expected.begin(), "C:\\Program Files\\host32.exe");
    CHECK(split(line) == expected);
}

TEST_CASE("environment block: additions replace variables of the same name in any case") {
    test::set_environment("BRIDGE32_OF_TEST_Kept", "kept");
    test::set_environment("BRIDGE32_OF_TEST_Replaced", "old");

    const auto block = os::environment_block(
        {{"bridge32_of_test_replaced", "uñicödé = 日本"}, {"BRIDGE32_OF_TEST_A", ""}});

    std::vector<std::wstring> ours;
    for (const auto& entry : entries(block)) {
        const auto start = entry.substr(0, 17);
        if (::CompareStringOrdinal(start.c_str(), -1, L"BRIDGE32_OF_TEST_", -1, TRUE) == CSTR_EQUAL)
            ours.push_back(entry);
    }
    REQUIRE(ours.size() == 3);
    CHECK(ours[0] == L"BRIDGE32_OF_TEST_A=");
    CHECK(ours[1] == L"BRIDGE32_OF_TEST_Kept=kept");
    CHECK(ours[2].substr(ours[2].find(L'=')) == os::wide("=uñicödé = 日本"));
    CHECK(block.ends_with(std::wstring(2, L'\0')));
    test::set_environment("BRIDGE32_OF_TEST_Kept", std::nullopt);
    test::set_environment("BRIDGE32_OF_TEST_Replaced", std::nullopt);
}

}  // namespace windows_command_line_test
