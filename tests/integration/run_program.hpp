// Programs of tests/integration/programs that run to their end.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "os/process.hpp"

namespace test {

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

/// Runs the program `name`, with what else `options` says.
inline Ran run_program(const std::string& name, bridge32::os::ProcessOptions options = {}) {
    namespace os = bridge32::os;
    options.executable = std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / os::executable_file(name);
    auto child = os::ChildProcess::start(options);
    Ran ran;
    os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
        (from == os::Output::kErr ? ran.err : ran.out) += text;
    });
    ran.code = child.collect().code;
    return ran;
}

}  // namespace test
