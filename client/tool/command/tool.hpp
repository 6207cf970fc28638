// The program: its subcommands, the command line they are added to, how they print and how they
// end. To add a subcommand, write command/NAME.cpp with add_NAME and list it in kSubcommands.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tool/command/exit_code.hpp"
#include "tool/support/arguments.hpp"
#include "tool/terminal/output.hpp"

namespace bridge32::tool {

class Tool {
public:
    Tool();

    /// Adds a subcommand. `run` returns the exit code, and may throw.
    CLI::App& command(const std::string& name, const std::string& summary,
                      std::function<int()> run);

    Output& out() noexcept { return out_; }
    bool json() const noexcept { return json_; }
    /// With --json, prints `report`; otherwise calls `show`.
    void print(const Report& report, const std::function<void()>& show);

    CLI::App& app() noexcept { return app_; }
    /// Parses the command line and runs the subcommand. A failed write to stdout is a failure.
    int run(std::vector<std::string> arguments);
    /// The arguments as they were typed, from what CLI11 parsed.
    static std::vector<std::string> words(std::vector<std::string> parsed);

    /// Reports an error on stderr, and with --json also on stdout.
    void complain(const std::exception& error);

private:
    int parse_and_run(const std::vector<std::string>& arguments);
    int run_guarded() noexcept;
    void complain(const std::string& type, const std::string& message);
    /// The message for a command line that CLI11 rejects.
    std::string problem_of(const CLI::ParseError& error) const;

    CLI::App app_;
    Output out_;
    bool json_ = false;
    std::string color_ = "auto";
    std::function<int()> chosen_;
};

void add_doctor(Tool& tool);
void add_inspect(Tool& tool);
void add_new(Tool& tool);
void add_list(Tool& tool);
void add_describe(Tool& tool);
void add_call(Tool& tool);
void add_repl(Tool& tool);
void add_stub(Tool& tool);
void add_interface(Tool& tool);
void add_wrap(Tool& tool);
void add_serve(Tool& tool);
void add_ps(Tool& tool);
void add_stop(Tool& tool);
void add_completion(Tool& tool);

/// In the order of --help.
inline constexpr auto kSubcommands = {
    add_doctor, add_inspect,   add_new,  add_list,  add_describe, add_call, add_repl,
    add_stub,   add_interface, add_wrap, add_serve, add_ps,       add_stop, add_completion};

}  // namespace bridge32::tool
