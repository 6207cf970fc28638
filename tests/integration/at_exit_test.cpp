#include <doctest/doctest.h>

#include "integration/run_program.hpp"

namespace at_exit_test {

TEST_CASE("client: a static object calls while the program ends") {
    const auto ran = test::run_program("calls_at_exit");

    CHECK(ran.code == 0);
    CHECK(ran.out.starts_with("3"));
    CHECK(ran.err == "");
}

}  // namespace at_exit_test
