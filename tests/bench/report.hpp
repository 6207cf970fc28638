// What a run found: tables for people, JSON for programs, columns for gnuplot.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rounds.hpp"

namespace bench {

/// The machine and the compiler, for people.
std::string machine();
/// Three digits and a unit: "0.43 µs", "12.4 ms".
std::string in_time(double nanoseconds);
/// Three digits.
std::string in_digits(double value);

class Report {
public:
    /// `how` the run was made, for people.
    Report(std::filesystem::path folder, const std::string& how)
        : folder_(std::move(folder)), origin_(machine() + "; " + how) {}

    /// Begins a scenario: what follows belongs to it.
    void scenario(const std::string& name, const std::string& what);
    /// Prints it and, with a name, writes it to FOLDER/NAME.
    void table(const std::vector<std::vector<std::string>>& rows,
               const std::string& name = "") const;
    void note(const std::string& text);
    /// Keeps the rounds in the JSON.
    void keep(const Outcomes& outcomes);
    void keep(const std::string& key, const nlohmann::json& value);

    /// A target of the project's: `measured` is at most, or at least, `limit`.
    void at_most(const std::string& what, double measured, double limit);
    void at_least(const std::string& what, double measured, double limit);

    /// Lines for gnuplot: FOLDER/NAME.
    void columns(const std::string& name, const std::vector<std::vector<std::string>>& rows) const;
    /// Prints the targets again, all of them, and writes FOLDER/targets.txt and
    /// FOLDER/results.json.
    void finish();

private:
    struct Target {
        std::string scenario;
        std::string what;
        std::string figures;
        bool met;
    };
    void target(const std::string& what, double measured, const char* relation, double limit,
                bool met);

    std::filesystem::path folder_;
    std::string origin_;
    std::string scenario_;
    std::vector<Target> targets_;
    nlohmann::json json_ = nlohmann::json::object();
};

}  // namespace bench
