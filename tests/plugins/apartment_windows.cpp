// A plugin whose library needs a COM apartment, and a window there that answers.
#include <windows.h>

#include <objbase.h>

#include <atomic>
#include <bridge32/plugin.hpp>
#include <thread>

namespace {

constexpr UINT kQuestion = WM_APP + 1;
constexpr LRESULT kAnswer = 42;
constexpr UINT kPatienceMs = 10'000;

LRESULT CALLBACK answer(HWND window, UINT message, WPARAM word, LPARAM parameter) {
    return message == kQuestion ? kAnswer : ::DefWindowProcW(window, message, word, parameter);
}

class Apartment : public bridge32::Plugin {
public:
    static constexpr auto apartment = bridge32::Apartment::sta;

    Apartment() {
        WNDCLASSW its_class{};
        its_class.lpfnWndProc = answer;
        its_class.lpszClassName = L"bridge32-test-apartment";
        ::RegisterClassW(&its_class);
        window_ = ::CreateWindowExW(0, its_class.lpszClassName, L"", 0, 0, 0, 0, 0, HWND_MESSAGE,
                                    nullptr, nullptr, nullptr);
        property("single_threaded", [] {
            APTTYPE type{};
            APTTYPEQUALIFIER qualifier{};
            return SUCCEEDED(::CoGetApartmentType(&type, &qualifier)) &&
                   (type == APTTYPE_STA || type == APTTYPE_MAINSTA);
        });
        // Answered when this thread waits for its next call, and not before.
        method("ask", [this] {
            asker_ = std::thread([this] {
                DWORD_PTR result = 0;
                ::SendMessageTimeoutW(window_, kQuestion, 0, 0, SMTO_NORMAL, kPatienceMs, &result);
                answer_.store(static_cast<int>(result));
            });
        });
        property("answer", [this] { return answer_.load(); });
    }
    Apartment(const Apartment&) = delete;
    Apartment& operator=(const Apartment&) = delete;
    ~Apartment() override {
        if (asker_.joinable()) asker_.join();
        ::DestroyWindow(window_);
    }

private:
    HWND window_;
    std::thread asker_;
    std::atomic<int> answer_{0};
};

}  // namespace

BRIDGE32_PLUGIN(Apartment)
