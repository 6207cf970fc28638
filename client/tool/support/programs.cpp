#include "tool/support/programs.hpp"

#include "bridge32/error.hpp"
#include "os/kept_text.hpp"
#include "os/process.hpp"
#include "os/thread.hpp"

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
        os::Thread guard(
            [&] {
                if (!child.handle().wait(limit)) child.handle().kill();
            },
            os::Stack::kForOurs);
        os::KeptText out;
        os::KeptText err;
        os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
            (from == os::Output::kErr ? err : out).append(text);
        });
        guard.join();
        ran.out = out.text();
        ran.err = err.text();
        const auto status = child.collect();
        ran.ended = status.in_words();
        if (status.known && !status.by_fault) ran.code = status.code;
    } catch (const Error& e) {
        ran.err = e.what();
    }
    return ran;
}

}  // namespace bridge32::tool
