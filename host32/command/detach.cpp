#include "host32/command/detach.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "os/process.hpp"

namespace bridge32::host {

namespace {

void print(std::FILE* stream, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

}  // namespace

int start_detached(const std::filesystem::path& host, std::vector<std::string> arguments) {
    os::ProcessOptions daemon;
    daemon.executable = host;
    daemon.arguments = std::move(arguments);
    daemon.own_session = true;
    auto child = os::ChildProcess::start(daemon);
    std::string out;
    std::string err;
    os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
        (from == os::Output::kErr ? err : out) += text;
        if (out.find('\n') == std::string::npos) return;
        print(stdout, out);
        std::_Exit(0);  // no destructor ends the child, which nobody's death concerns any more
    });
    const auto status = child.collect();
    print(stderr, err.empty() ? "the host ended with " + status.in_words() + "\n" : err);
    return status.known && !status.by_fault && status.code != 0 ? status.code : 1;
}

}  // namespace bridge32::host
