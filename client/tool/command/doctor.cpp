// bridge32 doctor: does bridge32 work on this machine?
#include <algorithm>

#include "tool/command/tool.hpp"
#include "tool/report/machine_check.hpp"

namespace bridge32::tool {

namespace doctor_command {
namespace {

using State = Finding::State;

void show(Output& out, const std::vector<Finding>& findings) {
    for (const auto& finding : findings) {
        const Style style = finding.state == State::kGood   ? Style::kGood
                            : finding.state == State::kHint ? Style::kWarning
                                                            : Style::kBad;
        std::string begin = out.styled(style, text_of(finding.state));
        begin.append(9 - std::string_view(text_of(finding.state)).size(), ' ');
        out.paragraph(out.bold(finding.what + ".") + " " + finding.found, 9, begin);
        if (!finding.remedy.empty()) out.paragraph(finding.remedy, 12, "         -> ");
    }
    const bool works = std::none_of(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.state == State::kProblem;
    });
    out.line();
    out.line(works ? out.styled(Style::kGood, "bridge32 works here.")
                   : out.styled(Style::kBad, "bridge32 does not work here yet."));
}

}  // namespace
}  // namespace doctor_command

void add_doctor(Tool& tool) {
    using namespace doctor_command;
    auto& command = tool.command(
        "doctor", "Check whether bridge32 works on this machine, and say what to do if not",
        [&tool] {
            const auto findings = examine_machine();
            Report report = Report::array();
            bool works = true;
            for (const auto& finding : findings) {
                works = works && finding.state != State::kProblem;
                report.push_back({{"what", finding.what},
                                  {"state", text_of(finding.state)},
                                  {"found", finding.found}});
                if (!finding.remedy.empty()) report.back()["remedy"] = finding.remedy;
            }
            tool.print({{"works", works}, {"findings", report}},
                       [&] { show(tool.out(), findings); });
            return works ? kExitOk : kExitFailed;
        });
    command.footer(
        "hint: something is missing that only some users need. problem: bridge32 does not work.\n"
        "The exit code is 1 if there is a problem. The machine is not changed.");
}

}  // namespace bridge32::tool
