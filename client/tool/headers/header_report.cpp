#include "tool/headers/header_report.hpp"

#include <algorithm>
#include <array>

#include "tool/headers/rules.hpp"

namespace bridge32::tool {

namespace {

constexpr std::size_t kShown = 8;

std::array<std::size_t, 4> counts_of(const HeaderContent& content) {
    std::array<std::size_t, 4> counts{};
    for (const auto& function : content.declared.functions)
        ++counts[static_cast<std::size_t>(verdict_on(function))];
    return counts;
}

std::string functions(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " function" : " functions");
}

/// "a, b, c and 12 more"
std::string some_of(const std::vector<std::string>& names) {
    std::string text;
    const std::size_t shown = std::min(names.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
    return text;
}

void add_lines(std::string& text, const std::string& title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text += title + "\n";
    const std::size_t shown = std::min(lines.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i)
        text += "  " + lines[i] + "\n";
    if (shown < lines.size()) {
        text += "  " + std::to_string(lines.size() - shown) + " more; --json lists them\n";
    }
}

}  // namespace

Report to_report(const HeaderFacts& facts, const HeaderContent& content) {
    const auto& declared = content.declared;
    Report report = {{"header", facts.header},
                     {"reader", facts.reader.clang.empty() ? "bridge32" : facts.reader.clang}};
    if (!facts.library.empty()) report["library"] = facts.library;
    if (!content.read_first.empty()) report["read_first"] = content.read_first;
    const auto counts = counts_of(content);
    for (const Verdict verdict :
         {Verdict::certain, Verdict::assumed, Verdict::missing, Verdict::refused})
        report["counts"][text_of(verdict)] = counts[static_cast<std::size_t>(verdict)];
    report["counts"]["left_out"] = content.left_out.size();
    Report& all = report["functions"] = Report::array();
    for (const auto& function : declared.functions) {
        Report one = {{"name", function.name}, {"verdict", text_of(verdict_on(function))}};
        const auto questions = questions_of(function);
        if (!questions.empty()) one["questions"] = questions;
        all.push_back(std::move(one));
    }
    Report& types = report["types_to_annotate"] = Report::array();
    for (const auto& [type, unlocked] : types_to_annotate(declared))
        types.push_back({{"type", type}, {"functions", unlocked}});
    Report& left_out = report["left_out"] = Report::array();
    for (const auto& one : content.left_out)
        left_out.push_back({{"name", one.name}, {"reason", one.reason}});
    report["errors"] = content.errors;
    if (!facts.library.empty()) {
        report["not_exported"] = facts.exports.not_exported;
        report["not_declared"] = facts.exports.not_declared;
        report["contradictions"] = facts.exports.contradictions;
    }
    report["differences"] = facts.differences;
    return report;
}

std::string summary_of(const HeaderFacts& facts, const HeaderContent& content) {
    const auto counts = counts_of(content);
    std::string text = facts.header + ": " + functions(content.declared.functions.size()) + ": " +
                       std::to_string(counts[0]) + " certain, " + std::to_string(counts[1]) +
                       " assumed, " + std::to_string(counts[2]) + " missing something, " +
                       std::to_string(counts[3]) + " refused\n";
    if (!content.read_first.empty()) {
        text +=
            "It was read with <" + content.read_first + "> before it, which it does not include.\n";
    }
    if (facts.reader.clang.empty()) text += "It was read without libclang.\n";
    if (!facts.reader.remedy.empty() && !(content.errors.empty() && content.left_out.empty())) {
        text += "libclang may read more of it. " + facts.reader.remedy + "\n";
    }
    add_lines(text, "Errors in the header:", content.errors);
    std::vector<std::string> lines;
    for (const auto& one : content.left_out)
        lines.push_back(one.name + ": " + one.reason);
    add_lines(text, "Left out:", lines);
    add_lines(text, "The library contradicts the header:", facts.exports.contradictions);
    if (!facts.exports.not_exported.empty()) {
        text += "The library does not export " + some_of(facts.exports.not_exported) + ".\n";
    }
    if (!facts.exports.not_declared.empty()) {
        text += "The header does not declare " + some_of(facts.exports.not_declared) + ".\n";
    }
    lines.clear();
    for (const auto& [type, unlocked] : types_to_annotate(content.declared)) {
        if (lines.size() == kShown) break;
        lines.push_back(type + ": " + functions(unlocked.size()) + ", " + some_of(unlocked));
    }
    add_lines(text,
              "Annotate these types in the file, then run this with --update, to unlock functions "
              "that miss nothing else:",
              lines);
    return text;
}

}  // namespace bridge32::tool
