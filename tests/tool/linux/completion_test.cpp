// bridge32 completion on Linux.
#include <doctest/doctest.h>

#include "tool/support.hpp"

namespace linux_completion_test {

using test::text_of;

TEST_CASE("completion: the bash script completes commands, options, plugins and methods") {
    const auto complete = [](const std::string& words) {
        const std::string tool = text_of(test::kBin / "bridge32");
        const std::string script = "bridge32() { '" + tool +
                                   "' \"$@\"; }\n"
                                   "source <(bridge32 completion bash)\n"
                                   "COMP_WORDS=(bridge32 " +
                                   words +
                                   ") COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                   "_bridge32\necho \"${COMPREPLY[*]}\"\n";
        return test::run_program("/bin/bash", {"-c", script},
                                 {{"BRIDGE32_PLUGIN_PATH", text_of(test::kPlugins)}})
            .out;
    };

    CHECK(complete("ins") == "inspect\n");
    CHECK(complete("describe --mark") == "--markdown\n");
    CHECK(complete("describe instr") == "instrument\n");
    CHECK(complete("call echo echo_c_s") == "echo_c_string\n");
}

}  // namespace linux_completion_test
