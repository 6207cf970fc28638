#include "hosting/plugin_file.hpp"

#include <doctest/doctest.h>

#include "unit/binary/test_files.hpp"

namespace windows_plugin_file_test {

using bridge32::hosting::FileIdentity;
using bridge32::hosting::identify;

TEST_CASE("plugin file: a file that takes another's place is another one") {
    const test_files::Folder folder;
    const auto first = folder.write("größe.dll", "first");
    const FileIdentity before = identify(first);
    CHECK(before == identify(first));
    CHECK(before.size == 5);

    const auto second = folder.write("second.dll", "other");
    CHECK_FALSE(identify(second) == before);
    std::filesystem::rename(second, first);

    CHECK_FALSE(identify(first) == before);
    CHECK(identify(folder.path() / "absent") == FileIdentity{});
}

}  // namespace windows_plugin_file_test
