#include "tool/wrap/pe_entry.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/unit/binary/test_files.hpp"

namespace pe_entry_test {

using namespace bridge32::tool;

TEST_CASE("pe entry: pe_entry.hpp is pe_entry.S, assembled") {
    const test_files::Folder folder;
    const std::string command = "cd '" + folder.path().string() + "' && as --64 -o entry.o '" +
                                (test_files::library_folder() / "pe_entry.S").string() +
                                "' && objcopy -O binary -j .text entry.o entry.bin";
    if (std::system("command -v as objcopy >/dev/null") != 0) {
        MESSAGE("[skipped] there is no assembler");
        return;
    }
    REQUIRE(std::system(command.c_str()) == 0);

    const auto code = test_files::read(folder.path() / "entry.bin");

    CHECK(std::vector<std::uint8_t>(code.begin(), code.end()) ==
          std::vector<std::uint8_t>(kPeEntry.begin(), kPeEntry.end()));
}

}  // namespace pe_entry_test
