#include "os/message_pump.hpp"

#include <doctest/doctest.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <objbase.h>

#include <thread>

#include "bridge32/error.hpp"

namespace windows_message_pump_test {

namespace {

constexpr UINT kQuestion = WM_APP + 1;

LRESULT CALLBACK answer(HWND window, UINT message, WPARAM word, LPARAM parameter) {
    return message == kQuestion ? 42 : ::DefWindowProcW(window, message, word, parameter);
}

/// A window of this thread that nobody sees.
HWND make_window() {
    WNDCLASSW its_class{};
    its_class.lpfnWndProc = answer;
    its_class.lpszClassName = L"bridge32-test";
    ::RegisterClassW(&its_class);
    return ::CreateWindowExW(0, its_class.lpszClassName, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr,
                             nullptr, nullptr);
}

APTTYPE apartment() {
    APTTYPE type{};
    APTTYPEQUALIFIER qualifier{};
    return FAILED(::CoGetApartmentType(&type, &qualifier)) ? APTTYPE_CURRENT : type;
}

}  // namespace

// Each on a thread of its own: what a thread has entered it stays in.

TEST_CASE("message pump: a thread in an apartment answers messages while it waits") {
    std::thread([] {
        bridge32::os::enter_apartment();
        bridge32::os::enter_apartment();
        CHECK((apartment() == APTTYPE_STA || apartment() == APTTYPE_MAINSTA));
        const HWND window = make_window();
        REQUIRE(window != nullptr);
        const HANDLE done = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
        DWORD_PTR result = 0;
        std::thread asker([&] {
            ::SendMessageTimeoutW(window, kQuestion, 0, 0, SMTO_NORMAL, 10'000, &result);
            ::SetEvent(done);
        });

        for (int i = 0; i < 100 && ::WaitForSingleObject(done, 0) != WAIT_OBJECT_0; ++i) {
            bridge32::os::wait_pumping(done, 10'000);
        }

        asker.join();
        CHECK(result == 42);
        ::PostMessageW(window, kQuestion, 0, 0);
        bridge32::os::pump_messages();
        MSG left;
        CHECK(::PeekMessageW(&left, window, kQuestion, kQuestion, PM_NOREMOVE) == 0);
        ::CloseHandle(done);
        ::DestroyWindow(window);
    }).join();
}

TEST_CASE("message pump: without an apartment messages are left alone") {
    std::thread([] {
        const HWND window = make_window();
        REQUIRE(window != nullptr);
        const HANDLE never = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
        ::PostMessageW(window, kQuestion, 0, 0);

        bridge32::os::wait_pumping(never, 1);
        bridge32::os::pump_messages();

        MSG left;
        CHECK(::PeekMessageW(&left, window, kQuestion, kQuestion, PM_REMOVE) != 0);
        ::CloseHandle(never);
        ::DestroyWindow(window);
    }).join();
}

TEST_CASE("message pump: a multithreaded apartment is not turned into the other") {
    std::thread([] {
        REQUIRE(SUCCEEDED(::CoInitializeEx(nullptr, COINIT_MULTITHREADED)));

        CHECK_THROWS_AS(bridge32::os::enter_apartment(), bridge32::Error);

        ::CoUninitialize();
    }).join();
}

}  // namespace windows_message_pump_test
