// Runs the tool as a user does, and keeps what it prints.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "os/process.hpp"
#include "tests/integration/support.hpp"

namespace test {

struct Ran {
    int code = -1;  ///< -1: it crashed
    std::string out;
    std::string err;

    bool says(std::string_view text) const { return out.find(text) != std::string::npos; }
    bool complains(std::string_view text) const { return err.find(text) != std::string::npos; }
    nlohmann::json json() const { return nlohmann::json::parse(out); }
};

using Environment = std::map<std::string, std::string>;

/// Runs a program until it ends.
Ran run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const Environment& environment = {},
                const std::filesystem::path& working_directory = {});

/// Runs `bridge32` with these arguments. It finds the plugins of the tests.
Ran tool(const std::vector<std::string>& arguments, const Environment& environment = {},
         const std::filesystem::path& working_directory = {});

/// A library of the tests.
std::string library(const std::string& name, int bits = 32);

std::string text_of(const std::filesystem::path& path);

void write(const std::filesystem::path& file, const std::string& content);
std::string read(const std::filesystem::path& file);

}  // namespace test
