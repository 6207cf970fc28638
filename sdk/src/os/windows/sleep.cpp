#include "os/sleep.hpp"

#include <windows.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/times.hpp"
#include "os/message_pump.hpp"
#include "os/windows/api.hpp"

namespace bridge32::os {

namespace {

constexpr unsigned kEvents = 32;
DWORD milliseconds(std::chrono::nanoseconds timeout) {
    // INFINITE is no time.
    timeout = std::min<std::chrono::nanoseconds>(timeout, times::kLongestWait);
    return static_cast<DWORD>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count());
}

}  // namespace

struct SleepingPlace::Events {
    std::wstring name;
    std::array<std::atomic<HANDLE>, kEvents> handles{};

    explicit Events(const std::string& base) : name(wide(base)) {}
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;
    ~Events() {
        for (auto& handle : handles)
            if (handle.load() != nullptr) ::CloseHandle(handle.load());
    }

    /// The event of that number, or null. Both sides make it: whoever comes first. An event
    /// resets itself when it has woken its one sleeper.
    HANDLE get(unsigned number) noexcept {
        HANDLE handle = handles[number].load();
        if (handle != nullptr) return handle;
        try {
            const std::wstring full = name + L"-" + std::to_wstring(number);
            handle = ::CreateEventW(user_only(), FALSE, FALSE, full.c_str());
        } catch (const std::exception&) {
            return nullptr;
        }
        HANDLE before = nullptr;
        if (handle != nullptr && !handles[number].compare_exchange_strong(before, handle)) {
            ::CloseHandle(handle);
            handle = before;
        }
        return handle;
    }
};

SleepingPlace::SleepingPlace(std::atomic<std::uint32_t>& word, std::atomic<std::uint32_t>& events,
                             const std::string& name)
    : word_(&word), events_(&events), handles_(std::make_shared<Events>(name)) {}

// The sleeper sets its bit and then looks at the word; the waker changes the word and then looks at
// the bits. So one of them sees the other. An event that was set too late for one sleeper
// makes the next one return early, which it may.
void SleepingPlace::sleep(std::uint32_t seen, std::chrono::nanoseconds timeout) noexcept {
    if (timeout.count() <= 0) return;
    std::uint32_t taken = events_->load();
    unsigned number = 0;
    do {
        number = static_cast<unsigned>(std::countr_one(taken));
    } while (number < kEvents && !events_->compare_exchange_weak(taken, taken | 1U << number));
    if (number >= kEvents) {
        ::Sleep(DWORD{times::kSleepWithoutEvent.count()});
        return;
    }
    const HANDLE event = handles_->get(number);
    if (event == nullptr) {
        ::Sleep(DWORD{times::kSleepWithoutEvent.count()});
    } else if (word_->load() == seen) {
        wait_pumping(event, milliseconds(timeout));
    }
    events_->fetch_and(~(1U << number));
}

void SleepingPlace::wake() noexcept {
    for (std::uint32_t left = events_->load(); left != 0; left &= left - 1) {
        const HANDLE event = handles_->get(static_cast<unsigned>(std::countr_zero(left)));
        if (event != nullptr) ::SetEvent(event);
    }
}

void yield() noexcept { ::SwitchToThread(); }

unsigned usable_processors() noexcept {
    DWORD_PTR usable = 0;
    DWORD_PTR present = 0;
    if (::GetProcessAffinityMask(::GetCurrentProcess(), &usable, &present) == 0) return 1;
    const int count = std::popcount(usable);
    return count > 0 ? static_cast<unsigned>(count) : 1;
}

}  // namespace bridge32::os
