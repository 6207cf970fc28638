#include "os/file_access.hpp"

#include <windows.h>

#include <aclapi.h>
#include <doctest/doctest.h>
#include <sddl.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "os/windows/api.hpp"
#include "support/system.hpp"

namespace windows_file_access_test {

using bridge32::os::closed_file;
using bridge32::os::ClosedPath;
namespace fs = std::filesystem;

namespace {

/// ROOT/folder/file, for this user alone.
class Place {
public:
    Place() : root(bridge32::test::make_temporary_folder()) {
        folder = root / "folder";
        file = folder / "file";
        fs::create_directory(folder);
        std::ofstream(file) << "content";
        const std::wstring ours = L"(A;;GA;;;" + bridge32::os::own_sid() + L")";
        set(folder, ours);
        set(file, ours);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        std::error_code ignored;
        fs::remove_all(root, ignored);
    }

    /// Sets the access control list, and no inheritance.
    static void set(const fs::path& path, const std::wstring& entries) {
        PSECURITY_DESCRIPTOR descriptor = nullptr;
        REQUIRE(::ConvertStringSecurityDescriptorToSecurityDescriptorW(
                    (L"D:P" + entries).c_str(), SDDL_REVISION_1, &descriptor, nullptr) != 0);
        const bool done = ::SetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION, descriptor);
        ::LocalFree(descriptor);
        REQUIRE(done);
    }

    fs::path root;
    fs::path folder;
    fs::path file;
};

bool can_open(const fs::path& path, DWORD rights) {
    const HANDLE handle =
        ::CreateFileW(path.c_str(), rights, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                      nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return false;
    ::CloseHandle(handle);
    return true;
}

}  // namespace

TEST_CASE("file access: what its user alone can write to is closed, and held") {
    const Place place;
    {
        const auto closed = closed_file(place.file);
        CAPTURE(closed.text());
        REQUIRE(closed);
        CHECK(fs::equivalent(closed.path, place.file));
        CHECK(can_open(place.file, GENERIC_READ));
        CHECK_FALSE(can_open(place.file, GENERIC_WRITE));
        CHECK_FALSE(can_open(place.file, DELETE));
        CHECK_FALSE(can_open(place.folder, DELETE));
    }
    CHECK(can_open(place.file, GENERIC_WRITE));
    CHECK(can_open(place.folder, DELETE));
}

TEST_CASE("file access: what everybody can write to is named") {
    const Place place;
    const std::wstring all = L"(A;;GA;;;" + bridge32::os::own_sid() + L")(A;;GA;;;WD)";
    fs::path open = place.file;
    SUBCASE("the file") {}
    SUBCASE("its folder") { open = place.folder; }
    place.set(open, all);

    const auto closed = closed_file(place.file);

    CHECK(closed.refusal == ClosedPath::Refusal::kForeign);
    CHECK(closed.path.empty());
    CHECK(fs::equivalent(closed.at, open));
    CHECK(closed.found.find("can write to it") != std::string::npos);
}

TEST_CASE("file access: a folder, and what is not there, is no file") {
    const Place place;
    CHECK(closed_file(place.folder).refusal == ClosedPath::Refusal::kNotRegular);
    CHECK(closed_file(place.folder / "nothing").refusal == ClosedPath::Refusal::kUnknown);
}

}  // namespace windows_file_access_test
