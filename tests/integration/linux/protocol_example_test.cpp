// The client in Python that sdk/PROTOCOL.md begins with works as it stands there.
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "integration/support.hpp"

namespace linux_protocol_example_test {

namespace {

std::string python_block() {
    const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
    std::ifstream file(root / "sdk" / "PROTOCOL.md", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::string opening = "```python\n";
    const auto begin = text.find(opening);
    REQUIRE(begin != std::string::npos);
    const auto end = text.find("```\n", begin + opening.size());
    REQUIRE(end != std::string::npos);
    return text.substr(begin + opening.size(), end - begin - opening.size());
}

std::vector<std::string> lines_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::vector<std::string> lines;
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c != '\n') {
            line += static_cast<char>(c);
        } else {
            lines.push_back(std::exchange(line, {}));
        }
    }
    CHECK(::pclose(pipe) == 0);
    return lines;
}

}  // namespace

TEST_CASE("protocol: the document's client in Python calls a plugin") {
    if (lines_of("command -v python3 || true").empty()) {
        MESSAGE("[skipped] there is no python3");
        return;
    }
    const auto before = test::segments();
    const test::TemporaryFolder folder;
    const auto program = folder.path() / "tiny.py";
    std::ofstream(program) << python_block();
    const std::string host = (test::kBin / "host32").string();

    const auto lines =
        lines_of("python3 '" + program.string() + "' '" + host + "' my_lib add 1 2 2>&1");

    REQUIRE(lines.size() == 3);
    const auto opened = nlohmann::json::parse(lines[0]).at("result");
    CHECK(opened.at("bits") == 32);
    CHECK(opened.at("plugin").at("name") == "my_lib");
    CHECK(lines[1] == R"({"result": 3})");
    CHECK(lines[2] == R"({"result": null})");
    CHECK(test::no_segments_but(before));
}

}  // namespace linux_protocol_example_test
