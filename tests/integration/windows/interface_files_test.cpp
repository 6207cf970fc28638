// The interface files of samples/interfaces for Windows' own libraries: the 32-bit ones give what
// the 64-bit ones give this program. Those of other samples give what the samples print.
#include <windows.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include "integration/support.hpp"

namespace windows_interface_files_test {

namespace {

using bridge32::Json;

/// A function of a 64-bit library.
template <class F>
F* native(const char* library, const char* function) {
    const HMODULE loaded = LoadLibraryA(library);
    REQUIRE(loaded != nullptr);
    auto* const address = reinterpret_cast<void*>(GetProcAddress(loaded, function));
    REQUIRE(address != nullptr);
    return reinterpret_cast<F*>(address);
}

std::string utf8(const wchar_t* text) { return std::filesystem::path(text).string(); }

template <class Call>
std::string failure(const Call& call) {
    try {
        call();
    } catch (const bridge32::RemoteError& error) {
        return error.what();
    }
    return "no error";
}

std::vector<std::string>* pages = nullptr;
BOOL WINAPI add_page(LPWSTR page) {
    pages->push_back(utf8(page));
    return TRUE;
}

}  // namespace

TEST_CASE("interface files: kernel32 answers as in 64 bits") {
    auto c = test::client("kernel32");

    CHECK(c.call<int>("MulDiv", 2'000'000'000, 3, 4) == MulDiv(2'000'000'000, 3, 4));
    CHECK(c.call<unsigned>("GetVersion") == GetVersion());
    CHECK(c.call<int>("lstrlenA", "abc") == 3);
    CHECK(c.call<int>("lstrlenW", "gr\u00fc\u00df") == 4);
    const auto ticks = c.call<std::uint64_t>("GetTickCount64");
    CHECK(ticks <= GetTickCount64());
    CHECK(c.call<std::uint64_t>("GetTickCount64") >= ticks);
    CHECK(c.call<unsigned>("GetCurrentProcessId") == c.host_info().pid);

    wchar_t name[100];
    DWORD size = 100;
    REQUIRE(GetComputerNameW(name, &size) != 0);
    CHECK(c.call("GetComputerNameW", 100) ==
          Json{{"return", 1}, {"lpBuffer", utf8(name)}, {"nSize", size}});
    CHECK(failure([&] { c.call("GetComputerNameW", 1); }).find("error 111") != std::string::npos);
    LARGE_INTEGER frequency;
    REQUIRE(QueryPerformanceFrequency(&frequency) != 0);
    CHECK(c.call("QueryPerformanceFrequency") ==
          Json{{"return", 1}, {"lpFrequency", frequency.QuadPart}});

    const SYSTEMTIME date{2009, 2, 5, 13, 23, 31, 30, 250};
    FILETIME time;
    REQUIRE(SystemTimeToFileTime(&date, &time) != 0);
    const auto found = c.call("SystemTimeToFileTime", Json{{"wYear", 2009},
                                                           {"wMonth", 2},
                                                           {"wDayOfWeek", 5},
                                                           {"wDay", 13},
                                                           {"wHour", 23},
                                                           {"wMinute", 31},
                                                           {"wSecond", 30},
                                                           {"wMilliseconds", 250}});
    CHECK(found["lpFileTime"] ==
          Json{{"dwLowDateTime", time.dwLowDateTime}, {"dwHighDateTime", time.dwHighDateTime}});
    CHECK(c.call("FileTimeToSystemTime", found["lpFileTime"])["lpSystemTime"]["wMilliseconds"] ==
          250);

    std::vector<std::string> expected;
    pages = &expected;
    REQUIRE(EnumSystemCodePagesW(add_page, 1) != 0);
    std::vector<std::string> given;
    c.call(
        "EnumSystemCodePagesW",
        [&](const std::string& page) {
            given.push_back(page);
            return 1;
        },
        1);
    CHECK(given == expected);
    CHECK(std::find(given.begin(), given.end(), "1252") != given.end());
}

TEST_CASE("interface files: kernel32 writes and reads a file by handles") {
    auto c = test::client("kernel32");
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "gr\u00fcn.txt").string();
    const auto open = [&](const char* access, const char* how) {
        return c.call<bridge32::Handle<struct File>>("CreateFileW", path, c.get<unsigned>(access),
                                                     0, nullptr, c.get<int>(how), 0, nullptr);
    };

    CHECK(failure([&] { open("GENERIC_READ", "OPEN_EXISTING"); }).find("error 2") !=
          std::string::npos);
    const auto out = open("GENERIC_WRITE", "CREATE_ALWAYS");
    CHECK(c.call("WriteFile", out, bridge32::Bytes(std::string_view("some text")),
                 nullptr)["lpNumberOfBytesWritten"] == 9);
    c.call("CloseHandle", out);
    CHECK_THROWS_AS(c.call("CloseHandle", out), bridge32::InvalidArgument);

    const auto in = open("GENERIC_READ", "OPEN_EXISTING");
    CHECK(c.call("GetFileSizeEx", in)["lpFileSize"] == 9);
    using Read = std::tuple<int, bridge32::Bytes, unsigned>;
    const auto [status, bytes, count] = c.call<Read>("ReadFile", in, 100, nullptr);
    CHECK(status == 1);
    CHECK(count == 9);
    CHECK(bytes == bridge32::Bytes(std::string_view("some text")));
    c.call("CloseHandle", in);
}

