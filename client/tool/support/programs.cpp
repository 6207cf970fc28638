#include "tool/support/programs.hpp"

#include <thread>

#include "bridge32/error.hpp"
#include "os/process.hpp"

namespace bridge32::tool {

Ran run_captured(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds limit) {
    Ran ran;
    os::ProcessOptions options;
    options.executable = program;
    options.arguments = arguments;
    try {
        auto child = os::ChildProcess::start(options);
        ran.started = true;
        std::thread guard([&] {
            if (!child.handle().wait(limit)) child.handle().kill();
        });
        os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
            (from == os::Output::kErr ? ran.err : ran.out) += text;
        });
        guard.join();
        const auto status = child.collect();
        ran.ended = status.in_words();
        if (status.known && !status.by_fault) ran.code = status.code;
    } catch (const Error& e) {
        ran.err = e.what();
    }
    return ran;
}

}  // namespace bridge32::tool
