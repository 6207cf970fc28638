#include "tool/command/tool.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <utility>

#include "bridge32/crash.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "bridge32/version.hpp"
#include "client/core/error_type.hpp"

namespace bridge32::tool {

namespace {

constexpr const char* kAbout =
    "Inspects 32-bit libraries, generates plugins for them, and calls those from the command "
    "line.\n"
    "\n"
    "  bridge32 doctor                       check that this machine can run 32-bit libraries\n"
    "  bridge32 inspect legacy.dll           show what a library is, and what it needs\n"
    "  bridge32 new my_lib --library FILE    generate a plugin project for it\n"
    "  bridge32 call my_lib add 1 2          call a method of the plugin\n";

constexpr const char* kExitCodes =
    "Exit codes: 0 success; 1 failure, and stderr says why; 2 wrong command line; 3 the\n"
    "plugin's method returned an error; 4 the library crashed its host; 5 timeout.";

// CLI11 splits "[1,2]" into two arguments. This prefix prevents that.
constexpr char kNotAList = '\x01';

int code_of(const std::exception& error) noexcept {
    if (dynamic_cast<const WrongUsage*>(&error) != nullptr) return kExitWrongUsage;
    if (dynamic_cast<const HostCrashed*>(&error) != nullptr) return kExitHostCrashed;
    if (dynamic_cast<const TimeoutError*>(&error) != nullptr) return kExitTimedOut;
    if (dynamic_cast<const RemoteError*>(&error) != nullptr) return kExitMethodFailed;
    return kExitFailed;
}

}  // namespace

Tool::Tool() : app_(kAbout, "bridge32") {
    app_.footer(kExitCodes);
    app_.set_version_flag("--version", "bridge32 " BRIDGE32_VERSION, "Print the version and exit");
    app_.set_help_flag("-h,--help", "Print this help, or that of a subcommand, and exit");
    app_.add_flag("--json", json_, "Print JSON instead of text");
    app_.add_option("--color", color_, "Use colours: auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.get_formatter()->column_width(34);
    for (const auto add : kSubcommands)
        add(*this);
}

CLI::App& Tool::command(const std::string& name, const std::string& summary,
                        std::function<int()> run) {
    CLI::App* const command = app_.add_subcommand(name, summary);
    command->fallthrough();
    command->final_callback([this, run = std::move(run)] { chosen_ = run; });
    return *command;
}

void Tool::print(const Report& report, const std::function<void()>& show) {
    if (!json_) return show();
    out_.line(json_text(report, 2));
}

void Tool::complain(const std::string& type, const std::string& message) {
    if (json_) {
        const Report report = {{"error", {{"type", type}, {"message", message}}}};
        out_.line(json_text(report, 2));
    }
    std::fprintf(stderr, "bridge32: %s\n", message.c_str());
}

void Tool::complain(const std::exception& error) {
    const bool usage = dynamic_cast<const WrongUsage*>(&error) != nullptr;
    complain(usage ? "WrongUsage" : client::error_type(error), error.what());
}

int Tool::run_guarded() noexcept {
    try {
        return chosen_();
    } catch (const std::exception& e) {
        complain(e);
        return code_of(e);
    }
}

std::vector<std::string> Tool::words(std::vector<std::string> parsed) {
    for (auto& word : parsed) {
        if (word.starts_with(kNotAList)) word.erase(0, 1);
    }
    return parsed;
}

std::string Tool::problem_of(const CLI::ParseError& error) const {
    const auto commands = app_.get_subcommands();
    if (!commands.empty()) {
        return std::string(error.what()) + "\nSee: bridge32 " + commands[0]->get_name() + " --help";
    }
    const auto words = app_.remaining();
    const auto unknown = std::find_if(words.begin(), words.end(),
                                      [](const auto& word) { return !word.starts_with('-'); });
    std::string problem = error.what();
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError)) {
        problem = "no command given";
        if (unknown != words.end()) {
            std::vector<std::string> names;
            for (const auto* command : app_.get_subcommands({}))
                names.push_back(command->get_name());
            const auto near = detail::nearest(*unknown, names);
            problem = "unknown command `" + *unknown + "`." +
                      (near.empty() ? "" : " " + detail::did_you_mean(near));
        }
    }
    return problem + "\nSee: bridge32 --help";
}

int Tool::parse_and_run(const std::vector<std::string>& arguments) {
    std::vector<const char*> pointers;
    for (const auto& argument : arguments)
        pointers.push_back(argument.c_str());
    try {
        app_.parse(static_cast<int>(pointers.size()), pointers.data());
    } catch (const CLI::ParseError& e) {
        // CLI11 throws for --help and --version, too.
        if (e.get_exit_code() == 0) return app_.exit(e);
        json_ = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
        complain("WrongUsage", problem_of(e));
        return kExitWrongUsage;
    }
    out_.set_color(color_);
    return run_guarded();
}

int Tool::run(std::vector<std::string> arguments) {
    for (auto& argument : arguments) {
        if (argument.starts_with('[')) argument.insert(argument.begin(), kNotAList);
    }
    const int code = parse_and_run(arguments);
    std::cout.flush();  // what CLI11 prints
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) return code;
    if (code == kExitOk) std::fputs("bridge32: cannot write to stdout\n", stderr);
    return code == kExitOk ? kExitFailed : code;
}

}  // namespace bridge32::tool
