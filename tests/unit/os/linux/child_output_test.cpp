#include "os/child_output.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <string>

using namespace bridge32::os;

namespace {

struct Printed {
    std::string out;
    std::string err;
};

Printed read_all(const ChildProcess& child) {
    Printed printed;
    read_output_until_exit(child, [&](Output output, std::string_view text) {
        (output == Output::kOut ? printed.out : printed.err).append(text);
    });
    return printed;
}

ChildProcess shell(const std::string& script) {
    ProcessOptions options;
    options.executable = "/bin/sh";
    options.arguments = {"-c", script};
    return ChildProcess::start(options);
}

}  // namespace

TEST_CASE("child output: both streams come whole and apart, whatever their size") {
    auto child = shell("head -c 3000000 /dev/zero; echo err >&2; head -c 2000000 /dev/zero >&2");

    const auto printed = read_all(child);

    CHECK(printed.out == std::string(3'000'000, '\0'));
    CHECK(printed.err == "err\n" + std::string(2'000'000, '\0'));
    CHECK(child.collect().code == 0);
}

TEST_CASE("child output: what a child printed just before it died is not lost") {
    auto child = shell("printf last; kill -KILL $$");

    CHECK(read_all(child).out == "last");
    CHECK(child.collect().name() == "SIGKILL");
}

TEST_CASE("child output: a child that closes its streams is waited for all the same") {
    auto child = shell("exec >&- 2>&-; exit 5");

    CHECK(read_all(child).out.empty());
    CHECK_FALSE(child.handle().alive());
    CHECK(child.collect().code == 5);
}

TEST_CASE("child output: a grandchild that holds the streams is not waited for") {
    const auto start = std::chrono::steady_clock::now();
    auto child = shell("sleep 60 & echo $!; exit 0");

    const auto printed = read_all(child);

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
    REQUIRE_FALSE(printed.out.empty());
    ::kill(std::stoi(printed.out), SIGKILL);
    CHECK(child.collect().code == 0);
}
