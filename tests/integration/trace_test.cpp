// Where BRIDGE32_TRACE is written, and what happens where it cannot be.
#include <doctest/doctest.h>

#include <algorithm>
#include <bridge32/values.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "bridge32/internal/text/path_text.hpp"
#include "integration/run_program.hpp"
#include "integration/support.hpp"

namespace trace_test {

namespace {

/// A program in `folder` whose host runs in `folder`/host.
test::Ran run_traced(const std::filesystem::path& folder, const std::string& trace) {
    std::filesystem::create_directories(folder / "host");
    bridge32::os::ProcessOptions options;
    options.arguments = {bridge32::detail::utf8_of(folder / "host")};
    options.environment = {{"BRIDGE32_TRACE", trace}};
    options.working_directory = folder;
    return test::run_program("traced", options);
}

}  // namespace

TEST_CASE("trace: client and host write into one file, also from different folders") {
    const test::TemporaryFolder folder;

    const auto ran = run_traced(folder.path(), "trace.json");

    CHECK(ran.code == 0);
    CHECK(ran.err == "");
    CHECK(std::filesystem::is_empty(folder.path() / "host"));
    std::ifstream file(folder.path() / "trace.json");
    const auto events = bridge32::Json::parse(file);
    const auto has = [&](const char* kind) {
        return std::any_of(events.begin(), events.end(), [&](const bridge32::Json& event) {
            return event.value("cat", "") == kind;
        });
    };
    CHECK(has("call"));
    CHECK(has("host call"));
}

TEST_CASE("trace: the program is told if it cannot be written, and continues") {
    const test::TemporaryFolder folder;

    const auto ran = run_traced(folder.path(), "no_such_folder/trace.json");

    CHECK(ran.code == 0);
    CHECK(ran.err.starts_with("bridge32: no trace is written: "));
    CHECK(ran.err.find("no_such_folder") != std::string::npos);
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
}

}  // namespace trace_test
