// The example of crashes in client/README.md.
#include <doctest/doctest.h>

#include <iostream>
#include <sstream>

#include "integration/faults.hpp"

namespace linux_faults_readme_test {

TEST_CASE("faults: the example in the client's README catches the crash and reports it") {
    const bridge32::Client c = test::client("crashes");
    std::ostringstream log;
    std::ostringstream text;
    std::string where;
    auto* const before = std::cerr.rdbuf(text.rdbuf());

    // [crash]
    try {
        c.call("segv");
    } catch (const bridge32::HostCrashed& e) {
        std::cerr << e.what() << '\n';           // for people
        log << e.report().dump() << '\n';        // the same as JSON
        where = e.module() + ": " + e.symbol();  // ".../crashes.b32.so: faults::segv()"
    }
    // [crash end]

    std::cerr.rdbuf(before);
    CHECK(where.ends_with("crashes.b32.so: faults::segv()"));
    CHECK(test::contains(text.str(), "while running crashes.segv"));
    CHECK(test::contains(log.str(), "SIGSEGV"));
}

}  // namespace linux_faults_readme_test