TEST_CASE("interface files: winmm tells errors, and calls back from a thread of its own") {
    auto c = test::client("winmm");
    using Text = BOOL WINAPI(DWORD, LPSTR, UINT);
    char text[200]{};

    REQUIRE(native<Text>("winmm", "mciGetErrorStringA")(257, text, sizeof text) != 0);
    CHECK(c.call("mciGetErrorStringA", 257, 200) == Json{{"return", 1}, {"pszText", text}});
    const auto bad = c.call("mciSendStringA", "no such command", 100, nullptr);
    CHECK(bad["return"] ==
          native<DWORD WINAPI(LPCSTR, LPSTR, UINT, HWND)>("winmm", "mciSendStringA")(
              "no such command", text, sizeof text, nullptr));
    CHECK(c.call("timeGetDevCaps")["return"] == 0);
    CHECK(c.call("timeGetDevCaps")["ptc"]["wPeriodMin"] == 1);
    const auto before = c.call<std::uint32_t>("timeGetTime");
    CHECK(c.call<std::uint32_t>("timeGetTime") - before < 0x80000000U);

    std::atomic<unsigned> id{};
    const auto f =
        c.long_lived([&](unsigned its, unsigned, std::uint32_t, std::uint32_t) { id = its; });
    const auto timer = c.call<unsigned>("timeSetEvent", 1, 0, f, 0);
    CHECK(test::eventually([&] { return id == timer; }, std::chrono::seconds(40)));
}

TEST_CASE("interface files: version reads what a file says of itself") {
    auto c = test::client("version");
    char path[MAX_PATH];
    REQUIRE(GetSystemDirectoryA(path, sizeof path) != 0);
    const std::string file = std::string(path) + "\\kernel32.dll";
    DWORD unused = 0;
    const DWORD size = native<DWORD WINAPI(LPCSTR, LPDWORD)>("version", "GetFileVersionInfoSizeA")(
        file.c_str(), &unused);
    std::vector<char> block(size);
    REQUIRE(native<BOOL WINAPI(LPCSTR, DWORD, DWORD, LPVOID)>("version", "GetFileVersionInfoA")(
                file.c_str(), 0, size, block.data()) != 0);
    const auto query =
        native<BOOL WINAPI(LPCVOID, LPCSTR, LPVOID*, PUINT)>("version", "VerQueryValueA");
    const std::string product = "\\StringFileInfo\\040904B0\\ProductName";
    void* name = nullptr;
    UINT length = 0;
    REQUIRE(query(block.data(), product.c_str(), &name, &length) != 0);

    const auto wanted = c.call("GetFileVersionInfoSizeA", file)["return"].get<unsigned>();
    using Info = std::tuple<int, std::vector<std::uint16_t>>;
    const auto info = std::get<1>(c.call<Info>("GetFileVersionInfoA", file, 0, wanted));
    using Value = std::tuple<int, bridge32::Bytes, unsigned>;
    const auto its_name = std::get<1>(c.call<Value>("VerQueryValueA", info, product));
    const auto root = std::get<1>(c.call<Value>("VerQueryValueA", info, "\\"));

    CHECK(its_name == bridge32::Bytes(name, length));
    REQUIRE(root.size() == 52);
    CHECK(std::memcmp(root.data(), "\xbd\x04\xef\xfe", 4) == 0);
    CHECK(failure([&] { c.call("VerQueryValueA", info, "\\none"); }).find("returned 0") !=
          std::string::npos);
    CHECK_THROWS_AS(c.call("VerQueryValueA", std::vector<std::uint16_t>{4, 0}, "\\"),
                    bridge32::InvalidArgument);
}

TEST_CASE("interface files: the stdcall and Fortran libraries of the samples answer") {
    auto options = test::options();
    options.library_path = test::kBin / "plugins";
    const auto is_built = [&](const char* library) {
        return std::filesystem::exists(test::kBin / "plugins" / library);
    };

    if (is_built("calendar.dll")) {
        bridge32::Client c("calendar", options);
        CHECK(c.call<int>("DaysInMonth", 2000, 2) == 29);
        CHECK(c.call<int>("GetDayOfWeek", 1969, 7, 20) == 0);  // _GetDayOfWeek@12
        CHECK(c.call("SecondsToSystemTime", 1'234'567'890)["time"]["Year"] == 2009);
        CHECK(c.call<int>("EnumDays", 2024, 2, [](int, int day) { return day != 0 ? 1 : 0; }) == 4);
    }
    if (is_built("fortran_lib.dll")) {
        bridge32::Client c("fortran_lib", options);
        CHECK(c.call<int>("sum_8bit_", -50, 110) == 60);
        CHECK(c.call<double>("standard_deviation_", std::vector<double>{1, 2, 3}) == 1);
        CHECK(c.call<std::string>("reverse_string_", "hello world!", 12) == "!dlrow olleh");
    }
}

}  // namespace windows_interface_files_test
