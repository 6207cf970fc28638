// bridge32 doctor on Linux.
#include <doctest/doctest.h>

#include "tool/support.hpp"

namespace linux_doctor_test {

using test::text_of;
using test::tool;

TEST_CASE("doctor: a host of another release is a problem") {
    test::TemporaryFolder folder;
    const auto host = folder.path() / "host32";
    test::write(host, "#!/bin/sh\necho '{\"version\":\"9.9.9\",\"bits\":32}'\n");
    std::filesystem::permissions(host, std::filesystem::perms::owner_all);

    const auto report = tool({"doctor", "--json"}, {{"BRIDGE32_HOST", text_of(host)}}).json();

    CHECK(report["works"] == false);
    CHECK(report["findings"][0]["state"] == "problem");
    CHECK(report["findings"][0]["found"].get<std::string>().find("another release") !=
          std::string::npos);
    CHECK(report["findings"][0].contains("remedy"));
}

}  // namespace linux_doctor_test
