// bridge32 new: a plugin project that builds and answers at once.
#include <boost/dll/runtime_symbol_info.hpp>
#include <map>
#include <memory>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "tool/generate/identifier.hpp"
#include "tool/generate/skeleton.hpp"
#include "tool/support/files.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::path_from_utf8;
using detail::utf8_of;

struct Options {
    std::string name;
    std::string library;
    std::string language;
    std::string folder;
};

/// Where this tool is installed, when it is, and CMake's package with it.
fs::path own_prefix() {
    const auto tool = fs::path(boost::dll::program_location());
    const fs::path prefix = tool.parent_path().parent_path();
    std::error_code ignored;
    const bool installed = fs::exists(
        prefix / BRIDGE32_LIBDIR / "cmake" / "bridge32" / "bridge32Config.cmake", ignored);
    return installed ? prefix : fs::path();
}

std::string language_of(const Options& options, const LibraryFacts& facts) {
    if (!options.language.empty()) return options.language;
    if (options.library.empty()) return "c";
    return facts.image.is_dotnet ? "dotnet" : facts.is_fortran ? "fortran" : "c";
}

void require_fit_name(const std::string& name) {
    if (name.empty() || identifier(name) != name || name.starts_with('_')) {
        throw WrongUsage("\"" + name +
                         "\" cannot be a plugin's name here: use letters, digits and underscores, "
                         "a letter first, and no word of C++");
    }
}

/// What `inspect` would say of the library, when a plugin can be made around it.
LibraryFacts examine_library(const Options& options) {
    auto facts = examine(fs::absolute(existing_file(options.library)), {});
    const auto& image = facts.image;
    if (!image.is_library || image.is_damaged) {
        throw Error(options.library + " is " + image.description +
                    (image.is_damaged && image.bits != 0 ? ", damaged or cut short" : "") +
                    ", and no plugin can be made around it. Try: bridge32 inspect " +
                    quoted(options.library));
    }
    if (!options.language.empty() && image.is_dotnet != (options.language == "dotnet")) {
        throw WrongUsage(options.library +
                         (image.is_dotnet ? " is a .NET assembly: its --lang is "
                                            "dotnet"
                                          : " is no .NET assembly: its --lang "
                                            "is c or fortran") +
                         ", which is also found out without --lang");
    }
    return facts;
}

/// Makes the folder, and says whether there was none. Throws Error when something is in it.
bool make_folder(const fs::path& folder) {
    std::error_code error;
    const auto refuse = [&](const std::string& why) {
        throw Error(why + ". Choose another folder with --folder; nothing was written");
    };
    const bool made = fs::create_directories(folder, error);
    if (error) {
        std::error_code ignored;
        refuse(fs::is_regular_file(folder, ignored)
                   ? utf8_of(folder) + " is a file, not a folder"
                   : "cannot make the folder " + utf8_of(folder) + ": " + error.message());
    }
    const bool empty = fs::is_empty(folder, error);
    if (error) refuse("cannot look into the folder " + utf8_of(folder) + ": " + error.message());
    if (!empty) refuse("the folder " + utf8_of(folder) + " exists, and something is in it");
    return made;
}

/// All files or none.
void write_all(const fs::path& folder, const std::map<std::string, std::string>& files) {
    const bool made = make_folder(folder);
    std::vector<fs::path> written;
    try {
        for (const auto& [name, content] : files) {
            written.push_back(folder / path_from_utf8(name));
            write_file(utf8_of(written.back()), content);
        }
    } catch (const Error&) {
        std::error_code ignored;
        for (const auto& file : written)
            fs::remove(file, ignored);
        if (made) fs::remove(folder, ignored);
        throw;
    }
}

void show_next(Output& out, const NewProject& project, const fs::path& folder) {
    out.line();
    out.line("Next:");
    out.line("  cd " + quoted(utf8_of(folder)));
    if (project.language == "dotnet") {
        out.line("  less README.md");
        return;
    }
    out.line("  cmake -S . -B build " +
             quoted("-DCMAKE_PREFIX_PATH=" + (project.prefix.empty() ? "WHERE_BRIDGE32_IS_INSTALLED"
                                                                     : utf8_of(project.prefix))));
    out.line("  cmake --build build");
    out.line("  bridge32 call --plugin-path build " + project.name + " " +
             (project.library != nullptr ? "library" : "add 1 2"));
    if (project.library != nullptr) {
        out.line("Then fill in the methods in " + project.name + ".cpp.");
    }
}

int run(Tool& tool, const Options& options) {
    require_fit_name(options.name);
    LibraryFacts facts;
    if (!options.library.empty()) facts = examine_library(options);
    NewProject project;
    project.name = options.name;
    project.language = language_of(options, facts);
    project.library = options.library.empty() ? nullptr : &facts;
    project.prefix = own_prefix();
    const fs::path folder = path_from_utf8(options.folder.empty() ? options.name : options.folder);
    const auto files = make_skeleton(project);
    write_all(folder, files);
    Report report = {{"name", project.name},
                     {"language", project.language},
                     {"folder", utf8_of(fs::absolute(folder))},
                     {"files", Report::array()}};
    for (const auto& file : files)
        report["files"].push_back(file.first);
    tool.print(report, [&] {
        Output& out = tool.out();
        for (const auto& file : report["files"])
            out.line("wrote " + utf8_of(folder / path_from_utf8(file.get<std::string>())));
        if (project.library != nullptr && facts.image.bits == 64) {
            out.line();
            out.paragraph(
                "Note: the library is 64-bit, and the project makes a 32-bit plugin. "
                "Write bridge32_add_plugin(… BITS 64) if that is what you want.");
        }
        show_next(out, project, folder);
    });
    return kExitOk;
}

}  // namespace

void add_new(Tool& tool) {
    auto options = std::make_shared<Options>();
    auto& command = tool.command("new", "Make a plugin project, around a library of yours",
                                 [&tool, options] { return run(tool, *options); });
    command.add_option("NAME", options->name, "The plugin's name, and the new folder's")
        ->required();
    command
        .add_option("--library", options->library,
                    "The library to wrap: one method for each of its exports is written, ready for "
                    "the types to be filled in. Without it a small library is made along")
        ->type_name("FILE");
    command
        .add_option("--lang", options->language,
                    "What the library is written in: c (and whatever exports like it), fortran, "
                    "dotnet; without it, that is found out")
        ->check(CLI::IsMember({"c", "fortran", "dotnet"}));
    command.add_option("--folder", options->folder, "Where to write, instead of ./NAME");
    command.footer(
        "  bridge32 new my_lib --library legacy.dll\n"
        "\n"
        "The project is a CMakeLists.txt, the plugin's source and a README that says how to build "
        "and call it.");
}

}  // namespace bridge32::tool
