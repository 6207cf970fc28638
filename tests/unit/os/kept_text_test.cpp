#include "os/kept_text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace kept_text_test {

using bridge32::os::KeptText;

namespace {

constexpr std::size_t kKept = KeptText::kKept;

std::string kept(const std::string& text, std::size_t piece) {
    KeptText all;
    for (std::size_t at = 0; at < text.size(); at += piece)
        all.append(std::string_view(text).substr(at, piece));
    return all.text();
}

}  // namespace

TEST_CASE("kept text: what fits is kept as it is") {
    CHECK(KeptText().text() == "");
    for (const std::size_t size : {std::size_t{1}, kKept, kKept + 1, 2 * kKept}) {
        const std::string text = std::string(size - 1, 'x') + "y";
        for (const std::size_t piece : {size, std::size_t{65536}, std::size_t{4097}}) {
            CAPTURE(size);
            CAPTURE(piece);
            CHECK((kept(text, piece) == text));
        }
    }
}

TEST_CASE("kept text: of more, the beginning and the end, and how much is missing") {
    for (const std::size_t missing : {std::size_t{1}, kKept, 10 * kKept + 7}) {
        const std::string begin = "begin" + std::string(kKept - 5, 'b');
        const std::string end = std::string(kKept - 3, 'e') + "end";
        const std::string text = begin + std::string(missing, 'm') + end;
        for (const std::size_t piece : {text.size(), kKept + 1, std::size_t{65536}}) {
            CAPTURE(missing);
            CAPTURE(piece);
            CHECK((kept(text, piece) == begin + "\n[bridge32: " + std::to_string(missing) +
                                            " bytes are left out here]\n" + end));
        }
    }
}

}  // namespace kept_text_test
