// bridge32 doctor.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace doctor_test {

using test::Ran;
using test::text_of;
using test::tool;

TEST_CASE("doctor: hosts run on this machine") {
    const Ran ran = tool({"doctor"});
    const auto report = tool({"doctor", "--json"}).json();

    CHECK(ran.code == 0);
    CHECK(ran.says("bridge32 works here."));
    CHECK(report["works"] == true);
    CHECK(report["findings"][0]["what"] == "host32");
    CHECK(report["findings"][0]["state"] == "ok");
}

TEST_CASE("doctor: a missing host is a problem with a remedy") {
    const Ran ran = tool({"doctor"}, {{"BRIDGE32_HOST", text_of(test::kBin / "no_such_host")}});

    CHECK(ran.code == 1);
    CHECK(ran.says("does not exist"));
    CHECK(ran.says("->"));
    CHECK(ran.says("does not work here yet"));
}

}  // namespace doctor_test
