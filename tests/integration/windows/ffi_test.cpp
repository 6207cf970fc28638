// Interface files of libraries that every Windows has.
#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <string>

#include "integration/support.hpp"

namespace windows_ffi_test {

namespace {

bridge32::Client with(const std::string& library, const std::string& declarations) {
    bridge32::ClientOptions options;
    options.kwargs = {{"interface", "interface 1; library \"" + library +
                                        "\" { convention stdcall; }" + declarations}};
    return bridge32::Client("ffi", options);
}

template <class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const bridge32::Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ffi: a function is called by the number that it is exported as") {
    auto c = with("ws2_32", R"(
        unsigned short swapped(unsigned short x) [[ordinal(9)]];
        int no_function(int x) [[ordinal(60000)]];)");

    CHECK(c.call<int>("swapped", 0x1234) == 0x3412);  // htons
    const std::string text = message_of([&] { c.call("no_function", 1); });
    CAPTURE(text);
    CHECK(has(text, "`no_function`"));
    CHECK(has(text, "60000"));
}

TEST_CASE("ffi: GetLastError is that of the call, and says why a function has failed") {
    auto c = with("kernel32", R"(
        void SetLastError(DWORD code);
        DWORD GetLastError(void);
        BOOL DeleteFileW(LPCWSTR name [[path]]) [[fails(result == 0), last_error]];
        HANDLE OpenEventA(DWORD access, BOOL inherit, LPCSTR name) [[fails(result == 0), last_error]];)");

    const std::string text = message_of([&] { c.call("DeleteFileW", "Z:\\not\\there"); });
    CAPTURE(text);
    CHECK(has(text, "DeleteFileW failed: it returned 0: Windows error 3"));
    CHECK(has(message_of([&] { c.call("OpenEventA", 0x100000, 0, "not there"); }),
              "OpenEventA failed: it returned 0: Windows error 2"));
    c.call("SetLastError", 1234);
    CHECK(c.call<int>("GetLastError") == 1234);  // nothing of ours in between has changed it
}

TEST_CASE("ffi: an exception that leaves a DLL with a run-time of its own ends the host by name") {
    bridge32::ClientOptions options;
    options.kwargs = {{"interface", "interface 1; library \"throws\" { } int throws(int what);"},
                      {"library", (test::kLibraries / "32" / "libthrows.dll").string()}};
    bridge32::Client c("ffi", options);

    CHECK(c.call<int>("throws", 2) == 2);
    std::string text;
    try {
        c.call("throws", 0);
    } catch (const bridge32::HostCrashed& crash) {
        text = crash.what();
    }
    CAPTURE(text);
    CHECK(has(text, "ffi.throws"));
}

}  // namespace windows_ffi_test
