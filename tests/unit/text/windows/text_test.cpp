// Text that Windows itself converts.
#include "bridge32/text.hpp"

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "bridge32/internal/text/code_page.hpp"
#include "unit/codec/codec_test.hpp"

namespace windows_text_test {

using bridge32::CodePage;
using bridge32::from_utf8;
using bridge32::to_utf8;
using bridge32::Wide;
using codec_test::contains;
using codec_test::refusal_of;

TEST_CASE("text: the ansi page is the system's") {
    const CodePage page{::GetACP()};
    const std::string bytes = from_utf8("é", page);
    CHECK(from_utf8("é", CodePage::ansi) == bytes);
    CHECK(to_utf8(bytes, CodePage::ansi) == "é");
    CHECK(bridge32::detail::system_code_page() == ::GetACP());
}

TEST_CASE("text: pages that take no flags convert all the same") {
    for (const std::uint32_t number : {50220u, 54936u}) {
        const CodePage page{number};
        if (::IsValidCodePage(number) == 0) {  // Wine has fewer than Windows
            CHECK(contains(refusal_of([&] { from_utf8("a", page); }), "not installed"));
            continue;
        }
        CHECK(to_utf8(from_utf8("日本 a", page), page) == "日本 a");
    }
    if (::IsValidCodePage(50220) != 0) {
        CHECK(contains(refusal_of([] { from_utf8("😀", CodePage{50220}); }), "U+01F600"));
    }
}

TEST_CASE("text: a bad byte far into a text is found in time") {
    const std::string text(200'000, 'x');
    const auto start = std::chrono::steady_clock::now();

    const std::string refusal = refusal_of([&] { to_utf8(text + "\x93", CodePage::shift_jis); });

    CHECK(contains(refusal, "byte 0x93 at offset 200000"));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("text: characters are not replaced by similar ones") {
    // Windows would write "A" for a full-width letter and "?" for what it does not know.
    CHECK(contains(refusal_of([] { from_utf8("\uff21", CodePage{28595}); }), "U+FF21"));
    CHECK(contains(refusal_of([] { from_utf8("日", CodePage{28595}); }), "U+65E5"));
}

TEST_CASE("text: UTF-16 goes to Windows and comes back") {
    const Wide text("größer 日本 😀");

    CHECK(::lstrlenW(text.w_str()) == static_cast<int>(text.size()));
    std::wstring upper(text.w_str(), text.size());
    ::CharUpperBuffW(upper.data(), static_cast<DWORD>(upper.size()));
    CHECK(Wide(upper.data(), upper.size()).utf8() == "GRÖßER 日本 😀");
}

}  // namespace windows_text_test
