// bridge32 wrap: a 64-bit library that takes the place of a 32-bit one.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "binary/elf_exports.hpp"
#include "binary/image.hpp"
#include "bridge32/internal/support/scope_guard.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "client/hosts/find_host.hpp"
#include "interface/interface.hpp"
#include "interface/layout.hpp"
#include "tool/command/tool.hpp"
#include "tool/headers/any_reader.hpp"
#include "tool/headers/library_names.hpp"
#include "tool/headers/rules.hpp"
#include "tool/support/files.hpp"
#include "tool/wrap/elf_library.hpp"
#include "tool/wrap/source_library.hpp"
#include "wrap/plans/plan.hpp"

namespace bridge32::tool {

namespace wrap_command {
namespace {

namespace fs = std::filesystem;
using binary::ElfExport;
using binary::ElfExportKind;
using binary::ElfExports;
using interfaces::Interface;
using interfaces::Type;
using interfaces::TypeKind;

constexpr const char* kRuntime = "libbridge32wrap.so.0";
constexpr const char* kSourceFolder = "source";

struct Options {
    std::string input;
    std::string library;
    std::string out;
    std::string check;
    bool emit_source = false;
    std::vector<std::string> clang_options;
    std::string libclang;
};

std::string shown(const fs::path& path) { return detail::utf8_of(path); }

/// The 32-bit library: the one that was named, or the one beside the interface file.
fs::path find_library(const Options& options, const std::string& name) {
    if (!options.library.empty()) return existing_file(options.library);
    fs::path folder = detail::path_from_utf8(options.input).parent_path();
    if (folder.empty()) folder = ".";
    std::vector<fs::path> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string file = shown(entry.path().filename());
        for (const std::string& stem : {name + ".so", "lib" + name + ".so"}) {
            if (file == stem || file.starts_with(stem + ".") || file == name) {
                found.push_back(entry.path());
                break;
            }
        }
    }
    if (found.size() != 1) {
        throw WrongUsage((found.empty() ? "there is no library `" + name + "`"
                                        : "there are several libraries `" + name + "`") +
                         " beside " + options.input + ": name it, `bridge32 wrap " + options.input +
                         " LIBRARY -o OUT`");
    }
    return found.front();
}

binary::Image require_library(const fs::path& library) {
    auto image = binary::read_image(library);
    if (image.format == binary::Format::kPe) {
        throw Error(shown(library) +
                    " is a Windows library, and drop-in libraries for Windows are not there yet. "
                    "Call it through its interface file, see `bridge32 interface`.");
    }
    if (image.format != binary::Format::kElf || !image.is_library) {
        throw Error(shown(library) + " is " + image.description + ", not a 32-bit library");
    }
    if (image.bits != 32 || image.machine != "i386") {
        throw Error(shown(library) + " is " + image.description + " for " + image.machine +
                    (image.bits == 64 ? ": 64-bit programs load it as it is"
                                      : ": host32 loads libraries for i386"));
    }
    return image;
}

ElfExports require_exports(const fs::path& library) {
    ElfExports exports = binary::elf_exports(library);
    if (!exports.problem.empty()) {
        throw Error("the exports of " + shown(library) + " cannot be read: " + exports.problem);
    }
    return exports;
}

/// The library exports what the interface declares.
void require_declared(const Interface& file, const ElfExports& exports, const fs::path& library) {
    std::vector<std::string> names;
    for (const ElfExport& its : exports.exports)
        names.push_back(its.name);
    std::vector<std::string> missing;
    for (const auto& function : file.functions) {
        if (std::find(names.begin(), names.end(), function.name) == names.end()) {
            missing.push_back(function.name);
        }
    }
    if (missing.empty()) return;
    const std::string hint = detail::did_you_mean(detail::nearest(missing.front(), names));
    throw Error(shown(library) + " does not export `" + missing.front() + "`" +
                (missing.size() > 1 ? " and " + std::to_string(missing.size() - 1) +
                                          " more functions of the interface"
                                    : "") +
                (hint.empty() ? "" : ". " + hint));
}

/// Data that has the same bytes in 64 bits.
bool is_same_data(const Type& type) {
    const Type& its = interfaces::meaning(type);
    if (its.kind == TypeKind::array) return is_same_data(*its.of);
    if (its.kind != TypeKind::scalar && its.kind != TypeKind::enumeration) return false;
    return interfaces::extent_of(its, wrap::kTarget32).size ==
           interfaces::extent_of(its, wrap::kTarget64).size;
}

struct Content {
    std::string text;
    Interface file;
};

Content read_interface(const Options& options) {
    if (options.input.ends_with(".b32i")) {
        std::string text = read_file(shown(existing_file(options.input)));
        auto file = interfaces::parse(text, options.input, wrap::kTarget32);
        return {std::move(text), std::move(file)};
    }
    if (options.library.empty()) {
        throw WrongUsage("name the library too: `bridge32 wrap " + options.input +
                         " LIBRARY -o OUT`");
    }
    const fs::path library = existing_file(options.library);
    static_cast<void>(require_library(library));
    const LibraryNames names(binary::exports_of(library));
    HeaderOptions reading;
    reading.headers = {existing_file(options.input)};
    reading.target = wrap::kTarget32;
    reading.clang_options = options.clang_options;
    reading.is_exported = [&](const std::string& name) { return names.find(name) != nullptr; };
    HeaderContent content =
        read_headers(reading, ReaderChoice::any, detail::path_from_utf8(options.libclang)).content;
    content.declared.library.platform = wrap::kTarget32.platform;
    content.declared.library.name = library_name(library);
    apply_rules(content.declared);
    hold_against(content.declared, names);
    std::string text = interfaces::text_of(content.declared);
    auto file = interfaces::parse(text, options.input, wrap::kTarget32);
    return {std::move(text), std::move(file)};
}

/// What it exports, and in `left_out` the data that it does not.
LibraryDescription description_of(const fs::path& library, const binary::Image& image,
                                  const ElfExports& exports, const Interface& file,
                                  std::vector<std::string>& left_out) {
    LibraryDescription made;
    made.file_name = shown(library.filename());
    made.soname = image.soname;
    made.interface_file = made.file_name + ".b32i";
    made.versions = exports.versions;
    const std::string content = read_file(shown(library));
    for (const ElfExport& its : exports.exports) {
        if (its.kind == ElfExportKind::kFunction) {
            made.functions.push_back({its.name, its.version, its.is_default_version});
            continue;
        }
        const auto declared =
            std::find_if(file.variables.begin(), file.variables.end(),
                         [&](const auto& variable) { return variable.name == its.name; });
        if (its.kind != ElfExportKind::kConstant || declared == file.variables.end() ||
            !is_same_data(*declared->type) ||
            (its.offset && *its.offset + its.size > content.size())) {
            left_out.push_back(its.name);
            continue;
        }
        made.constants.push_back({its.name,
                                  its.offset
                                      ? content.substr(static_cast<std::size_t>(*its.offset),
                                                       static_cast<std::size_t>(its.size))
                                      : std::string(static_cast<std::size_t>(its.size), '\0'),
                                  its.version, its.is_default_version});
    }
    return made;
}

void require_free(const fs::path& out) {
    std::error_code error;
    if (!fs::exists(out, error)) return;
    if (!fs::is_directory(out, error)) throw Error(shown(out) + " is a file, not a folder");
    if (!fs::is_empty(out, error)) {
        throw Error("the folder " + shown(out) +
                    " holds other files: name one that is new or empty");
    }
}

/// A new folder beside `out`, so that it can be moved there.
fs::path make_beside(const fs::path& out) {
    const fs::path parent = fs::absolute(out).parent_path();
    std::error_code error;
    fs::create_directories(parent, error);
    std::random_device random;
    for (int tries = 0; tries < 8 && !error; ++tries) {
        fs::path made = parent / ("." + shown(out.filename()) + "." + std::to_string(random()));
        if (fs::create_directory(made, error)) return made;
    }
    throw Error("cannot write to the folder " + shown(parent) + ": " + error.message());
}

void copy_to(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::copy_file(from, to, error)) {
        throw Error("cannot copy " + shown(from) + " to " + shown(to) + ": " + error.message());
    }
}

void write_all(const Options& options, const LibraryDescription& description,
               const fs::path& library, const std::string& interface_text) {
    const fs::path host = client::find_host({}, false);
    const fs::path tools = host.parent_path();
    fs::path out = detail::path_from_utf8(options.out);
    if (!out.has_filename()) out = out.parent_path();
    require_free(out);
    const fs::path made = make_beside(out);
    // Of what was just made here, and its name is nobody else's.
    detail::ScopeGuard remove([&] {
        std::error_code ignored;
        fs::remove_all(made, ignored);
    });
    const fs::path beside = made / "bridge32";
    fs::create_directories(beside / "plugins");
    copy_to(host, beside / "host32");
    copy_to(tools / "plugins" / "ffi.b32.so", beside / "plugins" / "ffi.b32.so");
    copy_to(tools / kRuntime, beside / kRuntime);
    copy_to(library, beside / description.file_name);
    write_file(shown(beside / description.interface_file), interface_text);
    if (options.emit_source) {
        fs::create_directory(made / kSourceFolder);
        for (const auto& file : source_library(description))
            write_file(shown(made / kSourceFolder / file.name), file.content);
    } else {
        write_file(shown(made / description.file_name), elf_library(description));
    }
    if (!description.soname.empty() && description.soname != description.file_name &&
        description.soname.find('/') == std::string::npos) {
        fs::create_symlink(description.file_name, made / description.soname);
    }
    std::error_code error;
    fs::rename(made, out, error);
    if (error) throw Error("cannot write " + shown(out) + ": " + error.message());
    remove.dismiss();
}

int make(Tool& tool, const Options& options) {
    Content content = read_interface(options);
    const fs::path library = find_library(options, content.file.library.name);
    const auto image = require_library(library);
    const auto exports = require_exports(library);
    require_declared(content.file, exports, library);

    std::vector<std::string> left_out;
    const auto description = description_of(library, image, exports, content.file, left_out);
    Report report;
    report["library"] = description.file_name;
    report["functions"] = 0;
    Report refused = Report::array();
    std::size_t answer = 0;
    for (const WrappedFunction& function : description.functions) {
        const auto* const declared = content.file.function(function.name);
        const std::string why = declared == nullptr ? "the interface does not declare it"
                                : !function.is_default_version
                                    ? "not the default version of the function"
                                    : wrap::plan_of(*declared, content.file).refusal;
        if (why.empty()) {
            ++answer;
        } else {
            refused.push_back({{"function", function.name}, {"reason", why}});
        }
    }
    report["functions"] = answer;
    report["refused"] = refused;
    report["left_out"] = left_out;
    write_all(options, description, library, content.text);
    tool.print(report, [&] {
        tool.out().line(options.out + ": " + std::to_string(answer) + " of " +
                        std::to_string(description.functions.size()) + " functions answer");
        for (const auto& one : refused) {
            tool.out().paragraph(one["function"].get<std::string>() +
                                     ": refused: " + one["reason"].get<std::string>(),
                                 2);
        }
        if (options.emit_source)
            tool.out().line("build it: cmake -S " + options.out + "/" + kSourceFolder +
                            " -B build && cmake --build build");
        for (const std::string& name : left_out) {
            tool.out().paragraph(name +
                                     ": data that is not exported: only constants that the "
                                     "interface declares are, with the same bytes in 64 bits",
                                 2);
        }
    });
    return kExitOk;
}

/// What a folder's libraries and the 32-bit ones differ in.
int check(Tool& tool, const Options& options) {
    const fs::path out = detail::path_from_utf8(options.check);
    std::vector<std::string> differences;
    std::size_t libraries = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(out, error)) {
        const fs::path inner = out / "bridge32" / entry.path().filename();
        if (entry.is_symlink() || !entry.is_regular_file() || !fs::exists(inner)) continue;
        ++libraries;
        const auto names_of = [](const ElfExports& exports) {
            std::vector<std::string> names;
            for (const ElfExport& its : exports.exports) {
                if (its.kind == ElfExportKind::kFunction) {
                    names.push_back(its.name + (its.version.empty()      ? ""
                                                : its.is_default_version ? "@@" + its.version
                                                                         : "@" + its.version));
                }
            }
            std::sort(names.begin(), names.end());
            return names;
        };
        const auto own = names_of(require_exports(entry.path()));
        const auto original = names_of(require_exports(inner));
        const std::string file = shown(entry.path().filename()) + ": ";
        for (const auto& name : original) {
            if (!std::binary_search(own.begin(), own.end(), name)) {
                differences.push_back(file + name + " is not in the 64-bit library");
            }
        }
        for (const auto& name : own) {
            if (!std::binary_search(original.begin(), original.end(), name)) {
                differences.push_back(file + name + " is not in the 32-bit library");
            }
        }
    }
    if (libraries == 0) throw Error(options.check + " has no drop-in library");
    Report report;
    report["libraries"] = libraries;
    report["differences"] = differences;
    tool.print(report, [&] {
        for (const auto& line : differences)
            tool.out().line(line);
        if (differences.empty()) tool.out().line("no differences");
    });
    return differences.empty() ? kExitOk : kExitFailed;
}

