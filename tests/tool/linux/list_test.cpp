// bridge32 list, doctor and completion, as far as they are Linux's.
#include <doctest/doctest.h>

#include "tool/support.hpp"

using test::text_of;
using test::tool;

namespace {

std::string state(const nlohmann::json& report, const std::string& name) {
    for (const auto& one : report["plugins"]) {
        if (one["name"] == name && one["bits"] == 32) return one["state"];
    }
    return {};
}

}  // namespace

TEST_CASE("list: what others can write to is refused, and what crashes is said to") {
    namespace fs = std::filesystem;
    test::TemporaryFolder folder;
    const auto open_to_all = folder.path() / "mine.b32.so";
    fs::copy_file(test::kPlugins / "echo.b32.so", open_to_all);
    fs::permissions(open_to_all, fs::perms::others_write, fs::perm_options::add);
    fs::copy_file(test::library("crashes_when_loaded"), folder.path() / "boom.b32.so");
    const test::Environment environment{{"BRIDGE32_PLUGIN_PATH", text_of(folder.path())}};

    const auto report = tool({"list", "--json"}, environment).json();
    const auto unsafe = tool({"list", "--json", "--allow-unsafe-plugins"}, environment).json();

    CHECK(state(report, "mine") == "refused");
    CHECK(state(report, "boom") == "crashes");
    CHECK(state(unsafe, "mine") == "good");
}

TEST_CASE("doctor: a host of another release is a problem") {
    test::TemporaryFolder folder;
    const auto host = folder.path() / "host32";
    test::write(host, "#!/bin/sh\necho '{\"version\":\"9.9.9\",\"bits\":32}'\n");
    std::filesystem::permissions(host, std::filesystem::perms::owner_all);

    const auto report = tool({"doctor", "--json"}, {{"BRIDGE32_HOST", text_of(host)}}).json();

    CHECK(report["works"] == false);
    CHECK(report["findings"][0]["state"] == "problem");
    CHECK(report["findings"][0]["found"].get<std::string>().find("another release") !=
          std::string::npos);
    CHECK(report["findings"][0].contains("remedy"));
}

TEST_CASE("completion: bash completes commands, options, plugins and methods by the script") {
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
