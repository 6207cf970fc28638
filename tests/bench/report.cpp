#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace bench {

namespace {

/// Characters, of which UTF-8's further bytes are none.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string formatted(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::ofstream open(const std::filesystem::path& file) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file);
    if (!out) throw std::runtime_error("cannot write " + file.string());
    return out;
}

}  // namespace

std::string machine() {
    std::ifstream facts("/proc/cpuinfo");
    int processors = 0;
    std::string model;
    bool is_virtual = false;
    for (std::string line; std::getline(facts, line);) {
        if (line.starts_with("model name")) {
            ++processors;
            model = line.substr(line.find(':') + 2);
        }
        is_virtual = is_virtual || line.find(" hypervisor ") != std::string::npos;
    }
    return std::to_string(processors) + " processors (" + model +
           (is_virtual ? ", a virtual machine" : "") + "), GCC " __VERSION__;
}

std::string in_digits(double value) {
    const double size = std::fabs(value);
    if (size >= 100) return formatted("%.0f", value);
    if (size >= 10) return formatted("%.1f", value);
    return formatted("%.2f", value);
}

std::string in_time(double nanoseconds) {
    if (nanoseconds >= 1e9) return in_digits(nanoseconds / 1e9) + " s";
    if (nanoseconds >= 1e6) return in_digits(nanoseconds / 1e6) + " ms";
    return in_digits(nanoseconds / 1e3) + " µs";
}

void Report::scenario(const std::string& name, const std::string& what) {
    scenario_ = name;
    json_["scenarios"][name] = {{"what", what}};
    std::printf("\n== %s: %s\n\n", name.c_str(), what.c_str());
}

void Report::table(const std::vector<std::vector<std::string>>& rows,
                   const std::string& name) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string space(widths[i] - width(row[i]), ' ');
            text += i == 0 ? row[i] + space : "   " + space + row[i];
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    std::printf("%s", text.c_str());
    std::fflush(stdout);
    if (!name.empty()) open(folder_ / name) << text << '\n' << origin_ << '\n';
}

void Report::note(const std::string& text) {
    json_["scenarios"][scenario_]["notes"].push_back(text);
    std::printf("%s\n", text.c_str());
}

void Report::keep(const Outcomes& outcomes) {
    for (const auto& outcome : outcomes) {
        auto& kept = json_["scenarios"][scenario_]["measured"][outcome.name];
        kept = {{"p50_ns", outcome.p50()},
                {"p99_ns", outcome.p99()},
                {"mean_ns", outcome.mean()},
                {"noise", outcome.noise()}};
        for (const auto& round : outcome.rounds)
            kept["rounds_p50_ns"].push_back(round.p50);
    }
}

void Report::keep(const std::string& key, const nlohmann::json& value) {
    json_["scenarios"][scenario_]["measured"][key] = value;
}

void Report::target(const std::string& what, double measured, const char* relation, double limit,
                    bool met) {
    const std::string figures =
        in_digits(measured) + " (" + relation + " " + in_digits(limit) + ")";
    targets_.push_back({scenario_, what, figures, met});
    json_["targets"].push_back({{"scenario", scenario_},
                                {"what", what},
                                {"measured", measured},
                                {"relation", relation},
                                {"limit", limit},
                                {"met", met}});
    std::printf("%-7s %s: %s\n", met ? "met" : "NOT MET", what.c_str(), figures.c_str());
    std::fflush(stdout);
}

void Report::at_most(const std::string& what, double measured, double limit) {
    target(what, measured, "at most", limit, measured <= limit);
}

void Report::at_least(const std::string& what, double measured, double limit) {
    target(what, measured, "at least", limit, measured >= limit);
}

void Report::columns(const std::string& name,
                     const std::vector<std::vector<std::string>>& rows) const {
    auto out = open(folder_ / name);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            out << (i == 0 ? "" : "\t") << row[i];
        out << '\n';
    }
}

void Report::finish() {
    if (!targets_.empty()) {
        std::printf("\n== Targets\n\n");
        std::vector<std::vector<std::string>> rows;
        for (const auto& one : targets_)
            rows.push_back(
                {one.scenario + ": " + one.what, one.figures, one.met ? "met" : "NOT MET"});
        table(rows, "targets.txt");
    }
    json_["origin"] = origin_;
    open(folder_ / "results.json") << json_.dump(2) << '\n';
    std::printf("\nAll figures: %s\n", (folder_ / "results.json").c_str());
}

}  // namespace bench
