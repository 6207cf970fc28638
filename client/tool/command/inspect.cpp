// bridge32 inspect: what is this library?
#include <algorithm>
#include <memory>

#include "bridge32/internal/text/path_text.hpp"
#include "tool/command/tool.hpp"
#include "tool/report/library_report.hpp"
#include "tool/support/files.hpp"
#include "tool/support/open_plugin.hpp"

namespace bridge32::tool {

namespace inspect_command {
namespace {

using detail::utf8_of;

constexpr std::size_t kExportsShown = 40;
constexpr std::size_t kFoldersShown = 12;

struct Options {
    std::string file;
    std::vector<std::string> library_path;
    bool all = false;
};

std::string kind_of(const LibraryFacts& facts) {
    const auto& image = facts.image;
    std::string text = image.description;
    if (!image.machine.empty()) text += ", for " + image.machine;
    if (image.is_dotnet) {
        text += image.dotnet_native_code ? ", managed and native code" : ", managed code";
        if (image.dotnet_any_cpu) text += " of any bitness (AnyCPU)";
        if (!image.dotnet_version.empty()) text += ", runtime " + image.dotnet_version;
    }
    return text;
}

std::string written_in(const LibraryFacts& facts) {
    if (facts.image.is_dotnet) return ".NET";
    if (facts.is_fortran) return facts.is_cpp ? "Fortran and C++" : "Fortran";
    return facts.is_cpp ? "C++" : "C or another language with undecorated names";
}

/// "8 bytes: two int, or one double"
std::string bytes_of_arguments(unsigned bytes) {
    if (bytes == 0) return "no arguments";
    const unsigned words = bytes / 4;
    std::string text = std::to_string(bytes) + " bytes of arguments: ";
    if (bytes % 4 != 0) return text + "of unusual types";
    text += words == 1 ? "one int or pointer" : std::to_string(words) + " int or pointers";
    if (words == 2) text += ", or one double";
    if (words > 2) text += " (a double or a 64-bit integer is two)";
    return text;
}

std::vector<std::string> export_row(const Output& out, const binary::Export& entry,
                                    const binary::ExportName& name) {
    std::string notes;
    const auto note = [&](const std::string& text) { notes += (notes.empty() ? "" : "; ") + text; };
    if (name.readable != name.name) note(name.readable);
    if (name.argument_bytes) {
        note(std::string(binary::text_of(name.convention)) + ", " +
             bytes_of_arguments(*name.argument_bytes));
    }
    if (!entry.forwarded_to.empty()) note("is " + entry.forwarded_to);
    const std::string shown =
        entry.name.empty() ? "(ordinal only: #" + std::to_string(entry.ordinal) + ")" : entry.name;
    return {shown, out.styled(Style::kDim, notes)};
}

void show_exports(Output& out, const LibraryFacts& facts, bool all) {
    const std::size_t count = facts.exports.size();
    out.line();
    if (!facts.exports_known) {
        out.line(out.bold("Exports") + "  cannot be read");
        return;
    }
    out.line(out.bold("Exports") + "  " + std::to_string(count) +
             (count == 1 ? " name" : " names"));
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < (all ? count : std::min(count, kExportsShown)); ++i)
        rows.push_back(export_row(out, facts.exports[i], facts.names[i]));
    out.table(rows, false, 2);
    if (rows.size() < count) {
        out.line("  " + std::to_string(count - rows.size()) + " more; --all shows them");
    }
}

void show_folders(Output& out, const binary::Paths& folders, bool all) {
    std::string text = "searched ";
    const std::size_t shown = all ? folders.size() : std::min(folders.size(), kFoldersShown);
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + utf8_of(folders[i]);
    if (shown < folders.size()) text += " and " + std::to_string(folders.size() - shown) + " more";
    out.paragraph(text, 6);
}

void show_needs(Output& out, const LibraryFacts& facts, bool all) {
    out.line();
    out.line(out.bold("Needs"));
    if (facts.needs.empty()) out.line("  no other library");
    for (const Need& need : facts.needs) {
        const bool good = need.state == Need::State::kFound || need.state == Need::State::kOfSystem;
        // What the system's own libraries need matters only if it is missing.
        if (good && !need.direct && !all) continue;
        const std::string bits =
            need.image.bits == 0 ? "" : " (" + std::to_string(need.image.bits) + "-bit)";
        out.line("  " + out.styled(good ? Style::kGood : Style::kBad, good ? "ok " : "!! ") +
                 need.name + "  " +
                 (need.state == Need::State::kFound ? utf8_of(need.path) + bits
                                                    : std::string(text_of(need.state))) +
                 (need.direct ? "" : out.styled(Style::kDim, "  needed by " + need.needed_by)));
        if (need.state == Need::State::kWrongBits) {
            out.paragraph(
                utf8_of(need.path) + " is " + need.image.description + " and cannot be used.", 6);
        }
        if (!good) {
            show_folders(out, need.searched, all);
            out.paragraph(need.advice, 6);
        }
    }
}

void show(Output& out, const LibraryFacts& facts, bool all) {
    out.line(out.bold(utf8_of(facts.file)));
    std::vector<std::vector<std::string>> rows{{"what", kind_of(facts)}};
    if (facts.image.bits != 0) {
        rows.push_back({"written in", written_in(facts)});
        if (!facts.version.empty()) rows.push_back({"version", facts.version});
        rows.push_back({"COM server", facts.is_com_server ? "yes" : "no"});
    }
    if (facts.size != 0) rows.push_back({"size", bytes_in_words(facts.size)});
    out.table(rows, false, 2);
    if (facts.image.is_library && !facts.image.is_damaged) {
        if (!facts.image.is_dotnet || !facts.exports.empty()) show_exports(out, facts, all);
        show_needs(out, facts, all);
    }
    out.line();
    out.line(out.bold("What to do next"));
    for (const auto& advice : advice_for(facts))
        out.paragraph(advice, 4, "  - ");
}

}  // namespace
}  // namespace inspect_command

void add_inspect(Tool& tool) {
    using namespace inspect_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command(
        "inspect", "Show a library's bitness, exports and dependencies, and what is missing",
        [&tool, options] {
            const auto facts =
                examine(existing_file(options->file), paths_of(options->library_path));
            tool.print(to_report(facts), [&] { show(tool.out(), facts, options->all); });
            return facts.complete() ? kExitOk : kExitFailed;
        });
    command.add_option("FILE", options->file, "The library: a .dll or .so of any bitness")
        ->required();
    command
        .add_option("--library-path", options->library_path,
                    "Search this folder, too, for dependencies; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FOLDER");
    command.add_flag("--all", options->all, "Show all exports and all indirect dependencies");
    command.footer(
        "Reads Linux and Windows libraries on either system, and loads nothing.\n"
        "The exit code is 0 if a host could load the library, otherwise 1.");
}

}  // namespace bridge32::tool