int run(Tool& tool, const Options& options) {
    if (!options.check.empty()) return check(tool, options);
    if (options.input.empty() || options.out.empty()) {
        throw WrongUsage(
            "wrap needs a header or an interface file, and a folder: `bridge32 wrap vendor.h "
            "vendor.so -o OUT`");
    }
    return make(tool, options);
}

}  // namespace
}  // namespace wrap_command

void add_wrap(Tool& tool) {
    using namespace wrap_command;
    auto options = std::make_shared<Options>();
    auto& command =
        tool.command("wrap", "Make a 64-bit library that takes the place of a 32-bit one (Linux)",
                     [&tool, options] { return run(tool, *options); });
    command.add_option("INPUT", options->input, "The library's header, or its interface file");
    command.add_option("LIBRARY", options->library,
                       "The 32-bit library; by default the one beside the interface file");
    command.add_option("CLANG-OPTIONS", options->clang_options,
                       "After --: options of clang, such as -I FOLDER and -D NAME=VALUE");
    command.add_option("-o,--out", options->out, "The folder to make, which is new or empty")
        ->type_name("FOLDER");
    command.add_flag("--emit-source", options->emit_source,
                     "Write C and CMake that give the library, instead of the library");
    command
        .add_option("--check", options->check,
                    "Make nothing, and tell what a folder's libraries export otherwise than the "
                    "32-bit ones")
        ->type_name("FOLDER");
    command
        .add_option("--libclang", options->libclang,
                    "The libclang that reads the header; by default the newest that is found")
        ->type_name("FILE");
    command.footer(
        "  bridge32 wrap vendor.h libvendor.so.1 -o OUT\n"
        "  LD_LIBRARY_PATH=OUT the_64_bit_program\n"
        "\n"
        "Functions whose meaning the interface does not say are exported, and their calls fail.\n"
        "With --check, the exit code is 1 if there are differences.");
}

}  // namespace bridge32::tool
