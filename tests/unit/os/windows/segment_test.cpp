#include "os/segment.hpp"

#include <windows.h>

#include <aclapi.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <bridge32/error.hpp>
#include <cstring>
#include <string>

#include "base/names.hpp"
#include "os/windows/api.hpp"
#include "os/windows/segment_file.hpp"
#include "support/system.hpp"

namespace windows_segment_test {

using namespace bridge32;
using bridge32::unguessable_name;
using bridge32::os::Segment;

TEST_CASE("segment: what one mapping writes, another reads") {
    const auto name = unguessable_name();
    const auto made = Segment::create(name, 16384);
    CHECK(made.name() == name);
    CHECK(std::all_of(made.data(), made.data() + 16384,
                      [](std::byte b) { return b == std::byte{0}; }));

    const auto opened = Segment::map(name, os::open_segment(name));
    REQUIRE(opened.size() == 16384);
    std::memcpy(opened.data() + 16000, "end", 4);

    CHECK(std::memcmp(made.data() + 16000, "end", 4) == 0);
    CHECK(Segment::map(name, os::open_segment(name), 4096).size() == 4096);
    CHECK(Segment::map(name, opened.file(), 4096).size() == 4096);
}

TEST_CASE("segment: it belongs to its user alone") {
    const auto name = unguessable_name();
    const auto segment = Segment::create(name, 4096);
    const HANDLE object = ::OpenFileMappingW(READ_CONTROL, FALSE, os::wide(name).c_str());
    REQUIRE(object != nullptr);
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD result = ::GetSecurityInfo(object, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION,
                                           nullptr, nullptr, &list, nullptr, &descriptor);
    ::CloseHandle(object);
    REQUIRE(result == ERROR_SUCCESS);

    REQUIRE(list != nullptr);  // none would let everybody in
    CHECK(list->AceCount == 1);
    ::LocalFree(descriptor);
}

TEST_CASE("segment: a name is taken once, and free when the last mapping has gone") {
    const auto name = unguessable_name();
    {
        const auto first = Segment::create(name, 4096);
        CHECK_THROWS_AS(Segment::create(name, 4096), Error);
        CHECK(test::segments_named(name).size() == 1);
    }
    CHECK_THROWS_AS(os::open_segment(name), Error);
    CHECK(test::segments_named(name).empty());
    CHECK_NOTHROW(Segment::create(name, 4096));
}

TEST_CASE("segment: a size that nobody can map is an error that names it") {
    try {
        Segment::create(unguessable_name(), std::uint64_t{1} << 62);
        FAIL("did not throw");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find("4611686018427387904") != std::string::npos);
    }
}

}  // namespace windows_segment_test
