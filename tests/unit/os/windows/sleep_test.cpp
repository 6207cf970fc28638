#include "os/sleep.hpp"

#include <windows.h>

#include <aclapi.h>
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/names.hpp"
#include "os/segment.hpp"
#include "os/windows/api.hpp"

namespace windows_sleep_test {

using namespace bridge32::os;

TEST_CASE("sleep: its events belong to their user alone") {
    std::atomic<std::uint32_t> word{0};
    std::atomic<std::uint32_t> events{0};
    const auto name = bridge32::unguessable_name();
    SleepingPlace place(word, events, name);
    place.sleep(0, std::chrono::milliseconds(1));

    const HANDLE event = ::OpenEventW(READ_CONTROL, FALSE, wide(name + "-0").c_str());
    REQUIRE(event != nullptr);
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD result = ::GetSecurityInfo(event, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION,
                                           nullptr, nullptr, &list, nullptr, &descriptor);
    ::CloseHandle(event);
    REQUIRE(result == ERROR_SUCCESS);

    REQUIRE(list != nullptr);  // none would let everybody in
    CHECK(list->AceCount == 1);
    ::LocalFree(descriptor);
}

}  // namespace windows_sleep_test
