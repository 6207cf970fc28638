// Random texts, read by the codec and by nlohmann/json.
#include "unit/codec/oracle.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <string>

namespace oracle_test {

using bridge32::test::Oracle;

namespace {

class Texts {
public:
    std::string number() {
        static const char* const kEdges[] = {"127",
                                             "128",
                                             "255",
                                             "256",
                                             "32767",
                                             "32768",
                                             "65535",
                                             "65536",
                                             "2147483647",
                                             "2147483648",
                                             "4294967295",
                                             "4294967296",
                                             "9223372036854775807",
                                             "9223372036854775808",
                                             "18446744073709551615",
                                             "18446744073709551616",
                                             "16777216",
                                             "16777217",
                                             "9007199254740992",
                                             "9007199254740993",
                                             "1.7976931348623157e308",
                                             "1.7976931348623159e308",
                                             "4.9e-324",
                                             "2.4e-324",
                                             "2.2250738585072011e-308",
                                             "3.4028235e38",
                                             "3.4028236e38",
                                             "1.4e-45",
                                             "7e-46",
                                             "1e-400",
                                             "1e400",
                                             "0",
                                             "2.0"};
        std::string text = below(3) == 0 ? "-" : "";
        if (below(2) == 0) return text + kEdges[below(std::size(kEdges))];
        text += below(4) == 0 ? "0" : digits(1 + below(24));
        if (below(2) == 0) text += '.' + digits(1 + below(20), true);
        if (below(3) == 0) {
            static const char* const kSigns[] = {"e", "E", "e+", "e-", "E-"};
            text += kSigns[below(std::size(kSigns))] + digits(1 + below(3), true);
        }
        return text;
    }

    std::string string() {
        static const char* const kParts[] = {"a",
                                             "plain text of some length",
                                             "\\n",
                                             "\\\"",
                                             "\\\\",
                                             "\\/",
                                             "\\u0000",
                                             "\\u00e4",
                                             "\\ud83d\\ude00",
                                             "ä",
                                             "日本",
                                             "😀",
                                             "\x7f",
                                             "$"};
        static const char* const kWrong[] = {"\\x",      "\\u12",        "\\ud800",          "\x80",
                                             "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\n",
                                             "\\"};
        std::string text = "\"";
        for (std::size_t i = below(6); i > 0; --i)
            text += kParts[below(std::size(kParts))];
        if (below(10) == 0) text += kWrong[below(std::size(kWrong))];
        return text + '"';
    }

    std::string value(int depth = 0) {
        switch (below(depth < 3 ? 7 : 4)) {
            case 0:
                return string();
            case 1: {
                static const char* const kWords[] = {"true", "false", "null", "nul", "True"};
                return kWords[below(std::size(kWords) - (below(10) == 0 ? 0 : 2))];
            }
            case 4:
                return list('[', ']', [&] { return value(depth + 1); });
            case 5:  // of numbers alone, and so a std::vector of them
                return list('[', ']', [&] { return number(); });
            case 6:
                return list('{', '}', [&] { return string() + ':' + value(depth + 1); });
            default:
                return number();
        }
    }

private:
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }

    std::string digits(std::size_t count, bool any_first = false) {
        std::string text;
        while (text.size() < count)
            text += static_cast<char>('0' + below(10));
        if (!any_first && text.front() == '0' && below(20) != 0) text.front() = '7';
        return text;
    }

    template <class Element>
    std::string list(char open, char close, const Element& element) {
        std::string text(1, open);
        const std::size_t count = below(4);
        for (std::size_t i = 0; i < count; ++i) {
            text += i == 0 ? "" : below(4) == 0 ? " ,\t" : ",";
            text += element();
        }
        if (below(30) == 0) text += ',';
        return text + close;
    }

    std::mt19937 engine_{32};
};

}  // namespace

TEST_CASE("codec: numbers of any form are read as nlohmann/json reads them, or refused") {
    Texts texts;
    for (int i = 0; i < 20'000; ++i) {
        const std::string complaint = Oracle::complaint(texts.number());
        REQUIRE_MESSAGE(complaint.empty(), complaint);
    }
}

TEST_CASE("codec: values of any form are read as nlohmann/json reads them, or refused") {
    Texts texts;
    for (int i = 0; i < 20'000; ++i) {
        const std::string complaint = Oracle::complaint(texts.value());
        REQUIRE_MESSAGE(complaint.empty(), complaint);
    }
}

}  // namespace oracle_test
