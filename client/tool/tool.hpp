// What the subcommands of `bridge32` share: the command line they are added to, how they end,
// and how they print.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tool/terminal/output.hpp"

namespace bridge32::tool {

/// What a subcommand has to tell: text and --json are two ways to print one.
using Report = nlohmann::ordered_json;

/// The exit codes, as --help lists them.
enum ExitCode {
    kExitOk = 0,
    kExitFailed = 1,        ///< what was asked for did not succeed; stderr says why
    kExitWrongUsage = 2,    ///< the command line is wrong
    kExitMethodFailed = 3,  ///< the plugin's method answered with an error
    kExitHostCrashed = 4,   ///< the library ended its host
    kExitTimedOut = 5,
};

/// The command line is wrong in a way that only the subcommand can tell.
struct WrongUsage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The program: what its subcommands are added to.
class Tool {
public:
    Tool();

    /// Adds a subcommand, whose `run` returns the exit code. `run` may throw.
    CLI::App& command(const std::string& name, const std::string& summary,
                      std::function<int()> run);

    Output& out() noexcept { return out_; }
    bool json() const noexcept { return json_; }
    /// Prints `report` as JSON when that was asked for, else calls `show`.
    void print(const Report& report, const std::function<void()>& show);

    CLI::App& app() noexcept { return app_; }
    /// Parses the command line and runs what it asks for. What cannot be printed is a failure.
    int run(std::vector<std::string> arguments);
    /// A list of arguments as they were typed, from what CLI11 gives.
    static std::vector<std::string> words(std::vector<std::string> parsed);

    /// Tells of an error: on stderr, and as JSON on stdout where that was asked for.
    void complain(const std::exception& error);

private:
    int parse_and_run(const std::vector<std::string>& arguments);
    int run_guarded() noexcept;
    void complain(const std::string& type, const std::string& message);
    /// What to say of a command line that CLI11 does not accept.
    std::string problem_of(const CLI::ParseError& error) const;

    CLI::App app_;
    Output out_;
    bool json_ = false;
    std::string color_ = "auto";
    std::function<int()> chosen_;
};

// One function for each subcommand, in the source file of its name; add_hosts adds serve, ps, stop.
void add_doctor(Tool& tool);
void add_inspect(Tool& tool);
void add_new(Tool& tool);
void add_list(Tool& tool);
void add_describe(Tool& tool);
void add_call(Tool& tool);
void add_repl(Tool& tool);
void add_stub(Tool& tool);
void add_hosts(Tool& tool);
void add_completion(Tool& tool);

}  // namespace bridge32::tool
