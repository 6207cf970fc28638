// bridge32 interface: from C headers to an interface file.
#include "interface/interface.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "binary/image.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "tool/command/tool.hpp"
#include "tool/headers/any_reader.hpp"
#include "tool/headers/edits.hpp"
#include "tool/headers/header_report.hpp"
#include "tool/headers/rules.hpp"
#include "tool/support/files.hpp"

namespace bridge32::tool {

namespace interface_command {
namespace {

namespace fs = std::filesystem;
using interfaces::Platform;
using interfaces::Target;

struct Options {
    std::string header;
    std::string file;
    std::vector<std::string> clang_options;
    std::string library;
    std::string out = "-";
    std::string platform;
    std::string libclang;
    bool without_libclang = false;
    bool check = false;
    bool update = false;
};

constexpr Platform kOwnPlatform =
    binary::kNativeFormat == binary::Format::kPe ? Platform::windows_ : Platform::linux_;

Target target_of(const Options& options) {
    Target target{kOwnPlatform, 32};
    if (!options.library.empty()) {
        const auto image = binary::read_image(existing_file(options.library));
        if (image.bits != 32 || !image.is_library) {
            throw Error(options.library + " is " + image.description +
                        "; interface files are for 32-bit libraries.");
        }
        target.platform =
            image.format == binary::Format::kPe ? Platform::windows_ : Platform::linux_;
    }
    if (!options.platform.empty()) {
        const auto wanted = options.platform == "windows" ? Platform::windows_ : Platform::linux_;
        if (!options.library.empty() && wanted != target.platform) {
            throw WrongUsage(options.library + " is not a library for " + options.platform);
        }
        target.platform = wanted;
    }
    return target;
}

/// The file that is compared or updated.
struct Edited {
    std::string text;
    interfaces::Interface content;
};

std::optional<Edited> read_edited(const Options& options, Target target) {
    if (!options.check && !options.update) return std::nullopt;
    if (options.out == "-") {
        const std::string word = options.check ? "check" : "update";
        throw WrongUsage("name the interface file to " + word + ": --" + word + " FILE");
    }
    if (options.update && !fs::exists(detail::path_from_utf8(options.out))) return std::nullopt;
    std::string text = read_file(options.out);
    auto content = interfaces::parse(text, options.out, target);
    state_conventions(content);
    return Edited{std::move(text), std::move(content)};
}

/// The file may be named by -o, or behind --check or --update.
void take_file(Options& options) {
    std::string file = std::exchange(options.file, {});
    if (file.empty()) return;
    // What is behind -- comes here, too.
    if ((!options.check && !options.update) || file.starts_with('-')) {
        options.clang_options.insert(options.clang_options.begin(), std::move(file));
        return;
    }
    if (options.header.ends_with(".b32i")) std::swap(options.header, file);
    if (options.out != "-" && options.out != file) {
        throw WrongUsage("two interface files are named, " + file + " and " + options.out +
                         ": name one");
    }
    options.out = std::move(file);
}

int run(Tool& tool, Options options) {
    take_file(options);
    const Target target = target_of(options);
    const auto edited = read_edited(options, target);
    std::optional<LibraryNames> names;
    if (!options.library.empty()) {
        const auto file = existing_file(options.library);
        if (!binary::can_list_exports(file)) {
            throw Error("the exports of " + options.library + " cannot be read");
        }
        names.emplace(binary::exports_of(file));
    }
    HeaderOptions reading;
    reading.headers = {existing_file(options.header)};
    reading.target = target;
    reading.clang_options = options.clang_options;
    if (names) {
        reading.is_exported = [&](const std::string& name) { return names->find(name) != nullptr; };
    }
    const auto choice = options.without_libclang ? ReaderChoice::own : ReaderChoice::any;
    auto read = read_headers(reading, choice, detail::path_from_utf8(options.libclang));
    HeaderContent& content = read.content;
    auto& declared = content.declared;
    HeaderFacts facts{options.header, options.library, read.reader, {}, {}};
    declared.library.platform = target.platform;
    declared.library.name = library_name(detail::path_from_utf8(
        options.library.empty() ? fs::path(options.header).stem().string() : options.library));
    if (options.update && edited) keep_attributes(declared, edited->content);
    apply_rules(declared);
    if (names) facts.exports = hold_against(declared, *names);
    if (options.check) {
        facts.differences = differences(edited->content, declared);
        tool.print(to_report(facts, content), [&] {
            for (const auto& line : facts.differences)
                tool.out().line(line);
            if (facts.differences.empty()) tool.out().line("no differences");
        });
        return facts.differences.empty() && facts.exports.contradictions.empty() ? kExitOk
                                                                                 : kExitFailed;
    }
    leave_out_usual_conventions(declared);
    std::string text = interfaces::text_of(declared);
    if (options.update && edited) {
        auto placed = interfaces::parse(text, options.out, target);
        state_conventions(placed);
        text = keep_lines(text, placed, edited->text, edited->content);
    }
    Report report = to_report(facts, content);
    if (tool.json() && options.out == "-") {
        report["text"] = text;
    } else {
        write_file(options.out, text);
    }
    tool.print(report, [&] { std::fputs(summary_of(facts, content).c_str(), stderr); });
    return kExitOk;
}

}  // namespace
}  // namespace interface_command

void add_interface(Tool& tool) {
    using namespace interface_command;
    auto options = std::make_shared<Options>();
    auto& command =
        tool.command("interface", "Make an interface file from a C header: calls without a wrapper",
                     [&tool, options] { return run(tool, *options); });
    command.add_option("HEADER", options->header, "The library's header")->required();
    command.add_option("FILE", options->file,
                       "With --check and --update: the interface file, if -o does not name it");
    command.add_option("CLANG-OPTIONS", options->clang_options,
                       "After --: options of clang, such as -I FOLDER and -D NAME=VALUE");
    command
        .add_option("--library", options->library,
                    "The library: its names, decorations and ordinals are compared")
        ->type_name("FILE");
    command.add_option("-o,--out", options->out, "The interface file to write; \"-\" is stdout")
        ->capture_default_str()
        ->type_name("FILE");
    command
        .add_option("--platform", options->platform,
                    "Of the library, if it is not given: linux or windows")
        ->check(CLI::IsMember({"linux", "windows"}));
    auto* const check = command.add_flag(
        "--check", options->check,
        "Write nothing, and tell how the file behind it, the header and the library differ");
    command
        .add_flag("--update", options->update,
                  "Keep what was edited in the file behind it, where the header is still the same")
        ->excludes(check);
    auto* const libclang =
        command
            .add_option("--libclang", options->libclang,
                        "The libclang that reads the header; by default the newest that is found")
            ->type_name("FILE");
    command
        .add_flag("--without-libclang", options->without_libclang,
                  "Read the header with bridge32's own reader, as where there is no libclang")
        ->excludes(libclang);
    command.footer(
        "  bridge32 interface vendor.h --library vendor.dll -o vendor.b32i -- -I include\n"
        "  bridge32 interface vendor.h --check vendor.b32i\n"
        "\n"
        "Functions whose meaning is [[assumed]] or [[missing(\"…\")]] are marked in the file. "
        "With\n"
        "--check, the exit code is 1 if there are differences.");
}

}  // namespace bridge32::tool
