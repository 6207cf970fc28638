#include "tests/tool/support.hpp"

#include <fstream>
#include <sstream>

#include "bridge32/internal/text/path_text.hpp"
#include "os/process.hpp"

namespace test {

namespace os = bridge32::os;

Ran run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const Environment& environment, const std::filesystem::path& working_directory) {
    os::ProcessOptions options;
    options.executable = program;
    options.arguments = arguments;
    options.environment = environment;
    options.working_directory = working_directory;
    auto child = os::ChildProcess::start(options);
    Ran ran;
    os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
        (from == os::Output::kErr ? ran.err : ran.out) += text;
    });
    const auto status = child.collect();
    if (status.known && !status.by_fault) ran.code = status.code;
    return ran;
}

std::string text_of(const std::filesystem::path& path) { return bridge32::detail::utf8_of(path); }

Ran tool(const std::vector<std::string>& arguments, const Environment& environment,
         const std::filesystem::path& working_directory) {
    Environment all = environment;
    all.emplace("BRIDGE32_PLUGIN_PATH", text_of(kPlugins));
    return run_program(kBin / os::executable_file("bridge32"), arguments, all, working_directory);
}

std::string library(const std::string& name, int bits) {
#if defined(_WIN32)
    const std::string file = "lib" + name + ".dll";
#else
    const std::string file = "lib" + name + ".so";
#endif
    return text_of(kLibraries / std::to_string(bits) / file);
}

void write(const std::filesystem::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
}

std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace test
